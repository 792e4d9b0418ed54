"""The one redactor, for everything that is stored, sent to a model, a PSA, e-mail or a webhook, or logged. Pure."""

from resolutionflow.pilot.redaction.redactor import Redactor, find_secrets, mask_for_log
from resolutionflow.pilot.redaction.types import TOKEN, Masked, Redacted, SecretKind, Span, token

__all__ = ["TOKEN", "Masked", "Redacted", "Redactor", "SecretKind", "Span", "find_secrets", "mask_for_log", "token"]
