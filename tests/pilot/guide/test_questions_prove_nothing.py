"""A colleague's question in a ticket note, or the engineer's own, is nobody's statement."""

from __future__ import annotations

import pytest

from resolutionflow.flows.definition import RegexMatcher
from resolutionflow.pilot.engines.guide.matching import match_source
from resolutionflow.pilot.engines.guide.sources import Origin, Source

PATTERN = RegexMatcher(kind="regex", pattern=r"webmail (?:works|work)", scope="any")


def holds(text: str, origin: Origin = Origin.TICKET) -> bool:
    field = "notes" if origin is Origin.TICKET else None
    return match_source(PATTERN, Source(origin, text, text, 0.5, fresh=True, field=field), own=False) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Does webmail work?",
        "Two quick things: does webmail work with the new password,\nand does your phone ask for it as well?",
        "Can you tell me if webmail works with the new password and whether\nthe phone asks too? Thanks.",
        "> does webmail work (on another PC)?",
    ],
)
def test_a_question_proves_nothing(text: str) -> None:
    assert not holds(text)
    assert not holds(text, Origin.MESSAGE)


@pytest.mark.parametrize(
    "text", ["Webmail works.", "webmail works fine\nCan you look at the profile?", "Yes, webmail works! What next?"]
)
def test_a_statement_does(text: str) -> None:
    assert holds(text)
