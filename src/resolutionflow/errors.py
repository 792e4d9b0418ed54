"""The one error shape `{code, message, details?, request_id}` and its base class."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel


class ErrorBody(BaseModel):
    """What every error answer looks like. Clients switch on `code`; `message` is for a person."""

    code: str
    message: str
    details: dict[str, Any] | None
    request_id: str


class AppError(Exception):
    """Base of every error a caller may see. Subclasses set `code`, `status` and a `message` that says what happened and what to do."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    message: ClassVar[str] = "Something went wrong on the server. Nothing was changed. Try again."

    def __init__(
        self,
        message: str | None = None,
        *,
        details: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message or self.message)
        self.text = message or self.message
        self.details = details
        self.headers = headers or {}


class NotAuthenticated(AppError):
    code = "not_authenticated"
    status = 401
    message = "You are not signed in, or the sign-in has ended. Sign in and try again."


class CsrfFailed(AppError):
    code = "csrf_failed"
    status = 403
    message = "The request did not carry this browser's protection token. Reload the page and try again."


class EngineerRequired(AppError):
    code = "engineer_required"
    status = 403
    message = "This needs the role engineer, admin or owner. Ask an admin of your account."


class AdminRequired(AppError):
    code = "admin_required"
    status = 403
    message = "This needs the role admin or owner. Ask an admin of your account."


class OwnerRequired(AppError):
    code = "owner_required"
    status = 403
    message = "Only the owner of the account may do this."


class NotFound(AppError):
    code = "not_found"
    status = 404
    message = "There is no such thing here, or it is not yours to see."

    def __init__(self, what: str | None = None, **kwargs: Any) -> None:
        super().__init__(f"This {what} does not exist, or it is not yours to see." if what else None, **kwargs)


class VersionConflict(AppError):
    code = "version_conflict"
    status = 409
    message = "Somebody saved a newer version meanwhile. Yours is not lost: compare and save again."


class InvalidRequest(AppError):
    code = "invalid_request"
    status = 422
    message = "The request could not be read. Nothing was changed."


class InvalidCursor(AppError):
    code = "invalid_cursor"
    status = 400
    message = "This page mark belongs to another list or filter. Start again from the first page."


class RateLimited(AppError):
    code = "rate_limited"
    status = 429
    message = "Too many requests in a short time. Wait a moment and try again."


class Overloaded(AppError):
    code = "overloaded"
    status = 503
    message = "The server is busy. Nothing was changed. Try again in a few seconds."


def responses(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route for the errors it may answer, so that they stand in the OpenAPI document."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        entry = by_status.setdefault(error.status, {"model": ErrorBody, "description": ""})
        codes = [code for code in entry["description"].split(", ") if code]
        entry["description"] = ", ".join([*codes, error.code])
    return by_status
