"""The demo world: one neutral description of the invented MSP Kestrelford IT, its clients and its tickets.

`load(now)` reads the data files of this package, resolves their relative times against `now` and validates the result.
The simulators render it in each vendor's shape; the demo workspace takes its people from it.
"""

from __future__ import annotations

from resolutionflow.demo.world.errors import WorldError
from resolutionflow.demo.world.loader import load
from resolutionflow.demo.world.model import (
    Attachment,
    Board,
    Company,
    Configuration,
    Contact,
    DemoUser,
    Member,
    MemberKind,
    Note,
    NoteKind,
    Priority,
    Site,
    Status,
    Ticket,
    World,
)

__all__ = [
    "Attachment",
    "Board",
    "Company",
    "Configuration",
    "Contact",
    "DemoUser",
    "Member",
    "MemberKind",
    "Note",
    "NoteKind",
    "Priority",
    "Site",
    "Status",
    "Ticket",
    "World",
    "WorldError",
    "load",
]
