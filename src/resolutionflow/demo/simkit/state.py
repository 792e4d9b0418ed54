"""What a simulated PSA remembers: tables of records, rights, mail, and what its vendor adds. In memory, or also in a file.

The file is replaced whole after every change: a killed process leaves a complete one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, TypeVar, cast

import orjson

from resolutionflow.demo.simkit.records import Record, Table

_FORMAT: Final = 1


@dataclass
class SimState:
    """Everything that a restart must keep. `next_id` serves all record types; ids are never used twice.

    `switches` are the vendor's ways that differ between real systems, by name; `/__sim/switches` turns them.
    A vendor's subclass adds fields with defaults; their values must survive JSON.
    """

    #: The name of the table of tickets.
    tickets: ClassVar[str] = "tickets"

    tables: dict[str, Table]
    next_id: int
    denied: set[str] = field(default_factory=set[str])
    mail: list[Record] = field(default_factory=list[Record])
    switches: dict[str, bool] = field(default_factory=dict[str, bool])

    def table(self, name: str) -> Table:
        return self.tables[name]

    def rows(self, name: str) -> list[Record]:
        return list(self.tables[name].values())

    def new_id(self) -> int:
        self.next_id += 1
        return self.next_id

    def like(self, other: SimState) -> bool:
        """Whether both hold the same tables and switches, so that one can stand for the other."""
        return self.tables.keys() == other.tables.keys() and self.switches.keys() == other.switches.keys()

    def send_mail(self, *, at: str, ticket: int, cause: str, audience: str, recipients: list[str]) -> None:
        """Write down a mail the PSA would send, unless nobody would get it. Nothing leaves."""
        if recipients:
            self.mail.append(
                {"at": at, "ticket_id": ticket, "cause": cause, "audience": audience, "recipients": recipients}
            )


AnyState = TypeVar("AnyState", bound=SimState)


def first_free_id(seed: int, base: int = 91_700) -> int:
    """Where ids of new records begin; the seed moves it, so that two simulators can be told apart."""
    return base + random.Random(seed).randrange(1000)  # noqa: S311 - not a secret


class Store(Generic[AnyState]):
    """Keeps a state in a file when one is given."""

    def __init__(self, file: Path | None, kind: type[AnyState]) -> None:
        self._file = file
        self._kind = kind

    def load(self) -> AnyState | None:
        """The stored state; None without a file, for a damaged one or one of another format."""
        if self._file is None or not self._file.exists():
            return None
        try:
            data: Any = orjson.loads(self._file.read_bytes())
            if data["format"] != _FORMAT:
                return None
            return self._from_json(data)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
            return None

    def save(self, state: AnyState) -> None:
        """Replace the file by the state as it is now."""
        if self._file is None:
            return
        kept = {one.name: getattr(state, one.name) for one in fields(state)}
        data = {"format": _FORMAT, **kept, "denied": sorted(state.denied)}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._file.with_name(self._file.name + ".new")
        beside.write_bytes(orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS))
        beside.replace(self._file)

    def _from_json(self, data: Record) -> AnyState:
        tables = cast("dict[str, dict[str, Record]]", data["tables"])
        own = {one.name for one in fields(self._kind)} - {one.name for one in fields(SimState)}
        state = self._kind(
            tables={name: {int(key): row for key, row in rows.items()} for name, rows in tables.items()},
            next_id=int(data["next_id"]),
            denied=set(cast("list[str]", data["denied"])),
            mail=list(cast("list[Record]", data["mail"])),
            switches=dict(cast("dict[str, bool]", data.get("switches", {}))),
        )
        for name in own:
            value = data[name]
            if not isinstance(value, type(getattr(state, name))):
                raise TypeError(name)
            setattr(state, name, value)
        return state
