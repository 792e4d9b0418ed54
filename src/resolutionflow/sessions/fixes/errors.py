"""Refusals of suggested fixes. Details carry the fix as it is now where that helps a stale screen."""

from __future__ import annotations

from resolutionflow.errors import AppError


class NoActiveFix(AppError):
    code = "no_active_fix"
    status = 404
    message = "No fix is suggested at the moment."


class FixTerminal(AppError):
    code = "fix_terminal"
    status = 409
    message = "The outcome of this fix is already recorded. Nothing was changed."


class FixSuperseded(AppError):
    code = "fix_superseded"
    status = 409
    message = "A newer fix has replaced this one. Nothing was changed."


class FixParked(AppError):
    code = "fix_parked"
    status = 409
    message = "This fix is parked as partly applied. Finish it first."


class FixNotProposed(AppError):
    code = "fix_not_proposed"
    status = 409
    message = "This fix already has an outcome. Nothing was changed."


class FixNotPartial(AppError):
    code = "fix_not_partial"
    status = 409
    message = "Only the current fix can be taken up again, and only when it was partly applied."


class FixIsActive(AppError):
    code = "fix_is_active"
    status = 409
    message = "This is the current fix already."


class FixSucceeded(AppError):
    code = "fix_succeeded"
    status = 409
    message = "This fix is recorded as working. It cannot be suggested again."


class ScriptMissing(AppError):
    code = "script_missing"
    status = 400
    message = "This fix has no script. Nothing was stored. Follow its steps, or add a script first."


class NotesRequired(AppError):
    code = "notes_required"
    status = 400
    message = "Say what was applied and what remains. Nothing was recorded."
