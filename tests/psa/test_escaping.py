"""No text a person types becomes grammar."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.demo.connectwise.conditions import matches, parse
from resolutionflow.demo.connectwise.query import lookup_in
from resolutionflow.demo.connectwise.schema import TICKET
from resolutionflow.psa.providers.connectwise.conditions import (
    join_all,
    login,
    number,
    quoted,
    searched_number,
    ticket_conditions,
    words_condition,
)
from resolutionflow.psa.providers.contract import Member, TicketFilter
from resolutionflow.psa.providers.errors import InvalidFilter

NASTY = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="\"'\\()[]%=<>, \n\x00orandnotnull", max_size=80),
    st.sampled_from(
        [
            '" or id > 0 or summary = "',
            '\\" or 1=1',
            "') or ('1'='1",
            'x" and closedFlag = false or summary contains "',
            "[2026]",
        ]
    ),
)


def row(**more: Any) -> dict[str, Any]:
    return {"id": 1, "summary": "Printer", "closedFlag": True, "board": {"id": 9, "name": "Other"}, **more}


@given(NASTY)
def test_any_query_is_a_valid_condition_and_stays_inside_the_filter(text: str) -> None:
    filter_ = TicketFilter(query=text, board_ids=("12",))
    condition = join_all([ticket_conditions(filter_), words_condition(text)])
    parsed = parse(condition, TICKET)
    assert not matches(parsed, lookup_in(row()))
    assert not matches(parsed, lookup_in(row(closedFlag=False)))


@given(NASTY.filter(bool))
def test_a_status_name_only_ever_matches_that_name(text: str) -> None:
    parsed = parse(ticket_conditions(TicketFilter(closed="all", status_name=text)), TICKET)
    assert not matches(parsed, lookup_in(row(status={"id": 1, "name": "Never typed by anyone 8f3"})))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüß'%", min_size=1, max_size=20))
def test_words_find_the_text_that_holds_them(word: str) -> None:
    parsed = parse(words_condition(word), TICKET)
    assert matches(parsed, lookup_in(row(summary=f"before {word} after")))


@given(NASTY)
def test_literals_hold_no_quote_backslash_or_control_character(text: str) -> None:
    inner = quoted(text)[1:-1]
    assert '"' not in inner
    assert "\\" not in inner
    assert all(char >= " " for char in inner)


@given(st.text(max_size=12))
def test_ids_are_digits_or_refused(text: str) -> None:
    try:
        found = number(text)
    except InvalidFilter:
        return
    assert found.isascii()
    assert found.isdigit()


@pytest.mark.parametrize("bad", ["", "a b", 'x"', "x'", "x)", "é", "a" * 65, "a\n", "a\x00"])
def test_unusual_logins_are_refused(bad: str) -> None:
    with pytest.raises(InvalidFilter):
        login(bad)


def test_a_member_without_a_known_login_is_found_as_owner_only() -> None:
    filter_ = TicketFilter(closed="all", assignment="member", member=Member("155", "", "Kit"))
    assert ticket_conditions(filter_) == "owner/id = 155"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("48291", "48291"),
        (" #48291 ", "48291"),
        ("CW #48291", "48291"),
        ("cw48291", "48291"),
        ("048291", "48291"),
        ("48291 printer", None),
        ("٤٨٢٩١", None),
        ("12345678901", None),
        ("", None),
    ],
)
def test_which_queries_name_a_number(text: str, expected: str | None) -> None:
    assert searched_number(text) == expected
