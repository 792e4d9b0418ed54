"""One request as the handlers see it, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from resolutionflow.demo.autotask import picks
from resolutionflow.demo.autotask.errors import SimError, forbidden, no_record, unknown_key, violation
from resolutionflow.demo.autotask.schema import ENTITIES, Entity, Field
from resolutionflow.demo.autotask.state import State
from resolutionflow.demo.simkit.body import BIGGEST_ID, Body
from resolutionflow.demo.simkit.clock import SimClock, stamp
from resolutionflow.demo.simkit.deliveries import Deliveries
from resolutionflow.demo.simkit.errors import Refusal
from resolutionflow.demo.simkit.records import Record


@dataclass
class Call:
    """A signed-in request. `path` is the part after `/v1.0/`, `base` the address up to it; `acting_as` whom the caller stands for."""

    method: str
    path: str
    base: str
    query: dict[str, str]
    body: Any
    state: State
    clock: SimClock
    lists: picks.Lists
    deliveries: Deliveries
    acting_as: Record | None = None
    ignore_status: bool = False
    unknown_keys: list[str] = field(default_factory=list[str])

    def need(self, right: str, what: str) -> None:
        """Refuse unless the API user's security level allows it."""
        if right in self.state.denied:
            raise forbidden(what)

    def row(self, table: str, what: str, number: int | str) -> Record:
        key = int(number) if len(str(number)) < 12 else -1
        found = self.state.table(table).get(key)
        if found is None:
            raise no_record(what, number)
        return found

    def ticket(self, number: int | str) -> Record:
        """A ticket that may be opened."""
        found = self.row("Tickets", "ticket", number)
        if found["_no_rights"]:
            raise forbidden("access this ticket")
        return found

    def actor(self) -> Record:
        """Who wrote it, as the record shows."""
        return self.acting_as or self.state.api_user()

    def body_id(self) -> int:
        """The id in the body, which says what a patch is about."""
        body: object = self.body
        number = cast("Record", body).get("id") if isinstance(body, dict) else None
        if isinstance(number, bool) or not isinstance(number, int):
            raise violation("id is a required field.")
        return number

    def read_body(self, name: str, *, partly: bool = False) -> Record:
        """The fields of an entity in the body, each of its type. `partly`: required ones may be missing."""
        data: object = self.body
        if not isinstance(data, dict):
            raise SimError(500, "A JSON object is expected.")
        entity = ENTITIES[name]
        body = _EntityBody(cast("Record", data), self.unknown_keys)
        found = {one.name: self._value(body, one, entity) for one in entity.fields if one.write and body.has(one.name)}
        if partly:
            body.take("id")
        body.done()
        for one in entity.fields:
            if one.required and found.get(one.name) in (None, "") and not (partly and one.name not in found):
                raise violation(f"{one.name} is a required field.")
        return found

    def _value(self, body: Body, one: Field, entity: Entity) -> Any:
        if one.kind == "string":
            return body.text(one.name, None, one.length)
        if one.kind == "boolean":
            return body.flag(one.name)
        if one.kind == "double":
            return body.number(one.name)
        if one.kind == "datetime":
            moment = body.moment(one.name)
            return stamp(moment) if moment else None
        value = _whole(body.take(one.name), one.name)
        if one.picks and value is not None:
            known = {pick.value for pick in self.lists[entity.name, one.name] if pick.active}
            if value not in known:
                raise violation(f"{value} is not a valid value of the picklist {one.name}.")
        return value


class _EntityBody(Body):
    def invalid(self, key: str, message: str) -> Refusal:
        del key
        return violation(message)

    def unrecognised(self, key: str) -> Refusal:
        return unknown_key(key)


def _whole(value: Any, name: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not -1 <= value <= BIGGEST_ID:
        raise violation(f"{name} must be a number.")
    return value


@dataclass(frozen=True, slots=True)
class Reply:
    """A success."""

    body: Record


def written(number: int) -> Reply:
    return Reply({"itemId": number})
