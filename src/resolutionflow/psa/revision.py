"""What a ticket looked like when somebody saw it: an opaque token that can say later what changed.

The token carries short values instead of a digest, so that a conflict can name the old and the new value without anything being stored.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson

from resolutionflow.errors import InvalidRequest
from resolutionflow.psa.providers.contract import Assignee, Note, Ticket

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Revision:
    """`assignees` (id to name) and `note_id` are None when they could not be read; such parts are not compared."""

    updated_at: str
    status_id: str
    status_name: str
    assignees: tuple[tuple[str, str], ...] | None
    note_id: str | None

    def token(self) -> str:
        raw = [
            _VERSION,
            self.updated_at,
            self.status_id,
            self.status_name,
            self.assignees,
            self.note_id,
        ]
        return base64.urlsafe_b64encode(orjson.dumps(raw)).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, in words for a person."""

    field: str
    then: str | None
    now: str | None
    by: str | None


def of_ticket(ticket: Ticket, notes: Sequence[Note] | None, assignees: Sequence[Assignee] | None) -> Revision:
    """The revision of a ticket as just read. Our own notes do not count as news."""
    people = None
    if assignees is not None:
        people = tuple(sorted((person.member.id, person.member.name) for person in assignees))[:20]
    return Revision(
        updated_at=_stamp(ticket.updated_at),
        status_id=ticket.status.id if ticket.status else "",
        status_name=ticket.status.name if ticket.status else "",
        assignees=people,
        note_id=_note_id(notes),
    )


def _newest_foreign(notes: Sequence[Note]) -> Note | None:
    return next((note for note in notes if note.reference is None), None)


def _note_id(notes: Sequence[Note] | None) -> str | None:
    if notes is None:
        return None
    newest = _newest_foreign(notes)
    return newest.id if newest else ""


def _stamp(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def parse(token: str) -> Revision:
    """The revision inside a token. Raises `InvalidRequest` for anything we did not make."""
    try:
        raw: Any = orjson.loads(base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4)))
        version, updated_at, status_id, status_name, assignees, note_id = cast("list[Any]", raw)
        people = None if assignees is None else tuple((str(id_), str(name)) for id_, name in assignees)
        if version != _VERSION or not all(isinstance(part, str) for part in (updated_at, status_id, status_name)):
            raise ValueError(version)
    except (ValueError, TypeError) as error:
        message = "The revision is not one of ours. Load the ticket again and use the revision that comes with it."
        raise InvalidRequest(message) from error
    return Revision(
        updated_at,
        status_id,
        status_name,
        people,
        None if note_id is None else str(note_id),
    )


def changes(then: Revision, now: Revision, *, ticket: Ticket, notes: Sequence[Note]) -> tuple[Change, ...]:
    """What is different, most telling first. A newer time stamp alone counts only when nothing else explains it."""
    found: list[Change] = []
    if then.status_id != now.status_id:
        found.append(
            Change(
                "status",
                then.status_name or None,
                now.status_name or None,
                ticket.updated_by,
            )
        )
    if then.assignees is not None and now.assignees is not None and then.assignees != now.assignees:
        found.append(
            Change(
                "assignees",
                _names(then.assignees),
                _names(now.assignees),
                ticket.updated_by,
            )
        )
    if then.note_id is not None and now.note_id is not None and then.note_id != now.note_id:
        newest = _newest_foreign(notes)
        found.append(
            Change(
                "note",
                None,
                _excerpt(newest.text) if newest else None,
                newest.author if newest else None,
            )
        )
    if not found and then.updated_at != now.updated_at and not _only_ours(then, notes):
        found.append(
            Change(
                "updated",
                then.updated_at or None,
                now.updated_at or None,
                ticket.updated_by,
            )
        )
    return tuple(found)


def _only_ours(then: Revision, notes: Sequence[Note]) -> bool:
    """Whether the newest thing on the ticket is a note of ours, which moves the time stamp too."""
    newest = notes[0] if notes else None
    return newest is not None and newest.reference is not None and _stamp(newest.created_at) >= then.updated_at


def _names(people: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(name for _, name in people) or "nobody"


def _excerpt(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 160 else f"{words[:159]}…"
