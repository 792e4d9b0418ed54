"""Refusals in the shapes this vendor has: several, by where in the product the error comes from."""

from __future__ import annotations

from enum import StrEnum

from resolutionflow.demo.simkit.errors import Refusal


class Shape(StrEnum):
    """`EXCEPTION {ClassName, Message}`, `RESULT {resultCode, errorMessage}`, `MESSAGE {Message}`, `OAUTH {error, ...}`."""

    EXCEPTION = "exception"
    RESULT = "result"
    MESSAGE = "message"
    OAUTH = "oauth"
    TEXT = "text"


class HaloError(Refusal):
    """One refusal. For `OAUTH` the message is `code: description`."""

    def __init__(self, status: int, message: str, shape: Shape = Shape.EXCEPTION) -> None:
        super().__init__(status, message)
        self.shape = shape

    def body(self) -> object:
        if self.shape is Shape.EXCEPTION:
            return {"ClassName": "System.Exception", "Message": self.message, "Data": None}
        if self.shape is Shape.RESULT:
            return {"resultCode": self.status, "errorMessage": self.message}
        if self.shape is Shape.MESSAGE:
            return {"Message": self.message}
        if self.shape is Shape.OAUTH:
            code, _, description = self.message.partition(": ")
            return {"error": code, "error_description": description}
        return self.message


def invalid(message: str) -> HaloError:
    """Data the PSA does not accept."""
    return HaloError(400, message)


def not_found(what: str) -> HaloError:
    return HaloError(404, f"{what} not found", Shape.RESULT)


def unauthorized() -> HaloError:
    return HaloError(401, "", Shape.TEXT)


def forbidden(right: str) -> HaloError:
    """The application's scopes, or its agent's permissions, do not reach that far; `right` as in `edit:tickets`."""
    return HaloError(403, f"You do not have permission to do this. Required: {right}", Shape.MESSAGE)
