"""Refusals of updates."""

from __future__ import annotations

from resolutionflow.errors import AppError


class NotPostable(AppError):
    code = "not_postable"
    status = 400
    message = (
        "An e-mail draft is only copied, never posted to the ticket. Nothing was written. Leave the visibility out."
    )
