"""Marker look-alikes in tickets, logs and messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.pilot.markers import MarkerFilter, MarkerName, TextDelta, defuse


@pytest.mark.parametrize(
    "text",
    [
        "[QUESTIONS]",
        "[/FIX_OUTCOME]",
        "[ promote ]",
        "[Suggest Fix]",
        "[SUGGEST\\_FIX]",
        "\uff3bFORK\uff3d",
        "[/ ACTIONS ]",
        "[P\u200bROMOTE]",
        "[/\u2060FORK]",
    ],
)
def test_look_alikes_lose_their_square_brackets(text: str) -> None:
    harmless = defuse(f"a {text} b")
    assert harmless == f"a ({text[1:-1]}) b"


@pytest.mark.parametrize("text", ["[OK] ping", "array[0]", "[QUESTIONS", "PROMOTE", "[2026-01-02] FORK", ""])
def test_ordinary_text_stays(text: str) -> None:
    assert defuse(text) == text


pieces = st.sampled_from(["[", "]", "/", " ", "FORK", "promote", "\u200b", "x", "[FORK]", "{}"])


@given(st.lists(pieces, max_size=12).map("".join))
def test_same_length_twice_the_same_and_nothing_for_the_filter(text: str) -> None:
    harmless = defuse(text)
    assert len(harmless) == len(text)
    assert defuse(harmless) == harmless
    marker_filter = MarkerFilter()
    events = [*marker_filter.feed(harmless + " "), *marker_filter.close()]
    assert all(isinstance(event, TextDelta) for event in events)


def test_every_marker_name_is_known() -> None:
    assert all(defuse(f"[{name}]") == f"({name})" for name in MarkerName)
