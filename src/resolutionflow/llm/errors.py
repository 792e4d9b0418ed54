"""Why a model did not answer. `str()` is for a person; `provider_message` are the provider's own words, for admins only."""

from __future__ import annotations

from typing import ClassVar

from resolutionflow.llm.contract import CallOutcome


class LlmError(Exception):
    """Base of every failed call. `shown` = part of the answer had already been given out."""

    outcome: ClassVar[CallOutcome]
    text: ClassVar[str]

    def __init__(
        self,
        provider_message: str = "",
        *,
        retry_after: float | None = None,
        status: int | None = None,
        shown: bool = False,
    ) -> None:
        super().__init__(self.text)
        self.provider_message = " ".join(provider_message.split())[:500]
        self.retry_after = retry_after
        self.status = status
        self.shown = shown


class KeyRefused(LlmError):
    outcome = "key_refused"
    text = "The model provider refused the key of this account."


class OverLimit(LlmError):
    """Too many requests, or the provider's own credit is used up. `retry_after` in seconds when it said so."""

    outcome = "over_limit"
    text = "The model provider's limit is reached."


class ProviderOverloaded(LlmError):
    outcome = "overloaded"
    text = "The model provider is overloaded."


class Unreachable(LlmError):
    outcome = "unreachable"
    text = "The model provider cannot be reached."


class TimedOut(LlmError):
    outcome = "timed_out"
    text = "The model provider took too long."


class RefusedContent(LlmError):
    outcome = "refused_content"
    text = "The model declined to answer this."


class BadModelRequest(LlmError):
    """The provider does not accept the request: an unknown model, too much text, a setting it does not know."""

    outcome = "bad_request"
    text = "The model provider does not accept the request."


class CutOff(LlmError):
    """The answer stopped in the middle."""

    outcome = "cut_off"
    text = "The answer of the model provider was cut off."


class AddressNotAllowed(LlmError):
    """The base URL breaks a rule for outgoing addresses; nothing was sent."""

    outcome = "not_allowed"
    text = "The address of the model provider is not allowed."


class OverBudget(Exception):
    """The account's budget for this month is used up; nothing was sent. `str()` is for a person."""
