"""Jobs of the PSA domain."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.jobs.registry import JobArgs, JobContext, enqueue, job
from resolutionflow.kit.clock import now

WRITE_JOB = "psa_write"
WARM_JOB = "psa_warm_up"
AWAITED_FIRST = 10
AWAITED = timedelta(minutes=1)
"""How long a person is taken to wait for a write."""


class WriteArgs(JobArgs):
    """Which write to work on, and until when it goes before those that nobody waits for."""

    write_id: UUID
    awaited_until: datetime | None = None


@job(WRITE_JOB, WriteArgs, timeout=300.0, retries=(1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0))
async def psa_write(ctx: JobContext, args: WriteArgs) -> None:
    """Run a write as far as it goes. Safe to run twice: the write is claimed, and every step knows whether it was sent."""
    from resolutionflow.psa.writeback.engine import run_write

    awaited = args.awaited_until is not None and now() < args.awaited_until
    if args.awaited_until is not None and not awaited:
        # It waited so long itself that nobody waits for it any more: those that were asked for since go first.
        async with ctx.db.transaction(args.account_id) as session:
            await enqueue_write(session, args.account_id, args.write_id)
        return
    await run_write(ctx.services, args.account_id, args.write_id, awaited=awaited)


class WarmArgs(JobArgs):
    """Which connection was made or tried out."""

    connection_id: UUID


@job(WARM_JOB, WarmArgs, timeout=120.0, retries=())
async def psa_warm_up(ctx: JobContext, args: WarmArgs) -> None:
    """Ask ahead for what filters, pickers and tickets need. Whatever fails is asked again by whoever needs it."""
    from resolutionflow.psa.lookups import warm_up

    await warm_up(ctx.services, args.account_id, args.connection_id)


async def enqueue_warm_up(session: AsyncSession, account_id: UUID, connection_id: UUID) -> None:
    """Have a worker look things up ahead, as part of `session`'s transaction."""
    await enqueue(session, WARM_JOB, WarmArgs(account_id=account_id, connection_id=connection_id))


async def enqueue_write(
    session: AsyncSession, account_id: UUID, write_id: UUID, *, delay: timedelta | None = None, awaited: bool = False
) -> None:
    """Have a worker look at the write, as part of `session`'s transaction. `awaited`: a person waits, so it goes before the others."""
    until = now() + AWAITED if awaited else None
    args = WriteArgs(account_id=account_id, write_id=write_id, awaited_until=until)
    await enqueue(session, WRITE_JOB, args, delay=delay, priority=AWAITED_FIRST if awaited else 0)
