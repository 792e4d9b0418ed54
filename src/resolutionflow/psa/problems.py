"""A provider's error as a part of an answer, where one failing part must not fail the rest."""

from __future__ import annotations

from resolutionflow.errors import AppError
from resolutionflow.psa.providers.errors import PsaPermission
from resolutionflow.psa.schemas import PsaProblem


def problem_of(error: AppError) -> PsaProblem:
    """The error in the words a person may read."""
    return PsaProblem(
        code=error.code,
        permission=error.permission if isinstance(error, PsaPermission) else None,
        message=error.text,
    )


NO_MAPPING = PsaProblem(
    code="no_member_mapping",
    permission=None,
    message="You are not matched to a member of the PSA yet. Ask an admin to match you.",
)
UNKNOWN_MEMBER = PsaProblem(
    code="unknown_member",
    permission=None,
    message="The PSA has no active member with this id.",
)
TIMED_OUT = PsaProblem(
    code="psa_unavailable",
    permission=None,
    message="The PSA took too long to answer this part. Try again.",
)
