"""A session to talk in and an engine that says what a test wants, as fast or slow as it wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.support.live import Live

from resolutionflow.kit.ids import new_id
from resolutionflow.pilot import runner
from resolutionflow.pilot.contract import EngineName, SuggestedFlow, TurnContext


@dataclass
class ScriptedEngine:
    """Says `chunks`; waits at a `None` until `go` is set; raises when a chunk is an exception."""

    chunks: list[str | Exception | None] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    seen: list[TurnContext] = field(default_factory=list)

    @property
    def name(self) -> EngineName:
        return "guide"

    @property
    def model(self) -> None:
        return None

    def usage(self) -> dict[str, int]:
        return {}

    async def run(self, context: TurnContext) -> AsyncIterator[str]:
        self.seen.append(context)
        for chunk in self.chunks:
            if chunk is None:
                await self.go.wait()
            elif isinstance(chunk, Exception):
                raise chunk
            else:
                yield chunk

    def suggested_flows(self, context: TurnContext) -> tuple[SuggestedFlow, ...]:
        return (SuggestedFlow("a-flow", "A flow"),)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    """Replaces the engine of the next turns."""
    scripted = ScriptedEngine()

    async def choose(*_: object) -> ScriptedEngine:
        return scripted

    monkeypatch.setattr(runner, "choose_engine", choose)
    return scripted


NewSession = Callable[..., "asyncio.Future[UUID]"]


@pytest.fixture
def new_session(live: Live) -> Callable[..., object]:
    """Makes a session owned by a person of the world."""

    async def make(role: str = "engineer", account: str = "a", status: str = "active") -> UUID:
        sid = new_id()
        tenant = live.world[account]
        async with live.services.db.transaction(tenant.id) as tx:
            await tx.execute(
                text(
                    "INSERT INTO ai_sessions (id, account_id, user_id, intake_type, title, status)"
                    " VALUES (:id, :account, :user, 'free_text', 'A session', :status)"
                ),
                {"id": sid, "account": tenant.id, "user": tenant[role].id, "status": status},
            )
        return sid

    return make
