"""Refusals of the welcome."""

from __future__ import annotations

from resolutionflow.errors import AppError


class AlreadyWelcomed(AppError):
    code = "not_found"
    status = 404
    message = "This installation has its first account already. Nothing was changed. Sign in with it."


class WelcomeLinkNeeded(AppError):
    """A missing, wrong and expired link look alike."""

    code = "welcome_link_needed"
    status = 403
    message = (
        "The first account is made with the link that the server prints when it starts; it works once, for 24 hours. "
        'Nothing was stored. Start the server again for a new link, or run "resolutionflow create-admin" on its machine.'
    )
