"""What an answer of Autotask means: the words decide, since 500 is said for almost everything."""

from __future__ import annotations

import orjson
import pytest

from resolutionflow.kit.http import Answer
from resolutionflow.psa.providers.autotask.refusals import is_thread_limit, refusal
from resolutionflow.psa.providers.errors import (
    PsaAuth,
    PsaError,
    PsaNotFound,
    PsaPermission,
    PsaRateLimited,
    PsaRejected,
    PsaUnavailable,
    PsaUnknownResult,
)


def said(status: int, *words: str) -> Answer:
    return Answer(status, {}, orjson.dumps({"errors": list(words)}))


@pytest.mark.parametrize(
    ("answer", "read", "write"),
    [
        (said(401, "Unauthorized"), PsaAuth, PsaAuth),
        (said(403), PsaPermission, PsaPermission),
        (said(404), PsaNotFound, PsaNotFound),
        (said(409, "changed by someone else"), PsaRejected, PsaRejected),
        (said(429, "thread threshold of 3 threads has been exceeded"), PsaRateLimited, PsaRateLimited),
        (said(500, "Data violation: title is required"), PsaRejected, PsaRejected),
        (
            said(500, "Data violation: When assigning a Resource, you must assign both a role"),
            PsaRejected,
            PsaRejected,
        ),
        (said(500, "A time entry on a ticket must have a roleID."), PsaRejected, PsaRejected),
        (said(500, "There is no row at position 0."), PsaRejected, PsaRejected),
        (said(500, "The Resource does not have the adequate permissions to do it."), PsaPermission, PsaPermission),
        (said(500, "No matching records found."), PsaNotFound, PsaNotFound),
        (said(500, "Object reference not set to an instance of an object."), PsaUnavailable, PsaUnknownResult),
        (said(500), PsaUnavailable, PsaUnknownResult),
        (Answer(502, {}, b"<html>Bad gateway</html>"), PsaUnavailable, PsaUnknownResult),
        (said(503, "Data violation: not believed under another code"), PsaUnavailable, PsaUnknownResult),
        (Answer(400, {}, b"what"), PsaRejected, PsaRejected),
    ],
)
def test_an_answer_that_is_no_success(answer: Answer, read: type[PsaError], write: type[PsaError]) -> None:
    assert type(refusal(answer, "Tickets/1/Notes", "view", write=False)) is read
    assert type(refusal(answer, "Tickets/1/Notes", "add", write=True)) is write


def test_the_missing_right_is_named_in_the_words_of_the_security_level() -> None:
    answer = said(500, "does not have the adequate permissions")
    for path, verb, right in (
        ("Tickets/12/Notes", "add", "Service Desk: Ticket notes (add)"),
        ("Tickets", "edit", "Service Desk: Tickets (edit)"),
        ("TimeEntries/query", "view", "Service Desk: Time entries (view)"),
        ("Companies/query", "view", "CRM: Organizations (view)"),
        ("SomethingNew", "view", "API access (view)"),
    ):
        error = refusal(answer, path, verb, write=False)
        assert isinstance(error, PsaPermission)
        assert error.permission == right


def test_only_the_thread_limit_is_over_in_a_moment() -> None:
    assert is_thread_limit(said(429, "The thread threshold of 3 threads has been exceeded"))
    assert not is_thread_limit(said(429, "You have exceeded the maximum number of requests per hour"))
    assert not is_thread_limit(said(500, "thread threshold"))
