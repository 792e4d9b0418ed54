"""What is shown of a reply while it is written: no secret, no more delay than a word, and the same however it is cut."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from resolutionflow.bench.secrets_corpus import clean, secrets
from resolutionflow.pilot.redaction import TOKEN, Redactor
from resolutionflow.pilot.redaction.curtain import Curtain

STORED = "heron-Stored-0815"
REDACTOR = Redactor(b"key of one installation", (STORED,))
SECRETS = [case.text for case in secrets(seed=7, rounds=6)]
TEXTS = [
    *SECRETS,
    *SECRETS,
    *clean(seed=7, rounds=2),
    f"it said {STORED} again",
    f"x{STORED}y",
    "net",
    "pass",
    "card 4111 1111 1111 1111",
]
WORDS = "The mail client opens slowly when it roams between two offices. 1. Look at the profile (it may be old).\n- Then at the cache, please: "


def said(pieces: Iterable[str]) -> list[str]:
    curtain = Curtain(REDACTOR, {})
    return [*(curtain.feed(piece) for piece in pieces), curtain.close()]


def unnumbered(text: str) -> str:
    return TOKEN.sub("«secret»", text)


def cut(text: str, places: Iterable[int]) -> list[str]:
    ends = [*sorted(places), len(text)]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def test_every_secret_of_the_corpus_is_masked_as_in_the_whole_text() -> None:
    for text in SECRETS:
        assert "".join(said(re.findall(r"\s?\S{1,5}|\s", text))) == REDACTOR.redact(text).text


@given(
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4),
    st.sampled_from([" ", "\n", "\n\n", ". "]),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_any_cut_shows_the_same(texts: list[str], between: str, chance: random.Random) -> None:
    text = between.join(texts)[:1200]
    # Numbers are given as secrets come; the whole text gives those behind another mask the last ones.
    whole = unnumbered(REDACTOR.redact(text).text)
    assert unnumbered("".join(said([text]))) == whole
    assert unnumbered("".join(said(cut(text, chance.sample(range(len(text) + 1), min(len(text), 15)))))) == whole
    if len(text) < 300:
        assert unnumbered("".join(said(text))) == whole


@given(st.text(max_size=200), st.integers(1, 7))
@settings(max_examples=100, deadline=None)
def test_any_text_comes_out_whole(text: str, size: int) -> None:
    assert "".join(said(cut(text, range(0, len(text), size)))) == REDACTOR.redact(text).text


def test_nothing_of_a_secret_is_ever_shown_and_the_words_around_it_are() -> None:
    curtain = Curtain(REDACTOR, {})
    shown = ""
    for piece in ["Set the pass", "word: Otter", "4711! and", " then sign in with ghp", "_", "a1" * 18, " once."]:
        shown += curtain.feed(piece)
        assert "Otter" not in shown and "ghp" not in shown
    assert shown.startswith("Set the password: «secret:1» and then sign in with")
    assert shown + curtain.close() == "Set the password: «secret:1» and then sign in with «secret:2» once."


def test_the_session_s_numbers_go_on() -> None:
    known = REDACTOR.redact("pw=Otter4711!").known
    curtain = Curtain(REDACTOR, known)
    assert curtain.feed("pw=Lantern99# or pw=Otter4711! ") + curtain.close() == "pw=«secret:2» or pw=«secret:1» "
    assert Curtain(REDACTOR, known).whole("pw=Otter4711!") == "pw=«secret:1»"


def test_ordinary_words_wait_for_one_piece_at_most() -> None:
    curtain = Curtain(REDACTOR, {})
    given_, shown = "", ""
    pieces = re.findall(r"\s?\S{1,6}|\s", WORDS * 20)
    straight = 0
    for piece in pieces:
        before, given_ = given_, given_ + piece
        shown += curtain.feed(piece)
        assert len(shown) >= len(before)
        straight += shown == given_
    assert straight / len(pieces) > 0.8


def test_a_key_over_many_lines_is_shown_as_one_mask_and_memory_is_bounded() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7bq0\n" * 30 + "-----END RSA PRIVATE KEY-----"
    assert "".join(said(cut(f"Take {key} and go.", range(0, 700, 9)))) == "Take «secret:1» and go."
    endless = "-----BEGIN RSA PRIVATE KEY-----\n" + "A" * 60_000
    curtain = Curtain(REDACTOR, {})
    shown = [len(curtain.feed(piece)) for piece in cut(endless, range(0, len(endless), 500))]
    assert sum(shown) > 0, "a reply that never ends its key does not wait for ever"
