"""Reading a pasted text into a ticket draft, by rules alone."""

from __future__ import annotations

import pytest

from resolutionflow.psa.parsing import SUMMARY, priority_of, summary_of
from resolutionflow.psa.providers.contract import Priority

PRIORITIES = tuple(Priority(str(n), f"Priority {n}") for n in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("From: n@quill.example\nSubject: RE: Fwd: Scanner is dead\n\nHello,\nit is dead.", "Scanner is dead"),
        ("From: n@quill.example\nTo: desk@msp.example\n\nHi Kit,\nthe scanner is dead. Bye", "the scanner is dead"),
        ("Subject:\nThe scanner is dead. It was fine.", "The scanner is dead"),
        ("Good morning team!\nNo internet at 10.0.0.1 since 9.30. Help", "No internet at 10.0.0.1 since 9.30"),
    ],
)
def test_the_summary_is_the_subject_or_the_first_sentence(text: str, summary: str) -> None:
    found = summary_of(text)
    assert found.value == summary
    assert found.span is not None
    assert text[slice(*found.span)] == summary


def test_a_long_sentence_is_cut_at_a_word() -> None:
    found = summary_of("word " * 60)
    assert len(found.value) <= SUMMARY
    assert found.value.endswith("word…")


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("please treat as P3", "3"),
        ("High priority please", "2"),
        ("urgent, nobody can work", "1"),
        ("no rush", "4"),
        ("it is broken", None),
    ],
)
def test_the_priority_is_what_the_words_say(text: str, level: str | None) -> None:
    found, told = priority_of(text, PRIORITIES)
    assert (found.id if found else None) == level
    assert told == []


def test_a_level_the_psa_does_not_have_is_told() -> None:
    assert priority_of("P5 please", PRIORITIES) == (None, [("priority", "P5", "unknown")])
