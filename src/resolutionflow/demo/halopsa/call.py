"""One request as the handlers see it, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from resolutionflow.demo.halopsa.errors import HaloError, forbidden, invalid, not_found
from resolutionflow.demo.halopsa.state import State
from resolutionflow.demo.simkit import body as kit
from resolutionflow.demo.simkit.clock import SimClock
from resolutionflow.demo.simkit.deliveries import Deliveries
from resolutionflow.demo.simkit.records import Record


@dataclass
class Call:
    """A signed-in request. `path` is the part after `/api`. Reading the body fills `unknown_keys`."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    state: State
    clock: SimClock
    deliveries: Deliveries
    ignore_status: bool = False
    unknown_keys: list[str] = field(default_factory=list[str])

    def now(self) -> str:
        return self.clock.stamp()

    def need(self, right: str) -> None:
        """Refuse unless the application has this scope."""
        if right in self.state.denied:
            raise forbidden(right)

    def row(self, table: str, what: str, number: str | int) -> Record:
        """A record by its id in the path; anything that is no id of a record is 404."""
        text = str(number)
        found = self.state.table(table).get(int(text)) if text.isdecimal() and len(text) < 12 else None
        if found is None:
            raise not_found(f"{what} {text[:20]}")
        return found

    def posted(self) -> Body:
        """The one object of the array that a POST brings."""
        given: object = self.body
        if not isinstance(given, list):
            raise invalid("Cannot deserialize the current JSON object because the type requires a JSON array.")
        items = cast("list[Any]", given)
        if len(items) != 1 or not isinstance(items[0], dict):
            raise invalid("An array with one object is expected.")
        return Body(cast("Record", items[0]), self.unknown_keys)


class Body(kit.Body):
    """The object of a POST. Only the keys the product is known to send are taken; others are refused and logged."""

    def invalid(self, key: str, message: str) -> HaloError:
        del key
        return invalid(message)

    def unrecognised(self, key: str) -> HaloError:
        return invalid(f"Could not find member '{key}' on object.")


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: Any


Handler = Callable[..., Reply]
