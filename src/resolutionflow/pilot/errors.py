"""Refusals of turns."""

from __future__ import annotations

from resolutionflow.errors import AppError


class NotRetryable(AppError):
    code = "not_retryable"
    status = 409
    message = "Only the latest turn can be retried, and only when it failed or was interrupted. Nothing was changed."


class NothingToSend(AppError):
    code = "nothing_to_send"
    status = 400
    message = "There is no new answer or output to send. Answer a question or paste an output first."
