"""Notes as plain text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.psa.providers.autotask.plain import plain_text


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("## Problem\n\nNo **mail** since *today*.", "PROBLEM\n\nNo mail since today."),
        ("* one\n* two\n  * three", "- one\n- two\n  - three"),
        ("1. first\n2. second", "1. first\n2. second"),
        ("- [x] done\n- [ ] open", "- [x] done\n- [ ] open"),
        ("See [the page](https://kb.example/a).", "See the page (https://kb.example/a)."),
        ("<https://kb.example/a>", "https://kb.example/a"),
        ("Run `Get-Item *` and ``a`b``.", "Run Get-Item * and a`b."),
        ("```powershell\nGet-Service *spool*\n\n# a **comment**\n```", "Get-Service *spool*\n\n    # a **comment**"),
        ("a snake_case_name and __init__.py", "a snake_case_name and init.py"),
        ("2 * 3 * 4 is 24", "2 * 3 * 4 is 24"),
        ("C:\\Users\\kit and \\*kept\\*", "C:\\Users\\kit and *kept*"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n| 1 | 2 |"),
        ("one\r\n\r\n\r\n\r\ntwo", "one\n\ntwo"),
        ("above\n\n---\n\nRef RF-ABCDEFGH23", "above\n\nRef RF-ABCDEFGH23"),
        ("> quoted", "> quoted"),
        ("![](https://kb.example/p.png)", "https://kb.example/p.png"),
    ],
)
def test_structure_stays_readable(markdown: str, plain: str) -> None:
    assert plain_text(markdown) == plain


@given(st.text(alphabet="ab *_`#[]()|\\~>-\n1.", max_size=200))
def test_any_text_is_taken_and_keeps_its_letters(text: str) -> None:
    shown = plain_text(f"{text}\n\nRef RF-ABCDEFGH23")
    kept = [letter for letter in shown.casefold() if letter in "ab1"]
    assert [letter for letter in text if letter in "ab1"] == kept[: len([x for x in text if x in "ab1"])] or "`" in text
    assert "RF-ABCDEFGH23" in shown


def test_markers_of_a_hostile_note_cost_no_time() -> None:
    started = time.perf_counter()
    for piece in (" *a", " _a", " ~~a", "[", "![", "](", "` ", "**a __b ", "*", "| -", "\\"):
        assert "end" in plain_text(f"{piece * (32_000 // len(piece))} end")
    assert time.perf_counter() - started < 5
