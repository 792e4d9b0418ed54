"""What the simulated PSA remembers: tables of records, rights, mail and its code base. In memory, or also in a file.

Tickets, notes, schedule and time entries are kept with plain ids (`board: 11`) and rendered on reading; everything else
is kept as the vendor shows it. The file is replaced whole after every change: a killed process leaves a complete one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

import orjson

from resolutionflow.demo.connectwise.clock import SimClock, stamp
from resolutionflow.demo.connectwise.query import Record

Table = dict[int, Record]

FIRST_CODEBASE: Final = "v2025_1/"
#: The rights an API member can lack, by the names people see in the PSA.
PERMISSIONS: Final = (
    "Service Desk: Service Tickets",
    "Service Desk: Close Service Tickets",
    "Service Desk: Resource Scheduling",
    "Companies: Company Maintenance",
    "Companies: Contacts",
    "Companies: Configurations",
    "System: Table Setup",
    "System: Member Maintenance",
    "Time & Expense: Time Entry",
)
_FORMAT: Final = 1


@dataclass
class State:
    """Everything that a restart must keep. `next_id` serves all record types; ids are never used twice."""

    tables: dict[str, Table]
    next_id: int
    codebase: str = FIRST_CODEBASE
    denied: set[str] = field(default_factory=set[str])
    mail: list[Record] = field(default_factory=list[Record])

    def table(self, name: str) -> Table:
        return self.tables[name]

    def new_id(self) -> int:
        self.next_id += 1
        return self.next_id

    def rows(self, name: str) -> list[Record]:
        return list(self.tables[name].values())

    def touch(self, ticket: Record, clock: SimClock, by: str) -> None:
        """Move the ticket's `_info.lastUpdated`: always forward, also twice within one second."""
        now = stamp(clock.now())
        if now <= ticket["updated"]:
            now = _one_second_later(ticket["updated"])
        ticket["updated"], ticket["updated_by"] = now, by


def _one_second_later(text: str) -> str:
    return stamp(datetime.fromisoformat(text) + timedelta(seconds=1))


def first_free_id(seed: int) -> int:
    """Where ids of new records begin; the seed moves it, so that two simulators can be told apart."""
    return 91_700 + random.Random(seed).randrange(1000)  # noqa: S311 - not a secret


class Store:
    """Keeps the state in a file when one is given."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def load(self) -> State | None:
        """The stored state; None without a file, for a damaged one or one of another format."""
        if self._file is None or not self._file.exists():
            return None
        try:
            data: Any = orjson.loads(self._file.read_bytes())
            if data["format"] != _FORMAT:
                return None
            return _from_json(data)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
            return None

    def save(self, state: State) -> None:
        """Replace the file by the state as it is now."""
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._file.with_name(self._file.name + ".new")
        beside.write_bytes(orjson.dumps(_to_json(state), option=orjson.OPT_NON_STR_KEYS))
        beside.replace(self._file)


def _to_json(state: State) -> Record:
    return {
        "format": _FORMAT,
        "tables": state.tables,
        "next_id": state.next_id,
        "codebase": state.codebase,
        "denied": sorted(state.denied),
        "mail": state.mail,
    }


def _from_json(data: Record) -> State:
    tables = cast("dict[str, dict[str, Record]]", data["tables"])
    return State(
        tables={name: {int(key): row for key, row in rows.items()} for name, rows in tables.items()},
        next_id=int(data["next_id"]),
        codebase=str(data["codebase"]),
        denied=set(cast("list[str]", data["denied"])),
        mail=list(cast("list[Record]", data["mail"])),
    )
