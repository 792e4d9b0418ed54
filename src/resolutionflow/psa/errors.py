"""Refusals of the PSA endpoints that are ours; what a provider raises stands in `providers/errors.py`."""

from __future__ import annotations

from resolutionflow.errors import AppError


class PsaNotConnected(AppError):
    code = "psa_not_connected"
    status = 409
    message = "No PSA is connected. Nothing was sent. Ask an admin to connect one."


class SecretsRequired(AppError):
    code = "secrets_required"
    status = 400
    message = (
        "The connection would sign in elsewhere or as somebody else, so its keys are needed again. Nothing was changed."
    )


class PsaWritesOpen(AppError):
    code = "psa_writes_open"
    status = 409
    message = "Writes to this PSA are still open. Nothing was removed. Let them finish, or remove the connection and give them up."


class HookUnreachable(AppError):
    code = "hook_unreachable"
    status = 409
    message = (
        "This server is known by an address of its own machine, where the PSA cannot call it. Nothing was registered. "
        "Whoever runs the server sets RF_BASE_URL to an address the PSA can reach."
    )


class UnknownMember(AppError):
    code = "unknown_member"
    status = 409
    message = "The PSA has no active member with this id. Nothing was changed. Load the members again and choose one."


class MemberTaken(AppError):
    code = "member_taken"
    status = 409
    message = "This member of the PSA belongs to another person already. Nothing was changed. Take it away there first."


class StatusNotOnBoard(AppError):
    code = "status_not_on_board"
    status = 409
    message = (
        "This status belongs to another board than the ticket. Nothing was sent. Choose a status of the ticket's board."
    )


class StatusNotVerified(AppError):
    code = "psa_status_not_verified"
    status = 502
    message = "The PSA accepted the request but did not change the status. The ticket shows the old one."


class TicketChanged(AppError):
    code = "ticket_changed"
    status = 409
    message = "The ticket was changed since you loaded it. Nothing was sent. Look at the changes, then confirm or start again."


class LeakSuspected(AppError):
    code = "leak_suspected"
    status = 409
    message = "The text names another client, or a machine of one. Nothing was sent. Remove it, or ask an admin to let it pass."


class NoteTooLong(AppError):
    code = "note_too_long"
    status = 400
    message = "The note is longer than the PSA takes. Nothing was sent and nothing was cut. Shorten it."


class PsaWriteOpen(AppError):
    code = "psa_write_open"
    status = 409
    message = (
        "Another note for this session is still on its way to the ticket. Wait for it, retry it or cancel it first."
    )


class PostFailed(AppError):
    code = "psa_post_failed"
    status = 502
    message = "The PSA did not take the note. The session is unchanged."


class AlreadySent(AppError):
    code = "already_sent"
    status = 409
    message = (
        "Part of this was already sent to the PSA, so it cannot be cancelled. Retry it or finish it without the status."
    )


class WrongWriteState(AppError):
    code = "wrong_write_state"
    status = 409
    message = "This is not possible in the present state of the write. Reload to see what became of it."


class NotWriteOwner(AppError):
    code = "not_write_owner"
    status = 403
    message = "Only the person who asked for it, the session's handler or an admin may do this."


class IdempotencyMismatch(AppError):
    code = "idempotency_mismatch"
    status = 409
    message = "This Idempotency-Key was used for another request. Nothing was sent. Use a new key."


class AlreadyAssigned(AppError):
    code = "already_assigned"
    status = 409
    message = (
        "Somebody is on the ticket, and this PSA has one person on it. Nothing was changed. Replace them to go on."
    )


class AssignmentNotVerified(AppError):
    code = "psa_assignment_not_verified"
    status = 502
    message = "The PSA accepted the change but shows other people on the ticket."


class SessionHasTicket(AppError):
    code = "session_has_ticket"
    status = 409
    message = "The session has a ticket already. Nothing was opened. Open this one as a spin-off, or take the other off first."


class HookNotProven(AppError):
    code = "hook_not_proven"
    status = 401
    message = "The call does not bear the signature of the connected PSA. Nothing was done."


class HookTooLarge(AppError):
    code = "hook_too_large"
    status = 413
    message = "A call may have one megabyte. Nothing was done."
