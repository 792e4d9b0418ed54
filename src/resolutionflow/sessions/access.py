"""Who may read and who may write a session (sessions-api.md 1). Pure."""

from __future__ import annotations

from uuid import UUID

from resolutionflow.auth.subject import Subject
from resolutionflow.sessions.errors import (
    AwaitingPickup,
    NotSessionHandler,
    SessionClosed,
    WrongSessionStatus,
)
from resolutionflow.sessions.fields import IN_TRANSIT, OPEN, SessionStatus
from resolutionflow.sessions.models import AiSession


def is_party(row: AiSession, subject: Subject) -> bool:
    """Owner or handler."""
    return subject.user_id in {row.user_id, row.handler_id}


def named(row: AiSession, user_id: UUID) -> bool:
    """Owner, handler or the target of its escalation."""
    return user_id in {row.user_id, row.handler_id, row.escalated_to_id}


def readable(row: AiSession, subject: Subject, *, team: bool) -> bool:
    """`team`: the account lets every member read every session."""
    return (
        team
        or subject.at_least("admin")
        or is_party(row, subject)
        or row.escalated_to_id == subject.user_id
        or row.status in IN_TRANSIT
    )


def check_writer(row: AiSession, subject: Subject) -> None:
    """Raises `AwaitingPickup` in transit and `NotSessionHandler` otherwise for people who are neither owner nor handler."""
    if is_party(row, subject):
        return
    raise AwaitingPickup if row.status in IN_TRANSIT else NotSessionHandler


def check_open(row: AiSession, *also: SessionStatus) -> None:
    """Raises `SessionClosed` unless the session is open (or in one of `also`)."""
    if row.status not in OPEN and row.status not in also:
        raise SessionClosed


def check_status(row: AiSession, *allowed: SessionStatus) -> None:
    """Raises `WrongSessionStatus` unless the session is in one of `allowed`."""
    if row.status not in allowed:
        raise WrongSessionStatus(details={"status": row.status, "allowed": list(allowed)})
