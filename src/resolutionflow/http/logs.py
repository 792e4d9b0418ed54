"""Structured logs: one line an event, no bodies, no secrets."""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

from resolutionflow.kit.known import known_here

# Words of our own, and ids we made: no secret can be in them.
OURS = frozenset({"level", "timestamp", "event", "route", "method", "request_id", "account_id", "user_id"})


def _mask(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    said = {key: value for key, value in event.items() if isinstance(value, str) and key not in OURS}
    if not said:
        return event
    from resolutionflow.pilot.redaction import mask_for_log

    stored = tuple(known_here())
    for key, value in said.items():
        event[key] = mask_for_log(value, stored)
    return event


def _json(event: Any, **_options: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def configure(level: str, *, stream: TextIO | None = None) -> None:
    """Set up logging once a process; `level` as in the standard library."""
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask,
        structlog.processors.JSONRenderer(_json),
    ]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        ),
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=stream or sys.stderr, format="%(levelname)s %(name)s %(message)s")
