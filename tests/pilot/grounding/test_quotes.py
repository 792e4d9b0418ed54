"""Quotes are found where they stand, with exact offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.pilot.grounding import Evidence, Source, find_quote

MESSAGE = Source("message", "m1", "No, notes are fine.\r\nThe  web mail \u201cworks\u201d with the same password.")
OUTPUT = Source("lane_item", "i1", "Status : Running\nStartType : Automatic [boot]")
TICKET = Source("ticket_field", "summary", "Spooler status running slow")


@pytest.mark.parametrize("quote", ["", "  ", "ote", "Stopped", "web mail fails", "...", '""'])
def test_what_is_not_there_is_not_found(quote: str) -> None:
    assert find_quote(quote, [MESSAGE, OUTPUT, TICKET]) is None


def test_word_for_word_wins_over_an_earlier_loose_hit() -> None:
    assert find_quote("running slow", [OUTPUT, TICKET]) == Evidence("ticket_field", "summary", "running slow", 15, 27)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("No", "No"),
        ("the web mail works", None),
        ('The web mail "works"', "The  web mail \u201cworks\u201d"),
        ("...WORKS\u201d with the same PASSWORD.", "works\u201d with the same password"),
        ("notes are fine. the web", "notes are fine.\r\nThe  web"),
    ],
)
def test_case_spacing_and_quote_marks_do_not_matter(quote: str, found: str | None) -> None:
    evidence = find_quote(quote, [MESSAGE])
    assert (evidence.quote if evidence else None) == found
    if evidence:
        assert MESSAGE.text[evidence.start : evidence.end] == found


def test_a_short_answer_matches_a_whole_word_only() -> None:
    assert find_quote("no", [Source("message", "m", "nothing known")]) is None
    assert find_quote("No", [Source("message", "m", "Nothing? No.")]) == Evidence("message", "m", "No", 9, 11)


def test_a_defused_bracket_still_matches() -> None:
    evidence = find_quote("Automatic (boot)", [OUTPUT])
    assert evidence is not None
    assert evidence.as_json() == {
        "kind": "lane_item",
        "lane_item_id": "i1",
        "quote": "Automatic [boot]",
        "start": 29,
        "end": 45,
    }


@given(st.text(max_size=40), st.data())
def test_any_piece_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    piece = text[start:end].strip()
    evidence = find_quote(piece, [Source("message", "m", text)])
    if evidence is not None:
        assert text[evidence.start : evidence.end] == evidence.quote
    elif len(piece) >= 4:
        raise AssertionError(piece)
