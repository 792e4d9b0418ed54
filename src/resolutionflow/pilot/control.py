"""Stopping a turn and sending the lane: what a person does to a turn beside starting it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.errors import NotFound
from resolutionflow.pilot.errors import NothingToSend
from resolutionflow.pilot.lane_message import compose_send
from resolutionflow.pilot.runner import end_turn
from resolutionflow.pilot.turns import StartedTurn, start_turn
from resolutionflow.services import Services
from resolutionflow.sessions import access, events, repository
from resolutionflow.sessions.context import lane_views
from resolutionflow.sessions.models import AiSession, Turn


async def request_stop(tx: AsyncSession, subject: Subject, sid: UUID, tid: UUID) -> bool:
    """Ask a running turn to stop, or end one that waits. False when it had ended already. Raises 404, 403, 409 as every write."""
    row = await repository.load(tx, subject, sid, lock=True)
    turn = await _turn(tx, row, tid)
    access.check_writer(row, subject)
    if turn.status == "queued":
        turn.usage = {}
        await end_turn(tx, row, turn, "stopped")
        await events.changed(tx, row, "turn", actor_id=subject.user_id, turn_id=turn.id)
        return True
    if turn.status != "running":
        return False
    # The flag survives a lost wake-up: the runner sees it with its next stored batch.
    await tx.execute(
        text(
            "UPDATE ai_session_turns SET markers = markers || '{\"stop\": true}' WHERE account_id = :account AND id = :turn"
        ),
        {"account": row.account_id, "turn": turn.id},
    )
    return True


async def _turn(tx: AsyncSession, row: AiSession, tid: UUID) -> Turn:
    turn = (
        await tx.execute(
            select(Turn)
            .where(Turn.account_id == row.account_id, Turn.session_id == row.id, Turn.id == tid)
            .with_for_update()
        )
    ).scalar_one_or_none()
    if turn is None:
        raise NotFound("turn")
    return turn


async def send_lane(
    tx: AsyncSession, services: Services, subject: Subject, row: AiSession, message: str, client_turn_id: UUID
) -> StartedTurn:
    """Start a turn from every settled item not yet sent. Raises `NothingToSend`."""
    known, _ = await repository.turns_at_hand(tx, row, client_turn_id)
    if known is not None:
        return StartedTurn(known.id, repeated=True)
    text_of_turn = compose_send(await lane_views(tx, row), message)
    if not text_of_turn:
        raise NothingToSend
    return await start_turn(tx, services, subject, row, text_of_turn, client_turn_id)
