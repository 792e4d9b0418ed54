"""The filter language: refusals, meanings, and agreement with a filter written in plain Python."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolutionflow.demo.connectwise import render
from resolutionflow.demo.connectwise.conditions import parse
from resolutionflow.demo.connectwise.errors import SimError
from resolutionflow.demo.connectwise.query import select
from resolutionflow.demo.connectwise.schema import TICKET
from resolutionflow.demo.connectwise.seed import fresh_state
from resolutionflow.demo.world import load

STATE = fresh_state(load(datetime(2026, 11, 20, 12, 0, tzinfo=UTC)), 1)
ROWS = [render.ticket_for_filters(STATE, row) for row in STATE.rows("tickets")]
Row = dict[str, Any]
Rule = tuple[str, Callable[[Row], bool]]


def found(text: str) -> set[int]:
    return {row["id"] for row in select(ROWS, {"conditions": text}, TICKET, collections={})}


def expected(rule: Callable[[Row], bool]) -> set[int]:
    return {row["id"] for row in ROWS if rule(row)}


@pytest.mark.parametrize(
    "text",
    [
        "nonsense = 1",
        "board/colour = 1",
        "id",
        "id = ",
        "id = 1 and",
        "id == 1",
        "(id = 1",
        "id = 1)",
        'summary contains "open',
        "summary contains vpn",
        "id contains 4",
        'id = "48293"',
        "summary = 5",
        "closedFlag = 1",
        "closedFlag > true",
        "owner = 5",
        "owner > null",
        "_info/lastUpdated > [yesterday]",
        'board/id in (1, "2")',
        "board/id in ()",
        "configuration/id = 1 and configuration/id = 2",
        "(" * 100 + "id=1" + ")" * 100,
        "id = 1 and " * 3000 + "id = 1",
        "id = 1; drop",
        "id = 1\x00",
    ],
)
def test_what_cannot_be_understood_is_400(text: str) -> None:
    with pytest.raises(SimError) as caught:
        found(text)
    assert (caught.value.status, caught.value.code) == (400, "ApiFindCondition")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("id = 48293", lambda row: row["id"] == 48293),
        ("ID != 48293".replace("ID", "id"), lambda row: row["id"] != 48293),
        ("summary contains 'VPN'", lambda row: "vpn" in row["summary"].lower()),
        ('summary not contains "vpn"', lambda row: "vpn" not in row["summary"].lower()),
        ('summary like "vpn%"', lambda row: row["summary"].lower().startswith("vpn")),
        ('summary like "100"', lambda row: row["summary"] == "100"),
        ('summary contains "100%"', lambda row: "100%" in row["summary"]),
        ('summary contains "[final]"', lambda row: "[final]" in row["summary"]),
        ("owner = null", lambda row: "owner" not in row),
        ("owner/id != null", lambda row: "owner" in row),
        ("owner/id = 155 or resources contains 'ktarrow'", lambda row: "ktarrow" in (row.get("resources") or "")),
        ("owner = null and resources = null", lambda row: "resources" not in row),
        ("board/id in (12,13)", lambda row: row["board"]["id"] in (12, 13)),
        ("board/id not in (12, 13)", lambda row: row["board"]["id"] not in (12, 13)),
        (
            "closedFlag = FALSE AND NOT (priority/sort > 2)",
            lambda row: not row["closedFlag"] and row["priority"]["sort"] <= 2,
        ),
        ('status/name = "in PROGRESS"', lambda row: row["status"]["name"] == "In progress"),
        ("configuration/id = 20455", lambda row: any(one["id"] == 20455 for one in row["configuration"])),
        (
            "_info/lastUpdated >= [2026-11-20T00:00:00Z]",
            lambda row: row["_info"]["lastUpdated"] >= "2026-11-20T00:00:00Z",
        ),
        ("lastUpdated < [2026-11-19]", lambda row: row["_info"]["lastUpdated"] < "2026-11-19T00:00:00Z"),
    ],
)
def test_meaning(text: str, rule: Callable[[Row], bool]) -> None:
    assert found(text) == expected(rule)


def test_and_binds_closer_than_or() -> None:
    assert found("id = 48240 or id = 48241 and id = 48242") == {48240}
    assert found("(id = 48240 or id = 48241) and id = 48241") == {48241}


def test_absent_values_fulfil_no_comparison() -> None:
    assert found("owner/id != 155") == expected(lambda row: "owner" in row and row["owner"]["id"] != 155)
    assert found("owner/id not in (155)") == found("owner/id != 155")


def test_a_long_chain_is_no_problem() -> None:
    assert found(" or ".join(f"id={number}" for number in range(48240, 48300))) == {row["id"] for row in ROWS}


def value_at(row: Row, path: str) -> Any:
    value: Any = row
    for part in path.split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value


NUMBERS = {
    "id": (48235, 48305),
    "board/id": (10, 17),
    "owner/id": (150, 160),
    "status/id": (500, 565),
    "priority/sort": (0, 5),
}
TEXTS = [
    "summary",
    "status/name",
    "company/name",
    "company/identifier",
    "contact/name",
    "resources",
    "contactEmailAddress",
]
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@st.composite
def number_rules(draw: st.DrawFn) -> Rule:
    path, op = draw(st.sampled_from(sorted(NUMBERS))), draw(st.sampled_from(sorted(COMPARE)))
    asked = draw(st.integers(*NUMBERS[path]))
    return (
        f"{path} {op} {asked}",
        lambda row: value_at(row, path) is not None and COMPARE[op](value_at(row, path), asked),
    )


@st.composite
def in_rules(draw: st.DrawFn) -> Rule:
    path = draw(st.sampled_from(sorted(NUMBERS)))
    asked, negated = draw(st.lists(st.integers(*NUMBERS[path]), min_size=1, max_size=4)), draw(st.booleans())
    text = f"{path} {'not ' if negated else ''}in ({','.join(map(str, asked))})"
    return text, lambda row: value_at(row, path) is not None and (value_at(row, path) in asked) != negated


@st.composite
def text_rules(draw: st.DrawFn) -> Rule:
    path, negated = draw(st.sampled_from(TEXTS)), draw(st.booleans())
    asked = draw(
        st.sampled_from(["a", "VPN", "Re", "%", "'", "[", "ktarrow", "zz", "ä", ""])
        | st.text("aeinst %_*[]", max_size=3)
    )
    text = f'{path} {"not " if negated else ""}contains "{asked}"'
    return (
        text,
        lambda row: value_at(row, path) is not None and (asked.casefold() in value_at(row, path).casefold()) != negated,
    )


@st.composite
def null_rules(draw: st.DrawFn) -> Rule:
    path, absent = (
        draw(st.sampled_from(["owner", "contact/id", "resources", "site", "closedDate"])),
        draw(st.booleans()),
    )
    return f"{path} {'=' if absent else '!='} null", lambda row: (value_at(row, path) is None) == absent


def combined(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    def both(pair: tuple[Rule, Rule]) -> Rule:
        (left, left_rule), (right, right_rule) = pair
        return f"({left}) and ({right})", lambda row: left_rule(row) and right_rule(row)

    def either(pair: tuple[Rule, Rule]) -> Rule:
        (left, left_rule), (right, right_rule) = pair
        return f"({left} OR {right})", lambda row: left_rule(row) or right_rule(row)

    def negated(rule: Rule) -> Rule:
        return f"not ({rule[0]})", lambda row: not rule[1](row)

    pairs = st.tuples(inner, inner)
    return pairs.map(both) | pairs.map(either) | inner.map(negated)


RULES = st.recursive(number_rules() | in_rules() | text_rules() | null_rules(), combined, max_leaves=6)


@settings(max_examples=200, deadline=None)
@given(RULES)
def test_generated_conditions_agree_with_plain_python(rule: Rule) -> None:
    assert found(rule[0]) == expected(rule[1])


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text("()=<>!'\" andornotinlikecontains[]0123/idsummary,", max_size=60))
def test_any_text_is_a_condition_or_a_clear_refusal(text: str) -> None:
    try:
        parse(text, TICKET)
    except SimError as problem:
        assert (problem.status, problem.code) == (400, "ApiFindCondition")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_escaped_search_text_never_breaks_out(text: str) -> None:
    """What a careful client does: quotes, backslashes and control characters become spaces."""
    safe = "".join(" " if sign in '"\\' or ord(sign) < 32 else sign for sign in text)
    assert found(f'board/id = 12 and summary contains "{safe}"') == expected(
        lambda row: row["board"]["id"] == 12 and safe.casefold() in row["summary"].casefold()
    )
