"""Refusals of sessions. Those of one part stand beside it (lane, facts, fixes, documents)."""

from __future__ import annotations

from resolutionflow.errors import AppError


class NotSessionHandler(AppError):
    code = "not_session_handler"
    status = 403
    message = "You may read this session but not change it: only its owner and its handler may. Nothing was changed."


class SessionClosed(AppError):
    code = "session_closed"
    status = 409
    message = "This session is closed. Nothing was changed. Reopen it to go on."


class AwaitingPickup(AppError):
    code = "awaiting_pickup"
    status = 409
    message = "This session is on its way to another engineer. Pick it up first, then go on."


class WrongSessionStatus(AppError):
    """Details: `status` and `allowed`."""

    code = "wrong_session_status"
    status = 409
    message = "The session's status does not allow this. Nothing was changed."


class TurnInProgress(AppError):
    """Details: `turn_id` of the running turn."""

    code = "turn_in_progress"
    status = 409
    message = "FlowPilot is still answering. Wait for the answer or stop it, then try again."


class InvalidUser(AppError):
    code = "invalid_user"
    status = 400
    message = "This person cannot handle sessions: it takes an active engineer, admin or owner of your account. Nothing was changed."


class HandoffLive(AppError):
    code = "handoff_live"
    status = 409
    message = "This session is on its way to another engineer. Take the handoff back or let it be picked up first. Nothing was changed."


class TicketInUse(AppError):
    """Details: `session_id`, `title`, `owner` of the other open session, as far as the caller may read it."""

    code = "ticket_in_use"
    status = 409
    message = "Another open session already works on this ticket. Open that one, or confirm that both may."


class NoTicket(AppError):
    code = "no_ticket"
    status = 409
    message = "This session is not linked to a ticket. Link one first."
