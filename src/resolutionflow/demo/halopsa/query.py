"""Lists: parameters, order and paging. An unknown parameter is ignored, as the PSA does. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from resolutionflow.demo.halopsa.errors import invalid
from resolutionflow.demo.simkit.records import Record

MAX_SIZE: Final = 100
_DEFAULT_SIZE: Final = 50
_TRUE: Final = ("true", "1")
_ORDERS: Final = frozenset({"id", "dateoccurred", "lastactiondate", "summary"})


def flag(query: Mapping[str, str], name: str) -> bool:
    return query.get(name, "").lower() in _TRUE


def number(query: Mapping[str, str], name: str) -> int | None:
    """A whole number; None when absent or empty."""
    text = query.get(name, "").strip()
    if not text:
        return None
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 10:
        raise invalid(f"The value '{text[:40]}' is not valid for {name}.")
    return int(text)


def numbers(query: Mapping[str, str], name: str) -> set[int] | None:
    """A list parted by commas; None when absent."""
    if not query.get(name, "").strip():
        return None
    parts = query[name].split(",")
    found = [number({name: part}, name) for part in parts]
    return {one for one in found if one is not None}


def ordered(rows: Sequence[Record], query: Mapping[str, str]) -> list[Record]:
    """By a known field, else by id; upwards unless `orderdesc`."""
    name = query.get("order", "id").lower()
    key = name if name in _ORDERS else "id"
    return sorted(rows, key=lambda row: (row[key], row["id"]), reverse=flag(query, "orderdesc"))


def page(rows: Sequence[Record], query: Mapping[str, str]) -> list[Record]:
    """The rows asked for. Only `pageinate=true` (so spelt) makes `page_size` and `page_no` count."""
    if not flag(query, "pageinate"):
        count = number(query, "count")
        return list(rows if count is None or count < 0 else rows[:count])
    asked = number(query, "page_size")
    size = _DEFAULT_SIZE if asked is None or asked < 1 else min(asked, MAX_SIZE)
    first = max(number(query, "page_no") or 1, 1)
    return list(rows[(first - 1) * size : first * size])


def counted(name: str, rows: Sequence[Record], query: Mapping[str, str]) -> dict[str, Any]:
    """`{record_count, <name>[]}`; the count is of all rows."""
    return {"record_count": len(rows), name: page(rows, query)}
