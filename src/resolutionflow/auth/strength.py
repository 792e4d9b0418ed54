"""Which passwords are refused (accounts-admin.md 2). Pure.

No rule of composition: only length, the list of common ones, and what everybody knows about the person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

SHORTEST, LONGEST = 12, 128
Weakness = Literal["too_short", "too_long", "common", "about_you"]
_LIST = Path(__file__).with_name("common_passwords.txt")
_LEET = str.maketrans(
    {"@": "a", "4": "a", "8": "b", "3": "e", "0": "o", "$": "s", "5": "s", "1": "i", "!": "i", "7": "t"}
)
_RUNS = (
    "0123456789" * 3,
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
)


@cache
def _common() -> frozenset[str]:
    """The words of the list, as they are compared."""
    lines = _LIST.read_text("utf-8").splitlines()
    return frozenset(_letters(line) for line in lines if line and not line.startswith("#"))


def weakness(password: str, *, known: Iterable[str]) -> Weakness | None:
    """Why `password` is refused, None when it is not. `known`: address, name and whatever else others know of the person."""
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    folded = password.casefold()
    if _plain(folded) in {_plain(word.casefold()) for word in _spelled(known)}:
        return "about_you"
    return "common" if _is_common(folded) else None


def _spelled(known: Iterable[str]) -> Iterable[str]:
    for word in known:
        yield word
        yield word.split("@")[0]


def _is_common(folded: str) -> bool:
    return (
        _repeats(folded)
        or any(folded in run or folded in run[::-1] for run in _RUNS)
        # Digits and signs around a common word, or in the place of its letters, are the first thing that is tried.
        or any(_made_of_common(core) for core in {_letters(folded), _letters(_middle(folded).translate(_LEET))})
    )


def _repeats(text: str) -> bool:
    """One to four characters over and over, the last time perhaps cut."""
    return any((text[:size] * len(text))[: len(text)] == text for size in range(1, 5))


def _made_of_common(core: str) -> bool:
    """One word of the list, that word several times, or two of them."""
    words = _common()
    return core in words or any(
        head in words and ((rest := core[len(head) :]) in words or rest.replace(head, "") == "")
        for head in (core[:size] for size in range(3, len(core)))
    )


def _middle(text: str) -> str:
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalpha())


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
