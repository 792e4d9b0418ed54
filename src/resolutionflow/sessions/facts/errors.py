"""Refusals of facts."""

from __future__ import annotations

from resolutionflow.errors import AppError


class FactReadOnly(AppError):
    code = "fact_read_only"
    status = 403
    message = "This fact comes from a question or a check. Edit that one instead."


class NothingToChange(AppError):
    code = "nothing_to_change"
    status = 400
    message = "Neither a text nor a summary was given. Nothing was changed."


class DuplicateFact(AppError):
    """Details: `fact_id` of the equal fact."""

    code = "duplicate_fact"
    status = 409
    message = "What we know already says this."


class ExactlyOneText(AppError):
    code = "exactly_one_text"
    status = 400
    message = "Give either the fact's text or the raw input to draft it from, not both and not none."


class RefNotAllowed(AppError):
    code = "ref_not_allowed"
    status = 400
    message = "A synthesis does not point at a question or check."


class InvalidSourceRef(AppError):
    code = "invalid_source_ref"
    status = 400
    message = "The question or check this fact should come from is not in this session."


class NoFactInInput(AppError):
    code = "no_fact_in_input"
    status = 422
    message = "Nothing certain stands in this text, so no fact was made. Write the fact yourself if there is one."
