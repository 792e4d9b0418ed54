"""Refusals of sign-in."""

from __future__ import annotations

from resolutionflow.errors import AppError


class InvalidCredentials(AppError):
    code = "invalid_credentials"
    status = 401
    message = "The e-mail address or the password is wrong. Check both and try again."


class TooManyAttempts(AppError):
    code = "too_many_attempts"
    status = 429
    message = "Too many failed sign-ins. Wait until the time shown has passed, then try again."


class AccountSuspended(AppError):
    code = "account_suspended"
    status = 403
    message = "This account is suspended. Nothing was deleted. Ask the operator of this installation."


class RefreshInvalid(AppError):
    code = "refresh_invalid"
    status = 401
    message = "The sign-in has ended. Sign in again; your work on this page stays."


class RefreshReused(AppError):
    code = "refresh_reused"
    status = 401
    message = "This sign-in was ended because its token was used twice. Sign in again."


class WeakPassword(AppError):
    """`details.reason`: `too_short`, `too_long`, `common` or `about_you`."""

    code = "weak_password"
    status = 400
    message = "This password is not accepted. Nothing was stored. Choose another one."


class EmailInUse(AppError):
    code = "email_in_use"
    status = 409
    message = "Somebody signs in with this e-mail address already. Nothing was stored. Use another address."
