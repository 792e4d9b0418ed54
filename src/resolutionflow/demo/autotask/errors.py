"""Refusals of the simulated service: `{"errors": [text]}`, with 500 for almost everything."""

from __future__ import annotations

from typing import Any

from resolutionflow.demo.simkit.errors import Refusal


class SimError(Refusal):
    """One refusal in the vendor's shape."""

    def body(self) -> dict[str, Any]:
        return {"errors": [self.message]}


def violation(message: str) -> SimError:
    """Data that the service does not take."""
    return SimError(500, f"Data violation: {message}")


def forbidden(what: str) -> SimError:
    return SimError(500, f"The logged in Resource does not have the adequate permissions to {what}.")


def no_record(what: str, number: object) -> SimError:
    return SimError(404, f"No matching records found for {what} {str(number)[:20]}.")


def unknown_key(name: str) -> SimError:
    return SimError(400, f"{name[:100]} is not a field of this entity.")
