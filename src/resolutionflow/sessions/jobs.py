"""Background work of sessions: the context of a ticket that could not be read at the start, pictures that went into no message."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.jobs import JobArgs, JobContext, enqueue, job
from resolutionflow.psa.errors import PsaNotConnected
from resolutionflow.psa.providers.errors import PsaError, PsaNotFound
from resolutionflow.sessions import events, psa_hooks, repository, tickets
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.uploads import service as uploads

FILL = "sessions.fill_ticket"
RETRIES = (5.0, 20.0, 60.0, 300.0, 900.0, 3600.0, 3600.0)

psa_hooks.register()


class FillArgs(JobArgs):
    """Whose ticket to read."""

    session_id: UUID


async def fill_later(tx: AsyncSession, row: AiSession) -> None:
    """Read the ticket of `row` in the background."""
    await enqueue(tx, FILL, FillArgs(account_id=row.account_id, session_id=row.id), dedupe_key=f"fill:{row.id}")


@job(FILL, FillArgs, timeout=60.0, retries=RETRIES)
async def fill_ticket(ctx: JobContext, args: FillArgs) -> None:
    """Fetch the ticket and write it to the session; gives up as `failed` after the last try or when the ticket is gone."""
    async with ctx.db.transaction(args.account_id) as tx:
        row = await repository.find(tx, args.account_id, args.session_id)
        if row is None or row.psa_context_status != "pending" or row.psa_ticket_id is None:
            return
        ticket_id = row.psa_ticket_id
    ticket: tickets.FetchedTicket | None = None
    try:
        ticket = await tickets.fetch(ctx.services, args.account_id, ticket_id, offline=False)
    except (PsaNotFound, PsaNotConnected):
        ticket = None
    except PsaError:
        if ctx.attempt < len(RETRIES):
            raise
    async with ctx.db.transaction(args.account_id) as tx:
        row = await repository.find(tx, args.account_id, args.session_id, lock=True)
        if row is None or row.psa_context_status != "pending" or row.psa_ticket_id != ticket_id:
            return
        if ticket is None:
            row.psa_context_status = "failed"
            await repository.touch(tx, row)
        else:
            tickets.fill(row, ticket, Protector.of(ctx.services))
            await repository.bump(tx, row)
        await events.changed(tx, row, "session", actor_id=None)


@job(uploads.DROP, uploads.DropArgs, timeout=60.0, retries=RETRIES)
async def drop_upload(ctx: JobContext, args: uploads.DropArgs) -> None:
    """Remove a picture that went into no message."""
    await uploads.drop(ctx.services, args.account_id, args.upload_id)
