"""What a person who waits for a session's write is told. For the domains that post documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from resolutionflow.errors import AppError
from resolutionflow.psa.errors import LeakSuspected, PostFailed, StatusNotVerified, TicketChanged
from resolutionflow.psa.writeback import rules, service
from resolutionflow.psa.writeback.repository import Write
from resolutionflow.psa.writeback.schemas import SkippedStep
from resolutionflow.services import Services


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """`confirmed`: the note was read back, the status verified or skipped, the hook has run. `pending`: the outbox keeps trying (202)."""

    outcome: Literal["confirmed", "pending"]
    write_id: UUID
    external_id: str | None
    posted_at: datetime | None
    verified_status_id: str | None
    verified_status_name: str | None
    skipped: tuple[SkippedStep, ...]


async def answer_for(
    services: Services, account_id: UUID, write_id: UUID, *, timeout: float = service.WAIT_SECONDS
) -> PostAnswer:
    """Wait for a write and turn what became of it into an answer.

    Raises `StatusNotVerified`, `PostFailed` (both with `write_id` and what did happen), `TicketChanged`, `LeakSuspected`. A refusal of which
    nothing was sent is cancelled, so that the person can post again.
    """
    write = await service.wait_for_write(services, account_id, write_id, timeout=timeout)
    if write.state in ("queued", "running", "waiting"):
        return _answer("pending", write)
    if write.state in ("done", "partial"):
        return _answer("confirmed", write)
    if write.state == "blocked" and (write.problem or {}).get("kind") in ("rejected", "conflict"):
        await service.release(services, account_id, write_id)
    raise failure_of(write)


def _answer(outcome: Literal["confirmed", "pending"], write: Write) -> PostAnswer:
    return PostAnswer(
        outcome=outcome,
        write_id=write.id,
        external_id=write.result.get("external_id"),
        posted_at=posted_at(write),
        verified_status_id=write.result.get("verified_status_id"),
        verified_status_name=write.result.get("verified_status_name"),
        skipped=tuple(skipped_steps(write)),
    )


def posted_at(write: Write) -> datetime | None:
    text = write.result.get("posted_at")
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def skipped_steps(write: Write) -> list[SkippedStep]:
    return [SkippedStep(step=step.step, reason=step.reason or "") for step in write.steps if step.state == "skipped"]


def failure_of(write: Write) -> AppError:
    """The error for a blocked or cancelled write."""
    problem: dict[str, Any] = write.problem or {}
    details: dict[str, Any] = {
        "write_id": str(write.id),
        "problem": {key: problem.get(key) for key in ("kind", "code", "message", "permission")},
        "note": _note_fate(write),
        "external_id": write.result.get("external_id"),
        "posted_at": write.result.get("posted_at"),
    }
    if problem.get("kind") == "not_verified":
        details |= {"expected": problem.get("expected"), "observed": problem.get("observed")}
        return StatusNotVerified(details=details)
    if problem.get("kind") == "conflict":
        if problem.get("code") == "leak_suspected":
            return LeakSuspected(problem.get("message"), details=details)
        return TicketChanged(problem.get("message"), details={**details, "changes": problem.get("changes") or []})
    message = problem.get("message")
    if _note_fate(write) == "posted":
        return PostFailed(
            f"The note is on the ticket, but the status was not changed. {message or ''}".strip(), details=details
        )
    return PostFailed(f"The note is not on the ticket. {message}" if message else None, details=details)


def _note_fate(write: Write) -> Literal["none", "posted", "unknown", "not_sent"]:
    step = write.step("note")
    if step is None:
        return "none"
    if step.state == "done":
        return "posted"
    return "unknown" if step.state in rules.MAYBE_SENT else "not_sent"
