"""Turns exceptions into the one error shape."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from resolutionflow.errors import AppError

log = structlog.get_logger(__name__)
MAX_PROBLEMS = 20
UNAVAILABLE = "The database cannot be reached right now. Nothing was changed. Try again in a few seconds."


def answer(
    request: Request,
    status: int,
    code: str,
    message: str,
    *,
    details: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    body = {
        "code": code,
        "message": message,
        "details": details,
        "request_id": request.scope["state"].get("request_id", ""),
    }
    return JSONResponse(body, status_code=status, headers=headers)


async def app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    return answer(request, error.status, error.code, error.text, details=error.details, headers=error.headers)


async def validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # The input itself is left out: it may hold a secret, and it may not be JSON.
    problems = [
        {"field": ".".join(str(part) for part in problem["loc"]), "problem": str(problem["msg"])[:300]}
        for problem in error.errors()[:MAX_PROBLEMS]
    ]
    fields = ", ".join(dict.fromkeys(problem["field"] for problem in problems))
    message = f"The request could not be read: check {fields[:200]}. Nothing was changed."
    return answer(request, 422, "invalid_request", message, details={"problems": problems})


async def http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    known = {
        404: ("not_found", "There is nothing at this address."),
        405: ("method_not_allowed", "This address does not take this method."),
    }
    code, message = known.get(
        error.status_code, ("http_error", "The request could not be handled. Nothing was changed.")
    )
    if error.status_code in {400, 422}:
        code, message = "invalid_request", "The request could not be read. Nothing was changed."
        return answer(request, 422, code, message)
    return answer(request, error.status_code, code, message, headers=dict(error.headers or {}))


async def database_error(request: Request, error: Exception) -> Response:
    """A lost connection is 503; data the database cannot hold is 422; anything else stays a server error."""
    assert isinstance(error, DBAPIError | OSError)
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        if state[:2] == "22":
            return answer(
                request, 422, "invalid_request", "A value is outside what can be stored. Nothing was changed."
            )
        if not (error.connection_invalidated or state[:2] in {"08", "57", "53", "25"} or state == ""):
            raise error
    log.warning("database_unreachable", error=type(error).__name__)
    return answer(request, 503, "database_unavailable", UNAVAILABLE, headers={"Retry-After": "2"})


def install(app: FastAPI) -> None:
    app.add_exception_handler(AppError, app_error)
    app.add_exception_handler(RequestValidationError, validation_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(DBAPIError, database_error)
    app.add_exception_handler(OSError, database_error)
