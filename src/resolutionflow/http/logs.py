"""Structured logs: one line an event, no bodies, no secrets."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
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


class _Access:
    """Where the access log goes; nowhere until `configure`."""

    out: TextIO | None = None


_access = _Access()


def log_request(said: dict[str, Any]) -> None:
    """Write the line of one request, the shape of all others. Straight out, because every request pays for it: `said` holds words of our
    own, ids and numbers only.
    """
    if (out := _access.out) is not None:
        moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        out.write(f"{_json({**said, 'event': 'request', 'level': 'info', 'timestamp': moment})}\n")
        out.flush()


def configure(level: str, *, stream: TextIO | None = None) -> None:
    """Set up logging once a process; `level` as in the standard library."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    _access.out = (stream or sys.stderr) if number <= logging.INFO else None
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
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=stream or sys.stderr, format="%(levelname)s %(name)s %(message)s")
