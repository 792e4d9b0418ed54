"""Refusals of the task lane."""

from __future__ import annotations

from resolutionflow.errors import AppError


class WrongKind(AppError):
    code = "wrong_kind"
    status = 400
    message = "Questions take answers, checks take outputs. Nothing was stored."


class InvalidOption(AppError):
    code = "invalid_option"
    status = 400
    message = "The question has no such option. Nothing was stored."


class AlreadySettled(AppError):
    code = "already_settled"
    status = 409
    message = "This item is already settled. Reopen it first."


class NothingToRun(AppError):
    """Details: `left_out`, with the reason for each check."""

    code = "nothing_to_run"
    status = 409
    message = "No open check can go into one script for this shell."


class NoSeparators(AppError):
    code = "no_separators"
    status = 400
    message = "The text holds none of the lines the combined script prints, so nothing was stored. Paste it whole, or paste one output at a time."


class NothingToSend(AppError):
    code = "nothing_to_send"
    status = 400
    message = "Everything settled was already sent. Answer something first, or write a message."
