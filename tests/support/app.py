"""Applications that serve one test after another: making all routes costs more than most tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from resolutionflow.app import create_api
from resolutionflow.http.middleware import Envelope
from resolutionflow.services import Services
from resolutionflow.static_app import mount

_idle: list[tuple[FastAPI, ASGIApp]] = []


@contextmanager
def application(services: Services) -> Iterator[ASGIApp]:
    """The whole product over `services`, as `create_app` makes it. Two at once are two applications."""
    api, app = _idle.pop() if _idle else _made()
    api.state.services = services
    try:
        yield app
    finally:
        api.state.services = None
        _idle.append((api, app))


def _made() -> tuple[FastAPI, ASGIApp]:
    api = create_api(None)
    return api, Envelope(api, mount(api))
