"""What can go wrong with a PSA, as its caller sees it."""

from __future__ import annotations

from resolutionflow.errors import AppError
from resolutionflow.kit.netguard import RULE_TEXT, Rule


class PsaError(AppError):
    """Base of all provider errors."""

    code = "psa_error"
    status = 502
    message = "The PSA could not be used. Nothing was changed."


class PsaAuth(PsaError):
    code = "psa_auth_failed"
    status = 502
    message = "The PSA refused our sign-in. Nothing was changed. Ask an admin to renew the connection's keys."


class PsaPermission(PsaError):
    """`permission` is the right that is missing, in the vendor's words."""

    code = "psa_permission_missing"
    status = 502
    message = "The PSA does not allow this to our API member. Nothing was changed."

    def __init__(self, permission: str, message: str | None = None) -> None:
        text = (
            message
            or f'The PSA does not allow this: the right "{permission}" is missing. Nothing was changed. Ask your PSA admin for it.'
        )
        super().__init__(text, details={"permission": permission})
        self.permission = permission


class PsaNotFound(PsaError):
    code = "psa_not_found"
    status = 404
    message = "The PSA has no such record, or it is gone."


class PsaRejected(PsaError):
    """The vendor refused the data. `reason` is its own words, at most 500 characters."""

    code = "psa_rejected"
    status = 409
    message = "The PSA refused the data. Nothing was changed."

    def __init__(self, reason: str) -> None:
        words = reason[:500]
        super().__init__(f"The PSA refused this: {words}", details={"reason": words})
        self.reason = words


class PsaRateLimited(PsaError):
    """`retry_after` in seconds, when the vendor says."""

    code = "psa_rate_limited"
    status = 503
    message = "The PSA takes no more requests for a moment. Nothing was changed. Try again shortly."

    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__(headers={"Retry-After": str(max(1, int(retry_after or 5)))})
        self.retry_after = retry_after


class PsaUnavailable(PsaError):
    code = "psa_unavailable"
    status = 503
    message = "The PSA does not answer. Nothing was changed. Try again in a moment."


class PsaUnknownResult(PsaError):
    """A write was sent and no usable answer came: it may or may not have happened. Never leaves the outbox."""

    code = "psa_unknown_result"
    status = 502
    message = "The PSA did not confirm the write. We look whether it arrived before anything is sent again."


class PsaProtocol(PsaError):
    code = "psa_protocol_error"
    status = 502
    message = "The PSA answered in a form we cannot read. Nothing was changed."


class PsaUnsupported(PsaError):
    code = "psa_unsupported"
    status = 409
    message = "This PSA cannot do that."


class InvalidFilter(AppError):
    code = "invalid_filter"
    status = 400
    message = "A filter value cannot be used with this PSA."


class PsaUrlRefused(PsaError):
    """An address of the connection, or one the PSA sent us, broke a rule of the guard."""

    code = "psa_url_refused"
    status = 400
    message = "The address cannot be used. Nothing was sent to it."

    def __init__(self, rule: Rule) -> None:
        super().__init__(f"{RULE_TEXT[rule]} Nothing was sent to it.", details={"rule": rule})
        self.rule: Rule = rule
