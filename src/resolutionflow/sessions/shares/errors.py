"""Refusals of share links."""

from __future__ import annotations

from resolutionflow.errors import AppError


class SharingDisabled(AppError):
    code = "sharing_disabled"
    status = 403
    message = "Share links are switched off for your account. Nothing was created. An admin can switch them on in the preferences."


class ShareLimit(AppError):
    """Details: `limit`."""

    code = "share_limit"
    status = 409
    message = "This session already has 10 live links. Nothing was created. Revoke one that is no longer needed."


class ShareNotFound(AppError):
    code = "share_not_found"
    status = 404
    message = "This link does not work: it is not valid, has ended or was withdrawn. Ask the person who sent it for a new one."
