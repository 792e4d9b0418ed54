"""What the contract suite needs of a vendor: its simulator, how to sign in, and what the simulator really holds.

A vendor joins with a file beside this one that implements `Harness`, and a line in `vendors.py`. The suite reads the truth from the
simulator's control interface, never through the provider under test.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, ClassVar, Literal, cast

from resolutionflow.psa.connections import SignIn
from resolutionflow.psa.providers.contract import FieldValue, ProviderName, Visibility
from resolutionflow.psa.providers.vendor import Vendor
from tests.psa.support import Control

Operation = Literal[
    "get_ticket",
    "search_tickets",
    "list_notes",
    "list_configuration_refs",
    "list_assignees",
    "list_time",
    "list_attachments",
    "list_boards",
    "list_statuses",
    "list_priorities",
    "list_members",
    "list_outcomes",
    "search_companies",
    "search_contacts",
    "add_note",
    "set_status",
    "add_time",
    "create_ticket",
    "assign_primary",
    "assign_additional",
    "unassign_primary",
    "unassign_additional",
]


@dataclass(frozen=True, slots=True)
class Place:
    """The request that carries an operation: `method` and `path` as the simulator's faults take them.

    `right` is what to deny in the simulator so that it is refused, empty when no right guards it.
    """

    method: str
    path: str
    right: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """Records of the demo world by the vendor's ids. None: the vendor has no such thing.

    `ticket` is open and ordinary: a contact with an e-mail, an owner and nobody else, notes; its status can be changed. `status` and
    `closed_status` are of its board and not its present one; setting `status` mails nobody. `member` and `other` may be put on tickets and
    are not on any named here; `login` signs `member` in.
    """

    ticket: str
    unowned: str
    helped: str | None
    busy: str
    hidden: str | None
    merged: str | None
    board: str
    status: str
    closed_status: str
    foreign_status: str | None
    company: str
    company_name: str
    contact: str
    priority: str
    configurations: tuple[str, ...]
    member: str
    other: str
    login: str


@dataclass(frozen=True, slots=True)
class StoredNote:
    """`text` as the vendor keeps it; `member` who the vendor names as the author, None when it is nobody of the MSP."""

    id: str
    text: str
    visibility: Visibility
    member: str | None


@dataclass(frozen=True, slots=True)
class StoredTime:
    id: str
    minutes: int
    notes: str
    member: str | None


@dataclass(frozen=True, slots=True)
class StoredTicket:
    """What the simulator really holds of a ticket."""

    id: str
    summary: str
    board: str
    status: str
    priority: str
    company: str
    contact: str | None
    owner: str | None
    additional: tuple[str, ...]
    closed: bool
    reference: str
    configurations: tuple[str, ...] = ()


class Harness(ABC):
    """One vendor with its simulator running. Made once per test session; `reset` before each test."""

    name: ClassVar[ProviderName]
    vendor: ClassVar[Vendor]
    places: ClassVar[Mapping[Operation, Place]]
    control: Control

    @classmethod
    @abstractmethod
    def start(cls) -> Harness:
        """Start the simulator on a free loopback port."""

    @abstractmethod
    def stop(self) -> None: ...

    @property
    @abstractmethod
    def sign_in(self) -> SignIn: ...

    @abstractmethod
    def wrong_sign_ins(self) -> Mapping[str, SignIn]:
        """By the field that is wrong; each must be refused."""

    @abstractmethod
    def scene(self) -> Scene: ...

    @abstractmethod
    def tickets(self) -> Sequence[StoredTicket]:
        """Every ticket of the simulator that may be listed."""

    @abstractmethod
    def stored(self, ticket_id: str) -> StoredTicket:
        """One ticket with `additional` and `configurations`."""

    @abstractmethod
    def notes(self, ticket_id: str) -> Sequence[StoredNote]:
        """What `list_notes` must find, in any order."""

    @abstractmethod
    def times(self, ticket_id: str) -> Sequence[StoredTime]: ...

    @abstractmethod
    def reply(self, ticket_id: str, text: str) -> None:
        """The contact answers in the PSA."""

    def reset(self) -> None:
        """The demo world untouched, no faults, all rights, an empty log."""
        self.control.reset()

    def fault(self, kind: str, operation: Operation, *, nth: int = 1, times: int = 1, **args: Any) -> None:
        place = self.places[operation]
        self.control.fault(kind, method=place.method, path=place.path, nth=nth, times=times, **args)

    def deny(self, operation: Operation) -> None:
        self.control.deny(self.places[operation].right)

    def requests(self, operation: Operation) -> list[dict[str, Any]]:
        """The requests of an operation as the simulator logged them."""
        place = self.places[operation]
        return [item for item in self.control.requests(place.method) if fnmatchcase(item["path"], place.path)]

    def sent(self, operation: Operation) -> list[dict[str, FieldValue]]:
        """What each of them carried, under the names a plan uses (`member/id`)."""
        return [flat(item["body"]) for item in self.requests(operation)]


def flat(body: Any, prefix: str = "") -> dict[str, FieldValue]:
    """A JSON body as fields with slashes. A list of patch operations becomes their values, a list of one record that record."""
    if isinstance(body, list) and not prefix:
        rows = cast("list[Any]", body)
        if rows and all(isinstance(row, dict) and "op" in row for row in rows):
            return flat({row["path"]: row.get("value") for row in rows})
        assert len(rows) == 1, rows
        return flat(rows[0])
    if isinstance(body, dict):
        found: dict[str, FieldValue] = {}
        for key, value in cast("dict[str, Any]", body).items():
            found |= flat(value, f"{prefix}/{key}" if prefix else key)
        return found
    if isinstance(body, list):
        found = {}
        for position, value in enumerate(cast("list[Any]", body)):
            found |= flat(value, f"{prefix}/{position}")
        return found
    return {prefix: body}
