"""Job handlers and how a job is enqueued."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from pgqueuer.queries import Queries
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

if TYPE_CHECKING:
    from resolutionflow.db.session import Database
    from resolutionflow.services import Services


class JobArgs(BaseModel):
    """Base of job arguments: the tenant and ids, never content or secrets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account_id: UUID


A = TypeVar("A", bound=JobArgs)


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a handler is given. `attempt` counts from 0; it rises with retries and after a worker died."""

    services: Services
    attempt: int

    @property
    def db(self) -> Database:
        return self.services.db


Handler = Callable[[JobContext, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A registered handler. `retries` are the waits in seconds before each further try after an error.

    `waits`: it spends its time waiting for somebody else and costs next to nothing meanwhile, so many run beside the others.
    """

    name: str
    handler: Handler
    args: type[JobArgs]
    timeout: float
    retries: tuple[float, ...] = field(default=(1.0, 5.0, 30.0))
    waits: bool = False


SPECS: dict[str, JobSpec] = {}


def job(
    name: str,
    args: type[A],
    *,
    timeout: float = 300.0,
    retries: tuple[float, ...] = (1.0, 5.0, 30.0),
    waits: bool = False,
) -> Callable[[Callable[[JobContext, A], Awaitable[None]]], Callable[[JobContext, A], Awaitable[None]]]:
    """Register `async def handler(ctx, args)` under `name`; `timeout` in seconds, the rest as in `JobSpec`."""

    def register(handler: Callable[[JobContext, A], Awaitable[None]]) -> Callable[[JobContext, A], Awaitable[None]]:
        if name in SPECS and SPECS[name].handler is not handler:
            message = f"job {name} is registered twice"
            raise RuntimeError(message)
        SPECS[name] = JobSpec(name, cast("Handler", handler), args, timeout, retries, waits)
        return handler

    return register


WARM_UPS: list[Callable[[Services], Awaitable[None]]] = []
"""Run once when a worker starts, beside its first jobs: what would make the first job of a kind slow."""


async def enqueue(
    session: AsyncSession,
    name: str,
    args: JobArgs,
    *,
    delay: timedelta | None = None,
    dedupe_key: str | None = None,
    priority: int = 0,
) -> None:
    """Put a job into the queue as part of `session`'s transaction. With `dedupe_key` an equal waiting job makes this a no-op."""
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    driver = cast("Any", raw.driver_connection)
    if not driver.is_in_transaction():
        # The transaction begins with its first statement, and this one goes past the session.
        await session.execute(text("SELECT"))
    queries = Queries.from_asyncpg_connection(driver)
    await queries.enqueue(
        name,
        args.model_dump_json().encode(),
        priority=priority,
        execute_after=delay or timedelta(0),
        dedupe_key=dedupe_key,
        on_conflict="skip",
    )
