"""Keyset cursors: opaque, and bound to the filters they were made for."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, cast

import orjson

from resolutionflow.errors import InvalidCursor

MAX_CURSOR = 1024


def _fingerprint(filters: Any) -> str:
    raw = orjson.dumps(filters, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str)
    return hashlib.sha256(raw).hexdigest()[:12]


def encode_cursor(values: list[str | int | float | None], filters: Any) -> str:
    """The cursor after the row with these sort values."""
    return base64.urlsafe_b64encode(orjson.dumps([_fingerprint(filters), *values])).decode().rstrip("=")


def decode_cursor(cursor: str, filters: Any, *, length: int) -> list[Any]:
    """The sort values of a cursor. Raises `InvalidCursor` for a broken one or one of other filters."""
    if len(cursor) > MAX_CURSOR:
        raise InvalidCursor
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        parts: object = orjson.loads(raw)
    except ValueError as error:
        raise InvalidCursor from error
    if not isinstance(parts, list):
        raise InvalidCursor
    values = cast("list[object]", parts)
    if len(values) != length + 1 or values[0] != _fingerprint(filters):
        raise InvalidCursor
    if any(isinstance(part, list | dict) or (isinstance(part, str) and "\x00" in part) for part in values):
        raise InvalidCursor
    return list(values[1:])
