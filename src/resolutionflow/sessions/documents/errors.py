"""Refusals of documents and of resolving."""

from __future__ import annotations

from resolutionflow.errors import AppError


class DocumentFailed(AppError):
    code = "document_failed"
    status = 502
    message = "The document could not be written. Nothing was lost; try again."


class StateChanged(AppError):
    """Details: `state_version` as it is now."""

    code = "state_changed"
    status = 409
    message = "The session changed since this note was shown. Nothing was posted. Look at the new note, then post it."


class OutcomeNeeded(AppError):
    """Details: `fix_id`."""

    code = "outcome_needed"
    status = 409
    message = "The applied fix has no outcome yet. Nothing was posted. Say whether it worked, then resolve."


class UnsupportedSentences(AppError):
    """Details: `sentences`, each with start, end, text and mark."""

    code = "unsupported_sentences"
    status = 409
    message = "Some sentences rest on no fact. Nothing was posted. Correct them, or confirm that they may be posted."
