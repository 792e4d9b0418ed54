"""Every route says who may call it, what it answers, and refuses the others before it reads the body."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import orjson
import pytest
from fastapi.routing import APIRoute
from tests.architecture.test_imports import ROOT
from tests.support.api import Api

from resolutionflow.app import create_api, openapi_document

pytestmark = pytest.mark.anyio

PUBLIC = {"login", "refresh", "demo_sign_in", "read_welcome", "welcome", "read_shared_session", "psa_hook"}
ANY_MEMBER_WRITES = {"logout", "logout_all", "update_me", "update_preferences"}
METHODS = ("get", "post", "put", "patch", "delete")
DOCUMENT = openapi_document()
OPERATIONS: list[tuple[str, str, dict[str, Any]]] = [
    (path, method, item[method]) for path, item in DOCUMENT["paths"].items() for method in METHODS if method in item
]
IDS = [f"{method} {path}" for path, method, _ in OPERATIONS]


def address(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: "resolution_note" if found.group(1) == "kind" else str(uuid4()), path)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=IDS)
async def test_anonymous_callers_get_401(api: Api, path: str, method: str, operation: dict[str, Any]) -> None:
    if operation["operationId"] in PUBLIC:
        return
    answer = await api.anonymous().request(method, address(path), content=b"not even json")
    assert answer.status_code == 401, answer.text
    assert answer.json()["code"] == "not_authenticated"


@pytest.mark.parametrize(
    ("path", "method", "operation"),
    [one for one in OPERATIONS if one[1] != "get" and one[2]["operationId"] not in PUBLIC | ANY_MEMBER_WRITES],
    ids=lambda value: value if isinstance(value, str) else value["operationId"],
)
async def test_viewers_write_nothing(api: Api, path: str, method: str, operation: dict[str, Any]) -> None:
    answer = await api.as_user("viewer").request(method, address(path), content=b"not even json")
    assert answer.status_code == 403, answer.text
    assert answer.json()["code"] in {"engineer_required", "admin_required", "owner_required"}


def test_operations_are_named_and_described() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))
    for path, method, operation in OPERATIONS:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", operation["operationId"]), operation["operationId"]
        assert len(operation.get("description", "")) > 10, f"{method} {path} has no description"


def test_every_route_is_in_the_document_or_a_probe() -> None:
    hidden = {
        route.path for route in create_api(None).routes if isinstance(route, APIRoute) and not route.include_in_schema
    }
    assert hidden <= {"/healthz", "/readyz"}


def test_the_committed_document_is_the_codes() -> None:
    committed = orjson.loads((ROOT / "openapi.json").read_bytes())
    assert committed == DOCUMENT, "run ./rf gen"


def _dependencies(dependant: Any) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _dependencies(inner)


def _routes(routes: Any) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(route, "original_router", None):
            yield from _routes(inner.routes)


def test_no_request_waits_for_a_thread() -> None:
    """What is not `async` FastAPI runs in a thread: two switches and a queue for every request."""
    routes = list(_routes(create_api(None).routes))
    assert len(routes) > 100
    called = {one for route in routes for one in (route.endpoint, *_dependencies(route.dependant))}
    threaded = {one for one in called if not (inspect.iscoroutinefunction(one) or inspect.isasyncgenfunction(one))}
    assert threaded == set()
