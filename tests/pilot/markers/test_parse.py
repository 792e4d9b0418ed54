"""Blocks to meaning: what is dropped, cut, clamped and kept."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.pilot.markers import (
    MAX_BLOCK_BYTES,
    Action,
    Actions,
    Dropped,
    DropReason,
    FixOutcome,
    Fork,
    MarkerBlock,
    MarkerName,
    Promote,
    Question,
    Questions,
    SuggestFix,
    collect,
    parse_block,
    tidy_display,
)

ID = "0192f3c1-7a52-7c7e-9a43-5b2f6d0c1e11"
FIX = {"title": "Clear the saved password", "description": "Remove it, sign in again.", "confidence": 80}
PROMOTE = {"source_type": "question", "source_ref": ID, "text": "Webmail worked.", "summary": "Rules out the mailbox"}


def parse(name: str, body: Any) -> Any:
    return parse_block(MarkerBlock(MarkerName(name), body if isinstance(body, str) else json.dumps(body)))


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("QUESTIONS", "not json", DropReason.NOT_JSON),
        ("QUESTIONS", "", DropReason.NOT_JSON),
        ("QUESTIONS", "[" * 50_000, DropReason.NOT_JSON),
        ("QUESTIONS", "1" * 5000, DropReason.NOT_JSON),
        ("QUESTIONS", {"text": "a"}, DropReason.WRONG_SHAPE),
        ("QUESTIONS", ["a"], DropReason.WRONG_SHAPE),
        ("QUESTIONS", [], DropReason.TOO_FEW),
        ("QUESTIONS", [{"text": "  "}], DropReason.BLANK),
        ("QUESTIONS", [{"text": 5}], DropReason.WRONG_TYPE),
        ("QUESTIONS", [{"context": "a"}], DropReason.MISSING_FIELD),
        ("QUESTIONS", [{"text": "a", "urgent": True}], DropReason.UNKNOWN_FIELD),
        ("QUESTIONS", [{"text": "a", "options": "Yes"}], DropReason.WRONG_SHAPE),
        ("QUESTIONS", [{"text": "a", "options": [1]}], DropReason.WRONG_TYPE),
        ("ACTIONS", [{"label": "a"}], DropReason.MISSING_FIELD),
        ("ACTIONS", [{"label": "a", "description": "", "command": ["x"]}], DropReason.WRONG_TYPE),
        ("ACTIONS", [{"label": "a", "description": "", "command": "x", "shell": "perl"}], DropReason.BAD_VALUE),
        ("ACTIONS", [{"label": "a", "description": "", "command": "x" * 8001}], DropReason.TOO_LONG),
        ("PROMOTE", [PROMOTE], DropReason.WRONG_SHAPE),
        ("PROMOTE", PROMOTE | {"source_type": "user_note"}, DropReason.BAD_VALUE),
        ("PROMOTE", PROMOTE | {"text": " \n"}, DropReason.BLANK),
        ("SUGGEST_FIX", FIX | {"confidence": True}, DropReason.WRONG_TYPE),
        ("SUGGEST_FIX", FIX | {"confidence": "80"}, DropReason.WRONG_TYPE),
        ("SUGGEST_FIX", json.dumps(FIX).replace("80", "NaN"), DropReason.NOT_JSON),
        ("SUGGEST_FIX", json.dumps(FIX).replace("80", "-Infinity"), DropReason.NOT_JSON),
        ("SUGGEST_FIX", FIX | {"ai_drafted_parameters": ["a"]}, DropReason.WRONG_TYPE),
        ("SUGGEST_FIX", FIX | {"ai_drafted_script": "x" * 50_001}, DropReason.TOO_LONG),
        ("FIX_OUTCOME", {"fix_id": "fix-1", "outcome": "success", "reason": "a"}, DropReason.BAD_VALUE),
        ("FIX_OUTCOME", {"fix_id": ID, "outcome": "applied_success", "reason": "a"}, DropReason.BAD_VALUE),
        ("FORK", {"fork_reason": "a", "options": [{"label": "a", "description": ""}]}, DropReason.TOO_FEW),
        (
            "FORK",
            {"fork_reason": "a", "options": [{"label": "A", "description": ""}, {"label": "a", "description": ""}]},
            DropReason.TOO_FEW,
        ),
        ("FORK", {"fork_reason": "a"}, DropReason.WRONG_SHAPE),
        ("FORK", "x" * (MAX_BLOCK_BYTES + 1), DropReason.OVERSIZED),
    ],
)
def test_it_is_dropped_with_its_reason(name: str, body: Any, reason: DropReason) -> None:
    dropped = parse(name, body)
    assert isinstance(dropped, Dropped)
    assert (dropped.name, dropped.reason) == (name, reason)


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "```\n{}\n```", "```{}```", "\n\n```json\n{}\n```\n"])
def test_a_code_fence_around_the_json_is_tolerated(fence: str) -> None:
    body = fence.replace("{}", json.dumps([{"text": "Since when?"}]))
    assert parse("QUESTIONS", body) == Questions((Question("Since when?"),))


def test_questions_are_trimmed_merged_and_limited_and_ids_are_ignored() -> None:
    items = [
        {"id": "x", "text": " Since when? ", "context": None, "options": [" Today ", "Today", "", "Longer"]},
        {"text": "Since when?"},
        {"text": "Who is affected?"},
        {"text": "What changed?"},
        {"text": "Anything else?"},
    ]
    parsed = parse("QUESTIONS", items)
    assert [item.text for item in parsed.items] == ["Since when?", "Who is affected?", "What changed?"]
    assert parsed.items[0].options == ("Today", "Longer")


def test_checks_keep_their_command_as_written() -> None:
    items = [
        {"label": "Flush", "description": "", "command": "  ipconfig /all\n", "shell": "CMD"},
        {"label": "Look at the light", "description": "On the switch", "command": " ", "shell": "cmd"},
    ]
    assert parse("ACTIONS", items) == Actions(
        (Action("Flush", "", "  ipconfig /all\n", "cmd"), Action("Look at the light", "On the switch"))
    )


@pytest.mark.parametrize("ref", [None, "not-an-id", 5, {"id": 1}])
def test_a_bad_source_ref_becomes_null_and_the_fact_is_kept(ref: object) -> None:
    parsed = parse("PROMOTE", PROMOTE | {"source_ref": ref})
    assert isinstance(parsed, Promote)
    assert parsed.source_ref is None
    assert parsed.text == "Webmail worked."


def test_a_synthesis_never_has_a_ref() -> None:
    assert parse("PROMOTE", PROMOTE).source_ref == UUID(ID)
    assert parse("PROMOTE", PROMOTE | {"source_type": "ai_synthesis"}).source_ref is None


@pytest.mark.parametrize(
    ("given_value", "stored"), [(79.5, 80), (140, 100), (-3, 0), (1e300, 100), (0.2, 0), (10**30, 100)]
)
def test_confidence_is_rounded_and_clamped(given_value: float, stored: int) -> None:
    assert parse("SUGGEST_FIX", FIX | {"confidence": given_value}).confidence == stored


def test_a_fix_is_cut_and_keeps_script_and_parameters() -> None:
    script = "Get-Item 'C:\\Temp'\r\n  | Remove-Item\n"
    fix = parse(
        "SUGGEST_FIX",
        FIX
        | {
            "title": "t" * 300,
            "script_template_slug": "no-such",
            "ai_drafted_script": script,
            "ai_drafted_parameters": {"n": [1, "a"]},
        },
    )
    assert isinstance(fix, SuggestFix)
    assert (len(fix.title), fix.script_template_slug, fix.ai_drafted_script) == (200, "no-such", script)
    assert fix.parameters() == {"n": [1, "a"]}


def test_nul_and_lone_surrogates_do_not_reach_the_database() -> None:
    assert parse("QUESTIONS", '[{"text": "a\\u0000b"}]') == Questions((Question("ab"),))
    outcome = parse("QUESTIONS", '[{"text": "a\\ud800b"}]')
    assert isinstance(outcome, Questions | Dropped)
    if isinstance(outcome, Questions):
        outcome.items[0].text.encode()


def test_a_fork_merges_and_limits_its_options() -> None:
    options = [{"label": f"Cause {n}", "description": "d"} for n in (1, 1, 2, 3, 4, 5)]
    fork = parse("FORK", {"fork_reason": "Two layers", "options": options})
    assert isinstance(fork, Fork)
    assert [option.label for option in fork.options] == ["Cause 1", "Cause 2", "Cause 3", "Cause 4"]


def test_last_valid_wins_and_bad_ones_hide_nothing() -> None:
    reply = collect(
        [
            parse("SUGGEST_FIX", FIX | {"title": "First"}),
            parse("SUGGEST_FIX", FIX | {"title": "Second"}),
            parse("SUGGEST_FIX", "broken"),
            parse("QUESTIONS", [{"text": "a"}]),
            parse("QUESTIONS", [{"text": "a"}, {"text": "b"}]),
            parse("FIX_OUTCOME", {"fix_id": ID, "outcome": "partial", "reason": "half"}),
        ]
    )
    assert reply.fix is not None
    assert reply.fix.title == "Second"
    assert [item.text for item in reply.questions] == ["a", "b"]
    assert reply.outcome == FixOutcome(UUID(ID), "partial", "half")
    assert {entry.reason for entry in reply.dropped} == {DropReason.REPLACED, DropReason.NOT_JSON}
    assert collect([parse("PROMOTE", PROMOTE)]).is_bare


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*PROMOTE, *FIX, "options", "fix_id", "outcome", "reason", "label", "x"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(list(MarkerName)), st.one_of(json_values.map(json.dumps), st.text(max_size=60)))
def test_whatever_the_body_it_never_raises(name: MarkerName, body: str) -> None:
    parsed = parse_block(MarkerBlock(name, body))
    if isinstance(parsed, SuggestFix):
        assert 0 <= parsed.confidence <= 100


def test_a_finished_reply_has_no_gaps_or_empty_fences() -> None:
    assert tidy_display("One.\n\n```json\n\n```\n\n\n\nTwo.\n\n") == "One.\n\nTwo."
