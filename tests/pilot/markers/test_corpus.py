"""Whole replies of tidy, sloppy and hostile models: what is shown and what is kept, however the reply is cut."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from typing import Any

import pytest
from tests.pilot.markers.make_corpus import FOLDER, KINDS

from resolutionflow.pilot.markers import (
    Dropped,
    MarkerBlock,
    MarkerFilter,
    MarkerName,
    ReplyMarkers,
    TextDelta,
    collect,
    parse_block,
    tidy_display,
)

ROWS: list[dict[str, Any]] = [
    json.loads(line) for file in sorted(FOLDER.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()
]
TAG = re.compile(r"\[/?(?:" + "|".join(MarkerName) + r")\]")


def text_of(pieces: list[Any]) -> str:
    return "".join(piece if isinstance(piece, str) else piece[0] * piece[1] for piece in pieces)


def play(chunks: Iterable[str], *, watch: bool = False) -> tuple[str, ReplyMarkers]:
    """What is shown in the end and what is kept. `watch` looks for markers after every chunk."""
    marker_filter = MarkerFilter()
    shown: list[str] = []
    tail = ""
    parsed: list[Any] = []

    def take(events: Iterable[Any]) -> None:
        nonlocal tail
        for event in events:
            if isinstance(event, TextDelta):
                shown.append(event.text)
                tail = tail[-16:] + event.text
                assert not (watch and TAG.search(tail))
            else:
                parsed.append(parse_block(event) if isinstance(event, MarkerBlock) else event)

    for chunk in chunks:
        take(marker_filter.feed(chunk))
    take(marker_filter.close())
    return "".join(shown), collect(parsed)


def summary(markers: ReplyMarkers) -> list[list[str]]:
    """What was kept, in words a person would recognise."""
    found = [["PROMOTE", fact.text] for fact in markers.promotes]
    if markers.questions:
        found.append(["QUESTIONS", *(item.text for item in markers.questions)])
    if markers.actions:
        found.append(["ACTIONS", *(item.label for item in markers.actions)])
    if markers.fix:
        found.append(["SUGGEST_FIX", markers.fix.title, str(markers.fix.confidence)])
    if markers.outcome:
        found.append(["FIX_OUTCOME", markers.outcome.outcome])
    if markers.fork:
        found.append(["FORK", *(option.label for option in markers.fork.options)])
    return found


def reasons(dropped: Iterable[Dropped]) -> list[str]:
    return sorted(f"{entry.name or '-'} {entry.reason}" for entry in dropped)


def test_the_corpus_is_large_and_no_two_replies_are_the_same() -> None:
    assert len({json.dumps(row["reply"]) for row in ROWS}) == len(ROWS) >= 300


def test_the_files_hold_what_is_written_by_hand() -> None:
    for kind in KINDS:
        stored = (FOLDER / f"{kind.__name__}.jsonl").read_text("utf-8").splitlines()
        assert stored == [json.dumps(row, ensure_ascii=True) for row in kind()]


@pytest.mark.parametrize("kind", [kind.__name__ for kind in KINDS])
def test_what_is_shown_and_what_is_kept(kind: str) -> None:
    wrong: list[str] = []
    for row in (json.loads(line) for line in (FOLDER / f"{kind}.jsonl").read_text("utf-8").splitlines()):
        shown, markers = play([text_of(row["reply"])])
        got = (shown, sorted(summary(markers)), reasons(markers.dropped))
        expected = (text_of(row["shown"]), sorted(row["kept"]), sorted(row["dropped"]))
        if got != expected:
            wrong.append(f"{row['name']}: {str(got)[:300]} instead of {str(expected)[:300]}")
        assert not TAG.search(tidy_display(shown)), row["name"]
    assert not wrong, "\n".join(wrong)


def test_however_a_reply_is_cut_the_result_is_the_same_and_no_marker_is_ever_shown() -> None:
    chance = random.Random(20261121)
    for row in ROWS:
        reply = text_of(row["reply"])
        whole = play([reply])
        assert play(reply, watch=True) == whole, row["name"]
        for _ in range(3):
            cuts = sorted(chance.choices(range(len(reply) + 1), k=chance.randint(1, 8)))
            pieces = [reply[start:end] for start, end in zip([0, *cuts], [*cuts, len(reply)], strict=True)]
            assert play(pieces, watch=True) == whole, row["name"]


def test_a_reply_of_several_replies_is_their_sum() -> None:
    """Nothing that stands before or behind changes what a finished reply is taken for."""
    closed = [
        row for row in ROWS if not any(reason.split()[1] in {"unclosed", "partial_tag", "oversized"} for reason in row["dropped"])
    ]  # fmt: skip
    chance = random.Random(7)
    for _ in range(150):
        rows = chance.choices(closed, k=3)
        shown, markers = play(["\n".join(text_of(row["reply"]) for row in rows)], watch=True)
        assert shown == "\n".join(text_of(row["shown"]) for row in rows)
        facts = [entry[1] for row in rows for entry in row["kept"] if entry[0] == "PROMOTE"]
        assert [fact.text for fact in markers.promotes] == facts
