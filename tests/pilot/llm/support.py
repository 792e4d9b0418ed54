"""Talking to a session whose account uses the model server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
from sqlalchemy import text
from tests.support.live import Event, Live, read_events

from resolutionflow.demo.models import ModelServer, Reply
from resolutionflow.kit.ids import new_id

ANSWER = (
    "Webmail narrows it to the device. "
    '[PROMOTE]{"source_type": "question", "source_ref": null, "text": "Webmail works.", "summary": "rules out the mailbox",'
    ' "evidence": "webmail works"}[/PROMOTE]'
    '[QUESTIONS][{"text": "Does a second profile work?", "options": ["Yes", "No"]}][/QUESTIONS]'
)


@dataclass
class Case:
    """One session of account A over the model server."""

    live: Live
    models: ModelServer
    sid: UUID

    async def use(self, provider: str, **changes: Any) -> None:
        """Choose the model server as the account's own model, as an admin does."""
        async with self.live.client("admin") as admin:
            version = (await admin.get("/api/v1/accounts/me/ai")).json()["version"]
            body = {
                "mode": "own",
                "provider": provider,
                "base_url": self.models.base_url(provider),
                "api_key": self.models.script.key,
                "model_fast": "small-1",
                "model_standard": "large-1",
                "monthly_budget_usd": None,
                "warn_percent": 80,
                "ms_learn_enabled": False,
                "images_enabled": True,
                "prices": [
                    {"model": "large-1", "input": 3, "output": 15},
                    {"model": "small-1", "input": 1, "output": 5},
                ],
                "version": version,
                **changes,
            }
            answer = await admin.put("/api/v1/accounts/me/ai", json=body)
            assert answer.status_code == 200, answer.text

    async def say(self, message: str = "webmail works for her", turn: UUID | None = None) -> list[Event]:
        async with self.live.client() as client:
            body = {"message": message, "client_turn_id": str(turn or uuid4())}
            async with client.stream("POST", f"/api/v1/ai-sessions/{self.sid}/chat", json=body) as response:
                assert response.status_code == 200, await response.aread()
                return [event async for event in read_events(response)]

    async def get(self, path: str, role: str = "engineer") -> Any:
        async with self.live.client(role) as client:
            answer = await client.get(f"/api/v1{path}")
            assert answer.status_code == 200, answer.text
            return answer.json()

    async def messages(self) -> list[dict[str, Any]]:
        return (await self.get(f"/ai-sessions/{self.sid}/messages"))["items"]

    async def calls(self) -> list[dict[str, Any]]:
        """The recorded calls, oldest first."""
        async with self.live.services.db.transaction(self.live.world.a.id) as tx:
            rows = await tx.execute(text("SELECT * FROM ai_calls ORDER BY created_at, id"))
            return [dict(row) for row in rows.mappings()]

    async def running_turn(self) -> UUID:
        async with self.live.services.db.transaction(self.live.world.a.id) as tx:
            query = text("SELECT id FROM ai_session_turns WHERE session_id = :sid AND status = 'running'")
            return (await tx.execute(query, {"sid": self.sid})).scalar_one()

    async def new_session(self, ticket: dict[str, Any] | None = None) -> None:
        """Go on in a session that begins now."""
        self.sid = new_id()
        tenant = self.live.world.a
        async with self.live.services.db.transaction(tenant.id) as tx:
            await tx.execute(
                text(
                    "INSERT INTO ai_sessions (id, account_id, user_id, intake_type, title, status, psa_context)"
                    " VALUES (:id, :account, :user, 'free_text', 'Outlook asks for a password', 'active', CAST(:ticket AS jsonb))"
                ),
                {
                    "id": self.sid,
                    "account": tenant.id,
                    "user": tenant["engineer"].id,
                    "ticket": None if ticket is None else httpx2.Response(200, json=ticket).text,
                },
            )


def notices(events: list[Event]) -> list[str]:
    return [event.data["kind"] for event in events if event.kind == "notice"]


def shown(events: list[Event]) -> str:
    return "".join(event.data["text"] for event in events if event.kind == "delta")


def answering(text_of: str = ANSWER, **more: Any) -> Reply:
    return Reply(text=text_of, piece=9, **more)
