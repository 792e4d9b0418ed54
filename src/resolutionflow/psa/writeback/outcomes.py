"""How a step or a run can end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resolutionflow.errors import AppError
from resolutionflow.psa.providers.errors import (
    PsaAuth,
    PsaError,
    PsaPermission,
    PsaRateLimited,
    PsaUnavailable,
    PsaUnknownResult,
)
from resolutionflow.psa.revision import Change
from resolutionflow.psa.writeback.rules import BlockKind

ERROR_LIMIT = 500


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step leaves behind in its row."""

    external_id: str | None = None
    reason: str | None = None
    error: str | None = None

    def values(self) -> dict[str, Any]:
        found: dict[str, Any] = {"reason": self.reason, "error": self.error[:ERROR_LIMIT] if self.error else None}
        if self.external_id is not None:
            found["external_id"] = self.external_id
        return found


@dataclass(frozen=True, slots=True)
class Finished:
    """The step (or the whole write) is settled."""


@dataclass(frozen=True, slots=True)
class Transient:
    """Trouble that may pass by itself."""

    code: str
    message: str
    retry_after: float | None = None

    def problem(self) -> dict[str, Any]:
        return _problem("transient", self.code, self.message)

    def given_up(self) -> Blocked:
        message = f"The PSA could not be reached for 24 hours. {self.message}"
        return Blocked("gave_up", self.code, message)


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody has to do something first."""

    kind: BlockKind
    code: str
    message: str
    permission: str | None = None
    expected: str | None = None
    observed: str | None = None
    changes: Sequence[Change] = ()

    def problem(self) -> dict[str, Any]:
        return _problem(
            self.kind,
            self.code,
            self.message,
            permission=self.permission,
            expected=self.expected,
            observed=self.observed,
            changes=[{"field": item.field, "then": item.then, "now": item.now, "by": item.by} for item in self.changes],
        )


Outcome = Finished | Transient | Blocked


def _problem(kind: str, code: str, message: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "code": code,
        "message": message,
        "permission": None,
        "expected": None,
        "observed": None,
        "changes": [],
        **more,
    }


def of_error(error: AppError) -> Transient | Blocked:
    """What a provider's error means for a write of which this part was surely not done."""
    if isinstance(error, PsaRateLimited):
        return Transient(error.code, error.text, error.retry_after)
    if isinstance(error, PsaUnavailable | PsaUnknownResult):
        return Transient(error.code, error.text)
    if isinstance(error, PsaAuth):
        return Blocked("auth", error.code, error.text)
    if isinstance(error, PsaPermission):
        return Blocked("permission", error.code, error.text, permission=error.permission)
    if isinstance(error, PsaError) and error.code == "psa_protocol_error":
        return Transient(error.code, error.text)
    return Blocked("rejected", error.code, error.text)
