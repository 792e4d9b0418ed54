"""The filter language and paging of the service. What it does not know it ignores, and so returns too much. Pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

import orjson

from resolutionflow.demo.autotask.errors import SimError
from resolutionflow.demo.autotask.schema import Entity, Field
from resolutionflow.demo.simkit.records import Record

MAX_RECORDS: Final = 500
_KEYS: Final = frozenset({"filter", "includefields", "maxrecords"})
Test = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Query:
    """A read body. `digest` tells whether a page is asked for with the body of the first one."""

    filter: list[Any]
    include: tuple[str, ...]
    most: int
    digest: str
    unknown: tuple[str, ...]


def read(body: Any) -> Query:
    """The query in a body. Raises `SimError` for none, and for a filter that is not a list with something in it."""
    if not isinstance(body, dict):
        raise SimError(500, "A query filter is required.")
    data = {key.casefold(): value for key, value in cast("Record", body).items()}
    items = data.get("filter")
    if not isinstance(items, list) or not items:
        raise SimError(500, "A query filter is required.")
    most = data.get("maxrecords") or MAX_RECORDS
    if isinstance(most, bool) or not isinstance(most, int) or not 1 <= most <= MAX_RECORDS:
        raise SimError(500, f"MaxRecords must be between 1 and {MAX_RECORDS}.")
    include: object = data.get("includefields") or []
    digest = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    names = tuple(str(name) for name in cast("list[Any]", include)) if isinstance(include, list) else ()
    return Query(cast("list[Any]", items), names, most, digest, tuple(sorted(data.keys() - _KEYS)))


def select(rows: Sequence[Record], query: Query, entity: Entity) -> list[Record]:
    """All rows that match, by id ascending: there is no other order."""
    kept = [row for row in rows if all(_matches(item, row, entity) for item in query.filter)]
    return sorted(kept, key=lambda row: cast("int", row["id"]))


def _matches(item: Any, row: Record, entity: Entity) -> bool:
    if not isinstance(item, dict):
        return True
    node = {key.casefold(): value for key, value in cast("Record", item).items()}
    op = str(node.get("op", "")).casefold()
    if op in ("and", "or"):
        inner = node.get("items")
        results = [_matches(one, row, entity) for one in cast("list[Any]", inner)] if isinstance(inner, list) else []
        return all(results) if op == "and" else any(results) or not results
    field = entity.field(str(node.get("field", "")))
    test = _OPS.get(op)
    # Neither is an error: the condition just does not count.
    if field is None or test is None:
        return True
    return test(_comparable(row.get(field.name), field), _wanted(node.get("value"), field))


def _wanted(value: Any, field: Field) -> Any:
    if isinstance(value, list):
        return [_comparable(one, field) for one in cast("list[Any]", value)]
    return _comparable(value, field)


def _comparable(value: Any, field: Field) -> Any:
    """Texts without case, dates as moments, numbers also when they come as texts."""
    if value is None or value == "":
        return None
    if field.kind == "string":
        return str(value).casefold()
    if field.kind == "datetime":
        return _moment(str(value))
    if field.kind == "boolean":
        return value if isinstance(value, bool) else str(value).casefold() in ("true", "1")
    try:
        return float(value)
    except (TypeError, ValueError) as problem:
        raise SimError(500, f"The value of {field.name} must be a number.") from problem


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as problem:
        raise SimError(500, "A date could not be read.") from problem
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _ordered(test: Test) -> Test:
    return lambda found, wanted: (
        found is not None and wanted is not None and not isinstance(wanted, list) and test(found, wanted)
    )


def _worded(test: Callable[[str, str], bool]) -> Test:
    return lambda found, wanted: isinstance(found, str) and isinstance(wanted, str) and test(found, wanted)


def _within(found: Any, wanted: Any) -> bool:
    return found in (cast("list[Any]", wanted) if isinstance(wanted, list) else [wanted])


_OPS: Final[Mapping[str, Test]] = {
    "eq": lambda found, wanted: found == wanted,
    "noteq": lambda found, wanted: found != wanted,
    "gt": _ordered(lambda found, wanted: found > wanted),
    "gte": _ordered(lambda found, wanted: found >= wanted),
    "lt": _ordered(lambda found, wanted: found < wanted),
    "lte": _ordered(lambda found, wanted: found <= wanted),
    "beginswith": _worded(str.startswith),
    "endswith": _worded(str.endswith),
    "contains": _worded(lambda found, wanted: wanted in found),
    "exist": lambda found, _: found is not None,
    "notexist": lambda found, _: found is None,
    "in": _within,
    "notin": lambda found, wanted: not _within(found, wanted),
}


def project(row: Record, query: Query, entity: Entity) -> Record:
    """The fields asked for, all without any. The id always comes; an unknown name is ignored."""
    if not query.include:
        return shown(row)
    known = [field.name for name in query.include if (field := entity.field(name)) is not None]
    return {"id": row["id"], **{name: row.get(name) for name in known}}


def shown(row: Record) -> Record:
    return {key: value for key, value in row.items() if not key.startswith("_")}


def page_token(query: Query, after: int) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([query.digest, after])).decode()


def page_after(token: str, query: Query) -> int:
    """The id after which a page begins. Raises `SimError` when the body is not that of the first page."""
    try:
        digest, after = orjson.loads(base64.urlsafe_b64decode(token.encode()))
    except ValueError as problem:
        raise SimError(500, "The paging token is not valid.") from problem
    if digest != query.digest or not isinstance(after, int):
        raise SimError(500, "The body of a further page must be that of the first page.")
    return after
