"""The streaming filter: what a person sees never holds a marker, and how the reply was cut makes no difference."""

from __future__ import annotations

import itertools
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.pilot.markers import (
    MAX_BLOCK_BYTES,
    Dropped,
    DropReason,
    FilterEvent,
    MarkerBlock,
    MarkerFilter,
    MarkerName,
    TextDelta,
)

TAGS = [f"[{slash}{name}]" for name in MarkerName for slash in ("", "/")]
ANY_TAG = re.compile("|".join(re.escape(tag) for tag in TAGS))


def play(*chunks: str) -> list[FilterEvent]:
    """All events, neighbouring deltas joined."""
    marker_filter = MarkerFilter()
    events = [event for chunk in chunks for event in marker_filter.feed(chunk)] + marker_filter.close()
    joined: list[FilterEvent] = []
    for is_text, group in itertools.groupby(events, lambda event: isinstance(event, TextDelta)):
        members = list(group)
        joined += [TextDelta("".join(m.text for m in members if isinstance(m, TextDelta)))] if is_text else members
    return joined


def shown(events: list[FilterEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


reply_pieces = st.one_of(
    st.sampled_from(
        [
            *TAGS,
            *(tag[:5] for tag in TAGS),
            "[",
            "]",
            "[/",
            "[[",
            "QUESTIONS]",
            "TIONS]",
            "[QUES",
            '{"a": 1}',
            "\n",
            "```",
        ]
    ),
    st.text(max_size=12),
)
replies = st.lists(reply_pieces, max_size=14).map("".join)


def test_an_open_block_is_removed_and_dropped() -> None:
    assert play('Look here. [QUESTIONS]\n[{"text": "Which') == [
        TextDelta("Look here. "),
        Dropped(MarkerName.QUESTIONS, DropReason.UNCLOSED),
    ]


def test_half_a_tag_at_the_end_is_not_shown() -> None:
    assert play("Done. [SUGGEST_") == [TextDelta("Done. "), Dropped(None, DropReason.PARTIAL_TAG)]


def test_a_closing_tag_without_opening_is_not_shown() -> None:
    assert play("a[/FORK]b") == [TextDelta("a"), Dropped(MarkerName.FORK, DropReason.STRAY_CLOSE), TextDelta("b")]


def test_an_oversized_block_is_dropped_and_the_rest_goes_on() -> None:
    body = "x" * (MAX_BLOCK_BYTES + 1)
    expected = [Dropped(MarkerName.PROMOTE, DropReason.OVERSIZED), TextDelta(" after")]
    assert play(f"[PROMOTE]{body}[/PROMOTE] after") == expected
    assert play(*f"[PROMOTE]{body}[/PROMOTE] after") == expected


def test_the_cap_counts_bytes_not_characters() -> None:
    fits, too_big = "é" * (MAX_BLOCK_BYTES // 2), "é" * (MAX_BLOCK_BYTES // 2 + 1)
    assert play(f"[FORK]{fits}[/FORK]") == [MarkerBlock(MarkerName.FORK, fits)]
    assert play(f"[FORK]{too_big}[/FORK]") == [Dropped(MarkerName.FORK, DropReason.OVERSIZED)]


def test_text_and_blocks_come_in_order() -> None:
    assert play("One.\n[QUESTIONS][1][/QUESTIONS]\nTwo [ok].[FORK]{}[/FORK]") == [
        TextDelta("One.\n"),
        MarkerBlock(MarkerName.QUESTIONS, "[1]"),
        TextDelta("\nTwo [ok]."),
        MarkerBlock(MarkerName.FORK, "{}"),
    ]


def test_another_tag_inside_a_block_is_part_of_its_body() -> None:
    assert play("[PROMOTE]{[ACTIONS][/ACTIONS]}[/PROMOTE]") == [
        MarkerBlock(MarkerName.PROMOTE, "{[ACTIONS][/ACTIONS]}")
    ]


@pytest.mark.parametrize("name", ["questions", "Questions", "NOTE", "QUESTIONS ", " QUESTIONS"])
def test_other_brackets_are_plain_text(name: str) -> None:
    assert play(f"see [{name}] and [/{name}]") == [TextDelta(f"see [{name}] and [/{name}]")]


def test_a_bracket_is_released_as_soon_as_it_cannot_be_a_marker() -> None:
    marker_filter = MarkerFilter()
    assert marker_filter.feed("a[") == [TextDelta("a")]
    assert marker_filter.feed("FO") == []
    assert marker_filter.feed("X") == [TextDelta("[FOX")]
    assert marker_filter.feed("[") == []
    assert marker_filter.close() == [TextDelta("[")]


def test_taking_a_block_out_does_not_make_a_new_marker() -> None:
    events = play("[QUES[FORK]{}[/FORK]TIONS] x")
    assert shown(events) == "[QUES TIONS] x"


@given(replies, st.data())
def test_any_split_gives_the_same_result(reply: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(reply)), max_size=6)))
    pieces = [reply[a:b] for a, b in itertools.pairwise([0, *cuts, len(reply)])]
    assert play(*pieces) == play(reply) == play(*reply)


@given(replies)
def test_no_marker_is_ever_shown_at_any_moment(reply: str) -> None:
    marker_filter = MarkerFilter()
    seen = ""
    for character in reply:
        seen += shown(marker_filter.feed(character))
        assert not ANY_TAG.search(seen)
    seen += shown(marker_filter.close())
    assert not ANY_TAG.search(seen)


@given(replies)
def test_it_holds_back_less_than_a_tag(reply: str) -> None:
    """Outside a block all but a possible tag is shown at once."""
    marker_filter = MarkerFilter()
    longest = max(len(tag) for tag in TAGS)
    fed = given_out = 0
    for character in reply:
        events = marker_filter.feed(character)
        if any(not isinstance(event, TextDelta) for event in events) or ("[" in reply and ANY_TAG.search(reply)):
            return
        fed, given_out = fed + 1, given_out + len(shown(events))
        assert fed - given_out < longest


@pytest.mark.parametrize("unit", ["[", "[QUESTION", "[FORK]{", "plain words ", "[/FORK]"])
def test_a_megabyte_in_single_characters_is_not_quadratic(unit: str) -> None:
    reply = unit * (300_000 // len(unit))
    started = time.perf_counter()
    play(*reply)
    # Quadratic cost would take minutes; linear takes about a third of a second on a slow machine.
    assert time.perf_counter() - started < 15
