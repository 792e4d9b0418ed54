"""One request as the handlers see it, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from resolutionflow.demo.connectwise.errors import SimError, forbidden, invalid, not_found
from resolutionflow.demo.connectwise.state import State
from resolutionflow.demo.simkit import body as kit
from resolutionflow.demo.simkit.clock import SimClock
from resolutionflow.demo.simkit.records import Record


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
        return self.clock.stamp()

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


class Body(kit.Body):
    """The JSON object of a request (or `data`) for a `resource`; references are `{id: N}` or `{name: ...}`."""

    def __init__(self, call: Call, resource: str, data: object = None) -> None:
        data = call.body if data is None else data
        if not isinstance(data, dict):
            raise SimError(400, "InvalidObject", "A JSON object is expected.")
        super().__init__(cast("dict[str, Any]", data), call.unknown_keys)
        self._resource = resource

    def invalid(self, key: str, message: str) -> SimError:
        return invalid(key, message, self._resource)

    def unrecognised(self, key: str) -> SimError:
        return self.invalid(key, f"'{key}' is not a recognized field name.")

    def reference(self, key: str) -> int | None:
        """The id inside `{id: N}`."""
        value = self.take(key)
        return None if value is None else self.reference_value(value, key)

    def name(self, key: str) -> str | None:
        """The name inside `{name: ...}`."""
        value = self.take(key)
        if value is None:
            return None
        inner = cast("dict[str, Any]", value).get("name") if isinstance(value, dict) else None
        return self.text_value(inner, f"{key}/name", 100)

    def reference_value(self, value: Any, key: str) -> int:
        if not isinstance(value, dict):
            raise self.invalid(key, f"{key} must be a reference with an id.")
        return self.id_value(cast("dict[str, Any]", value).get("id"), f"{key}/id")
