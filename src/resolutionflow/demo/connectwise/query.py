"""Lists: filter, order, field selection and paging over rendered records. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlencode

from resolutionflow.demo.connectwise.conditions import Condition, Lookup, leaves, matches, parse
from resolutionflow.demo.connectwise.errors import SimError, bad_condition
from resolutionflow.demo.connectwise.schema import REF, Schema, kind_of
from resolutionflow.demo.simkit.records import Record

DEFAULT_SIZE: Final = 25
MAX_SIZE: Final = 1000
_LIST_PARAMETERS: Final = frozenset(
    {"conditions", "childConditions", "customFieldConditions", "orderBy", "fields", "page", "pageSize", "pageId"}
)
#: These may be asked about without the `_info/` before them.
_IN_INFO: Final = ("lastUpdated", "dateEntered")
#: A field that stands for a list on the record may be asked about once in a query.
_SINGLE_USE: Final = ("configuration",)


@dataclass(frozen=True, slots=True)
class Page:
    """One page and the `Link` header that goes with it (empty = none)."""

    rows: list[Record]
    link: str


def lookup_in(record: Record) -> Lookup:
    """Values at a slash path of a record; a list on the way gives one value for each of its entries."""

    def look(path: str) -> list[Any]:
        values: list[Any] = [record]
        for part in path.split("/"):
            values = [entry for value in values for entry in _step(value, part)]
        return values

    return look


def _step(value: Any, part: str) -> list[Any]:
    if not isinstance(value, dict):
        return []
    record = cast("Record", value)
    if part in _IN_INFO and part not in record:
        record = cast("Record", record.get("_info") or {})
    found = record.get(part)
    return cast("list[Any]", found) if isinstance(found, list) else [found]


def select(
    rows: Sequence[Record], query: Mapping[str, str], schema: Schema, *, collections: Mapping[str, Schema]
) -> list[Record]:
    """The rows that fulfil `conditions` and `childConditions`."""
    kept = list(rows)
    text = query.get("conditions", "")
    if text.strip():
        condition = parse(text, schema)
        _single_use(condition)
        kept = [row for row in kept if matches(condition, lookup_in(row))]
    child = query.get("childConditions", "")
    if child.strip():
        condition, name = _child(child, collections)
        kept = [row for row in kept if _any_child(row, name, condition)]
    if query.get("customFieldConditions", "").strip():
        raise bad_condition("There are no custom fields here.")
    return kept


def _single_use(condition: Condition) -> None:
    for name in _SINGLE_USE:
        if sum(leaf.path.split("/")[0] == name for leaf in leaves(condition)) > 1:
            raise bad_condition(f"'{name}' can be used once in a condition.")


def _child(text: str, collections: Mapping[str, Schema]) -> tuple[Condition, str]:
    """A condition over one collection, its fields written `collection/field`."""
    whole = {f"{name}/{path}": kind for name, schema in collections.items() for path, kind in schema.items()}
    condition = parse(text, whole)
    names = {leaf.path.split("/")[0] for leaf in leaves(condition)}
    if len(names) != 1:
        raise bad_condition("Child conditions can ask about one collection.")
    return condition, names.pop()


def _any_child(row: Record, name: str, condition: Condition) -> bool:
    children = cast("list[Record]", row.get(name) or [])
    return any(matches(condition, lookup_in({name: child})) for child in children)


def order(rows: list[Record], text: str, schema: Schema) -> list[Record]:
    """Rows in the order of `orderBy` (`field [asc|desc], ...`), then by id; without it by id."""
    ordered = sorted(rows, key=lambda row: cast("int", row["id"]))
    for path, descending in reversed(_order_keys(text, schema)):
        ordered.sort(key=lambda row, path=path: _sort_key(row, path), reverse=descending)
    return ordered


def _order_keys(text: str, schema: Schema) -> list[tuple[str, bool]]:
    keys: list[tuple[str, bool]] = []
    for part in text.split(",") if text.strip() else []:
        words = part.split()
        if len(words) not in (1, 2) or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
            raise bad_condition(f"'{part.strip()[:100]}' is not a valid order.")
        if kind_of(schema, words[0]) is REF:
            raise bad_condition(f"'{words[0]}' cannot be ordered by.")
        keys.append((words[0], len(words) == 2 and words[1].lower() == "desc"))
    return keys


def _sort_key(row: Record, path: str) -> tuple[bool, Any]:
    found = [value for value in lookup_in(row)(path) if value is not None]
    if not found:
        return (False, 0)
    return (True, found[0].casefold() if isinstance(found[0], str) else found[0])


def project(row: Record, text: str, schema: Schema) -> Record:
    """The record with only the fields named; `_info` too comes only when it is named."""
    if not text.strip():
        return row
    made: Record = {}
    for path in (part.strip() for part in text.split(",")):
        if path not in row:
            kind_of(schema, path)
        _copy(row, made, path.split("/"))
    return made


def _copy(source: Record, target: Record, path: list[str]) -> None:
    name = path[0]
    if name not in source:
        return
    value = source[name]
    if len(path) == 1 or not isinstance(value, dict):
        target[name] = value
        return
    inner = target.setdefault(name, {})
    _copy(cast("Record", value), inner, path[1:])


def page(rows: list[Record], query: Mapping[str, str], *, url: str, forward_only: bool) -> Page:
    """One page of ordered rows. Past the end is empty. `url` is the address of the list, for the `Link` header."""
    size = min(_whole(query, "pageSize", DEFAULT_SIZE), MAX_SIZE)
    if forward_only or "pageId" in query:
        return _forward(rows, query, size, url)
    number = _whole(query, "page", 1)
    start = (number - 1) * size
    links: list[str] = []
    if start + size < len(rows):
        last = -(-len(rows) // size)
        links = [_link(url, query, size, {"page": number + 1}, "next"), _link(url, query, size, {"page": last}, "last")]
    return Page(rows[start : start + size], ", ".join(links))


def _forward(rows: list[Record], query: Mapping[str, str], size: int, url: str) -> Page:
    """Paging by the last id seen: a row added or removed meanwhile neither repeats nor loses another."""
    descending = [path for path in query.get("orderBy", "").replace(",", " ").lower().split() if path]
    if descending not in ([], ["id"], ["id", "asc"], ["id", "desc"]):
        raise SimError(400, "InvalidParameter", "Forward-only paging can only be ordered by id.")
    down = descending == ["id", "desc"]
    after = _whole(query, "pageId", 0, least=0)
    rest = [row for row in rows if not after or (row["id"] < after if down else row["id"] > after)]
    shown = rest[:size]
    more = len(rest) > size
    return Page(shown, _link(url, query, size, {"pageId": shown[-1]["id"]}, "next") if more else "")


def _link(url: str, query: Mapping[str, str], size: int, where: Mapping[str, int], rel: str) -> str:
    kept = {key: value for key, value in query.items() if key in _LIST_PARAMETERS and key not in ("page", "pageId")}
    return f'<{url}?{urlencode({**kept, "pageSize": size, **where})}>; rel="{rel}"'


def _whole(query: Mapping[str, str], name: str, default: int, *, least: int = 1) -> int:
    raw = query.get(name)
    if raw is None or raw == "":
        return default
    if not re.fullmatch(r"[0-9]{1,18}", raw) or int(raw) < least:
        raise SimError(400, "InvalidParameter", f"{name} must be a whole number of at least {least}.")
    return int(raw)
