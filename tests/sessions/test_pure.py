"""Pure rules of sessions: the built-in drafter, evidence offsets, search ranges, titles."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.sessions.create import auto_title
from resolutionflow.sessions.facts import drafter, evidence
from resolutionflow.sessions.search import START, STOP, strip_marks


@pytest.mark.parametrize(
    "raw",
    [
        "", "  ", "?", "...", "I don't know", "don\u2019t know", "No idea", "not sure", "n/a", "We haven't tested yet" * 0, "unknown", "Not tested yet",
        "Honestly, I don't know", "cannot tell", "idk",
    ],
)  # fmt: skip
def test_nothing_certain_makes_no_fact(raw: str) -> None:
    assert drafter.draft(raw, "Since when?") is None


@pytest.mark.parametrize(
    ("raw", "asked", "text"),
    [
        ("yes", "Does it happen on other PCs?", "Does it happen on other PCs? Yes."),
        ("since Monday", None, "Since Monday."),
        (
            "C:\\> ping 10.20.0.1\nPinging\nRequest timed out.\n",
            "Ping the gateway",
            "Ping the gateway: Request timed out.",
        ),
    ],
)
def test_a_fact_is_said_in_the_words_of_the_input(raw: str, asked: str | None, text: str) -> None:
    draft = drafter.draft(raw, asked)
    assert draft
    assert draft.text == text


@given(st.text(max_size=2000), st.none() | st.text(min_size=1, max_size=50))
def test_a_drafted_quote_is_always_a_span_of_the_input(raw: str, asked: str | None) -> None:
    draft = drafter.draft(raw, asked)
    if draft is not None:
        assert raw[draft.start : draft.start + len(draft.quote)] == draft.quote
        assert draft.text.strip()
        assert len(draft.text) <= drafter.MAX_TEXT


@given(st.text(max_size=60), st.text(min_size=1, max_size=20), st.text(max_size=60))
def test_evidence_follows_its_quote_or_is_stale(before: str, quote: str, after: str) -> None:
    item = uuid4()
    known = {**evidence.EMPTY, "lane_item_id": str(item), "quote": quote, "start": 0, "end": len(quote)}
    moved = evidence.moved(known, item, before + quote + after)
    assert moved
    assert (before + quote + after)[moved["start"] : moved["end"]] == quote
    assert moved["stale"] is False
    assert evidence.moved(known, uuid4(), "other") is None


@given(
    st.lists(st.tuples(st.text(alphabet="ab ", max_size=5), st.text(alphabet="xy", min_size=1, max_size=5)), max_size=6)
)
def test_marks_become_offsets(pieces: list[tuple[str, str]]) -> None:
    headline = "".join(f"{plain}{START}{hit}{STOP}" for plain, hit in pieces)
    text, ranges = strip_marks(headline)
    assert text == "".join(plain + hit for plain, hit in pieces)
    assert [text[one["start"] : one["end"]] for one in ranges] == [hit for _, hit in pieces]


@given(st.text(max_size=300))
def test_a_title_is_short_and_one_line(message: str) -> None:
    title = auto_title(message)
    assert len(title) <= 91
    assert len(title.splitlines()) <= 1
