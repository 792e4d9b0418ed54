"""Reading the post history."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.models import User
from resolutionflow.auth.subject import Subject
from resolutionflow.errors import InvalidCursor, NotFound
from resolutionflow.kit.pagination import decode_cursor, encode_cursor
from resolutionflow.psa.models import PsaConnection, PsaWrite
from resolutionflow.psa.providers.contract import ProviderName
from resolutionflow.psa.providers.registry import VENDORS
from resolutionflow.psa.refs import REFERENCE
from resolutionflow.psa.schemas import Named, WriteState
from resolutionflow.psa.writeback import answers, hooks, repository, rules
from resolutionflow.psa.writeback.repository import Step, Write
from resolutionflow.psa.writeback.schemas import (
    FieldChange,
    WriteActions,
    WriteListOut,
    WriteOut,
    WriteProblem,
    WriteStepOut,
)


@dataclass(frozen=True, slots=True)
class WriteFilter:
    """Which writes are listed. Empty fields do not narrow."""

    session_id: UUID | None
    ticket_id: str | None
    states: tuple[WriteState, ...]


async def list_writes(
    session: AsyncSession, subject: Subject, wanted: WriteFilter, *, limit: int, cursor: str | None
) -> WriteListOut:
    """Newest first. A session's writes are listed only to those who may read the session."""
    bound = [str(wanted.session_id), wanted.ticket_id, wanted.states]
    statement = select(PsaWrite).order_by(PsaWrite.created_at.desc(), PsaWrite.id.desc()).limit(limit + 1)
    if wanted.session_id is not None:
        statement = statement.where(PsaWrite.session_id == wanted.session_id)
    if wanted.ticket_id is not None:
        statement = statement.where(PsaWrite.ticket_id == wanted.ticket_id)
    if wanted.states:
        statement = statement.where(PsaWrite.state.in_(wanted.states))
    if cursor is not None:
        after = _uuid(decode_cursor(cursor, bound, length=1)[0])
        anchor = select(PsaWrite.created_at, PsaWrite.id).where(PsaWrite.id == after).subquery()
        statement = statement.where(
            tuple_(PsaWrite.created_at, PsaWrite.id) < select(anchor.c.created_at, anchor.c.id).scalar_subquery()
        )
    rows = list((await session.execute(statement)).scalars())
    page = rows[:limit]
    steps = await repository.steps_of(session, [row.id for row in page])
    readable: list[Write] = []
    rights: dict[UUID | None, bool] = {}
    for row in page:
        if row.session_id not in rights:
            rights[row.session_id] = await hooks.may_read(session, subject, row.session_id)
        if rights[row.session_id]:
            readable.append(repository.to_write(row, steps[row.id]))
    items = [await _out(session, subject, write) for write in readable]
    more = len(rows) > limit
    return WriteListOut(items=items, next_cursor=encode_cursor([str(page[-1].id)], bound) if more else None)


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise InvalidCursor from error


async def get_write(session: AsyncSession, subject: Subject, write_id: UUID) -> WriteOut:
    """One write. Raises `NotFound` when it is not the caller's to see."""
    write = await repository.load(session, write_id)
    if write is None or not await hooks.may_read(session, subject, write.session_id):
        raise NotFound("write")
    return await _out(session, subject, write)


async def view(session: AsyncSession, subject: Subject, write_id: UUID) -> WriteOut:
    """A write as it is now inside this transaction."""
    write = await repository.load(session, write_id)
    assert write is not None
    return await _out(session, subject, write)


async def _out(session: AsyncSession, subject: Subject, write: Write) -> WriteOut:
    name = (await session.execute(select(User.name).where(User.id == write.requested_by))).scalar_one_or_none()
    ticket_url = None
    if write.connection_id is not None:
        statement = select(PsaConnection.provider, PsaConnection.web_base).where(
            PsaConnection.id == write.connection_id
        )
        known = (await session.execute(statement)).one_or_none()
        ticket_url = _ticket_url(known.provider, known.web_base, write.ticket_id) if known else None
    may_act = await hooks.may_act(session, subject, write.session_id, write.requested_by)
    can = rules.allowed(write.state, write.views, note_confirmed="posted_at" in write.result)
    plan = write.plan
    acting = None
    if write.acting_member_id is not None:
        acting = Named(id=write.acting_member_id, name=write.acting_member_name or "")
    return WriteOut(
        id=write.id,
        kind=write.kind,
        state=write.state,
        ticket_id=write.ticket_id,
        ticket_ref=write.ticket_ref,
        ticket_url=ticket_url,
        session_id=write.session_id,
        reference=write.reference,
        requested_by=write.requested_by,
        requested_by_name=name or "",
        acting_member=acting,
        text=plan.text,
        visibility=plan.visibility if plan.text is not None else None,
        attempts=write.attempts,
        next_attempt_at=write.next_attempt_at,
        external_id=write.result.get("external_id"),
        posted_at=answers.posted_at(write),
        verified_status_id=write.result.get("verified_status_id"),
        verified_status_name=write.result.get("verified_status_name"),
        expected_status_name=plan.status.name if plan.status else None,
        shown_author=write.result.get("shown_author"),
        warnings=list(write.result.get("warnings", [])),
        skipped=answers.skipped_steps(write),
        problem=WriteProblem.model_validate(write.problem) if write.problem else None,
        steps=[_step(step) for step in write.steps],
        actions=WriteActions(**{key: value and may_act for key, value in asdict(can).items()}),
        created_at=write.created_at,
        updated_at=write.updated_at,
    )


def _ticket_url(provider: ProviderName, web_base: str, ticket_id: str) -> str | None:
    """The link to the ticket without opening a connection; none before there is one."""
    if not web_base or REFERENCE.fullmatch(ticket_id):
        return None
    return web_base + VENDORS[provider].link.format(id=ticket_id)


def _step(step: Step) -> WriteStepOut:
    return WriteStepOut(
        step=step.step,
        state=step.state,
        fields=[
            FieldChange.model_validate({"field": item["field"], "from": item.get("before"), "to": item["to"]})
            for item in step.request_fields
        ],
        external_id=step.external_id,
        reason=step.reason,
        error=step.error,
        sent_at=step.sent_at,
        done_at=step.done_at,
    )
