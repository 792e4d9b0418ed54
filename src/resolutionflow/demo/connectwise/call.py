"""One request as the handlers see it, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from resolutionflow.demo.connectwise.clock import SimClock, stamp
from resolutionflow.demo.connectwise.errors import SimError, forbidden, invalid, not_found
from resolutionflow.demo.connectwise.query import Record
from resolutionflow.demo.connectwise.state import State

_BIGGEST_ID: Final = 2**31 - 1


@dataclass
class Call:
    """A signed-in request.

    `path` is the part after `/apis/3.0`, `url` the address up to the query. Reading the body fills `unknown_keys`.
    """

    method: str
    path: str
    url: str
    query: Mapping[str, str]
    body: Any
    forward_only: bool
    state: State
    clock: SimClock
    ignore_status: bool = False
    unknown_keys: list[str] = field(default_factory=list[str])

    def now(self) -> str:
        return stamp(self.clock.now())

    def need(self, permission: str) -> None:
        """Refuse unless the API member has this right."""
        if permission in self.state.denied:
            raise forbidden(permission)

    def row(self, table: str, what: str, number: str | int) -> Record:
        """A record by its id in the path; anything that is no id of a record is 404."""
        key = int(number) if len(str(number)) < 12 else -1
        found = self.state.table(table).get(key)
        if found is None:
            raise not_found(what, str(number)[:20])
        return found

    def api_member(self) -> Record:
        """The member whose keys are used."""
        return next(row for row in self.state.table("members").values() if row["licenseClass"] == "A")


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` None = no content."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Handler = Callable[..., Reply]


class Body:
    """A JSON object in a request. Every key is taken by its type; `done()` refuses what nobody took."""

    def __init__(self, call: Call, resource: str) -> None:
        data: object = call.body
        if not isinstance(data, dict):
            raise SimError(400, "InvalidObject", "A JSON object is expected.")
        self._call = call
        self._resource = resource
        self._data = dict(cast("dict[str, Any]", data))

    def text(self, key: str, default: str | None = "", limit: int = 1_000_000) -> str | None:
        value = self._data.pop(key, None)
        if value is None:
            return default
        return text_value(value, key, limit, self._resource)

    def required(self, key: str, limit: int = 1_000_000) -> str:
        value = self.text(key, None, limit)
        if value is None or not value.strip():
            raise invalid(key, f"The {key} field is required.", self._resource)
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self._data.pop(key, None)
        if value is None:
            return default
        return flag_value(value, key, self._resource)

    def number(self, key: str) -> float | None:
        value = self._data.pop(key, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not -100_000 < value < 100_000:
            raise invalid(key, f"{key} must be a number.", self._resource)
        return float(value)

    def identity(self, key: str) -> int | None:
        """A plain id."""
        value = self._data.pop(key, None)
        return None if value is None else id_value(value, key, self._resource)

    def reference(self, key: str) -> int | None:
        """The id inside `{id: N}`."""
        value = self._data.pop(key, None)
        return None if value is None else reference_value(value, key, self._resource)

    def name(self, key: str) -> str | None:
        """The name inside `{name: ...}`."""
        value = self._data.pop(key, None)
        if value is None:
            return None
        inner = cast("dict[str, Any]", value).get("name") if isinstance(value, dict) else None
        return text_value(inner, f"{key}/name", 100, self._resource)

    def moment(self, key: str) -> datetime | None:
        value = self.text(key, None, 40)
        if value is None:
            return None
        try:
            found = datetime.fromisoformat(value)
            stamp(found)
        except (ValueError, OverflowError) as problem:
            raise invalid(key, f"{key} is not a date.", self._resource) from problem
        return found

    def done(self) -> None:
        if self._data:
            self._call.unknown_keys += sorted(self._data)
            name = min(self._data)
            raise invalid(name[:100], f"'{name[:100]}' is not a recognized field name.", self._resource)


def text_value(value: Any, key: str, limit: int, resource: str) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise invalid(key, f"{key} must be a text.", resource)
    if len(value) > limit:
        raise invalid(key, f"The field {key} exceeded the maximum length of {limit}.", resource)
    return value


def flag_value(value: Any, key: str, resource: str) -> bool:
    if not isinstance(value, bool):
        raise invalid(key, f"{key} must be true or false.", resource)
    return value


def id_value(value: Any, key: str, resource: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _BIGGEST_ID:
        raise invalid(key, f"{key} must be an id.", resource)
    return value


def reference_value(value: Any, key: str, resource: str) -> int:
    if not isinstance(value, dict):
        raise invalid(key, f"{key} must be a reference with an id.", resource)
    return id_value(cast("dict[str, Any]", value).get("id"), f"{key}/id", resource)
