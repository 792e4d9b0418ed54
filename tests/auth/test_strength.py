"""Which passwords are refused, and that ordinary good ones are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolutionflow.auth.strength import LONGEST, SHORTEST, Weakness, weakness

KNOWN = ("kit.tarrow@kestrelford.example", "Kit Tarrow", "Kestrelford IT")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "too_short"),
        ("elevenchars", "too_short"),
        ("x" * 129, "too_long"),
        ("passwordpassword", "common"),
        ("Password1234", "common"),
        ("P@ssw0rd2026!", "common"),
        ("..Welcome-2026..", "common"),
        ("AdminPassword1", "common"),
        ("correct horse battery staple", "common"),
        ("111111111111", "common"),
        ("abcabcabcabca", "common"),
        ("123456789012", "common"),
        ("9876543210987", "common"),
        ("qwertyuiopas", "common"),
        ("1qaz2wsx3edc", "common"),
        ("Kit.Tarrow@Kestrelford.Example", "about_you"),
        ("kestrelford IT", "about_you"),
    ],
)
def test_refused(password: str, reason: Weakness) -> None:
    assert weakness(password, known=KNOWN) == reason


@pytest.mark.parametrize(
    "password", ["seven quiet herons", "R7#kd92!mq0z", "kestrelford rain song", "пароль из слов", "  blue   lamp  "]
)
def test_accepted(password: str) -> None:
    assert weakness(password, known=KNOWN) is None


@settings(max_examples=40)
@given(st.text(min_size=SHORTEST, max_size=LONGEST))
def test_any_text_gets_an_answer(password: str) -> None:
    assert weakness(password, known=KNOWN) in {None, "common", "about_you"}
