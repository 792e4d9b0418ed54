"""What may be done with a fix in which state (sessions-api.md 7). Pure: raises the refusal or returns."""

from __future__ import annotations

from typing import Final

from resolutionflow.sessions.fixes.errors import (
    FixIsActive,
    FixNotPartial,
    FixNotProposed,
    FixParked,
    FixSucceeded,
    FixSuperseded,
    FixTerminal,
)
from resolutionflow.sessions.fixes.models import Fix

TERMINAL: Final = frozenset({"applied_success", "applied_failed", "dismissed"})
OUTCOME_OF_WORD: Final = {
    "success": "applied_success",
    "failure": "applied_failed",
    "partial": "applied_partial",
}


def is_verifying(fix: Fix) -> bool:
    """Carried out, outcome still open."""
    return fix.status == "proposed" and fix.applied_at is not None


def check_decision(fix: Fix, *, dismiss: bool) -> None:
    if fix.status in TERMINAL:
        raise FixTerminal
    if fix.superseded_at is not None:
        raise FixSuperseded
    if not dismiss and fix.status == "applied_partial":
        raise FixParked


def check_apply(fix: Fix) -> None:
    if fix.superseded_at is not None:
        raise FixSuperseded
    if fix.status != "proposed":
        raise FixNotProposed


def check_outcome(fix: Fix) -> None:
    """A superseded fix may still get its outcome, once."""
    if fix.status in TERMINAL:
        raise FixTerminal


def check_resume(fix: Fix) -> None:
    if fix.superseded_at is not None or fix.status != "applied_partial":
        raise FixNotPartial


def check_restore(fix: Fix) -> None:
    # One that failed and was not replaced yet may be tried again; any other that stands is the current one already.
    if fix.superseded_at is None and fix.status != "applied_failed":
        raise FixIsActive
    if fix.status == "applied_success":
        raise FixSucceeded


def check_script(fix: Fix) -> None:
    if fix.superseded_at is not None:
        raise FixSuperseded
    if fix.status in TERMINAL:
        raise FixTerminal
