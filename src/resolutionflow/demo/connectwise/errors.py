"""Refusals of the simulated PSA, in the vendor's shape `{code, message, errors[{code, message, resource, field}]}`."""

from __future__ import annotations

from typing import Any

from resolutionflow.demo.simkit.errors import Refusal


class SimError(Refusal):
    """One refusal. `status` is the HTTP status; `field` fills the `errors` list when given."""

    def __init__(
        self, status: int, code: str, message: str, *, field: str | None = None, resource: str = "ticket"
    ) -> None:
        super().__init__(status, message)
        self.code = code
        self.field = field
        self.resource = resource

    def body(self) -> dict[str, Any]:
        """The JSON the vendor sends."""
        if self.field is None:
            return {"code": self.code, "message": self.message, "errors": None}
        detail = {"code": self.code, "message": self.message, "resource": self.resource, "field": self.field}
        return {"code": self.code, "message": f"{self.resource} object is invalid", "errors": [detail]}


def bad_condition(message: str) -> SimError:
    """A filter, an order or a field list that cannot be understood."""
    return SimError(400, "ApiFindCondition", message)


def not_found(what: str, key: object) -> SimError:
    return SimError(404, "NotFound", f"{what} {key} not found")


def invalid(field: str, message: str, resource: str = "ticket") -> SimError:
    """A body the PSA does not accept."""
    return SimError(400, "InvalidObject", message, field=field, resource=resource)


def unauthorized(message: str) -> SimError:
    return SimError(401, "Unauthorized", message)


def forbidden(permission: str) -> SimError:
    """The API member lacks a right; `permission` as in `Service Desk: Service Tickets`."""
    module, _, right = permission.partition(": ")
    text = f"You do not have the security permission for this action. Module {module}, permission {right}."
    return SimError(403, "Forbidden", text)
