"""Secrets are masked, and only they."""

from __future__ import annotations

import random
import re
import time
from importlib import resources
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from resolutionflow.bench.secrets_corpus import clean, leaks, log_lines, secrets, texts_of
from resolutionflow.pilot.redaction import TOKEN, Redactor, SecretKind, find_secrets, mask_for_log

REDACTOR = Redactor(b"key of one installation")


def masked(text: str) -> str:
    return REDACTOR.redact(text).text


def test_recall_on_the_generated_corpus() -> None:
    cases = list(secrets(seed=20261120, rounds=25))
    missed = [case for case in cases if leaks(case, masked(case.text))]
    assert len(cases) > 2000
    assert len(missed) / len(cases) <= 0.01, missed[:10]


def test_false_hits_on_clean_text() -> None:
    texts = list(clean(seed=20261120, rounds=25))
    hits = [text for text in texts if masked(text) != text]
    assert len(hits) / len(texts) < 0.01, hits[:10]


def test_the_same_secret_has_the_same_number_for_the_whole_session() -> None:
    first = REDACTOR.redact("password: Otter4711! and token ghp_" + "a1" * 18)
    assert (
        first.text == "password: «secret:2» and token «secret:1»"
        or first.text == "password: «secret:1» and token «secret:2»"
    )
    again = REDACTOR.redact("pw=Otter4711!", first.known)
    other = REDACTOR.redact("pw=Lantern99#", again.known)
    assert again.text == "pw=«secret:1»"
    assert again.known == first.known
    assert other.text == "pw=«secret:3»"


def test_digests_do_not_hold_the_secret_and_differ_between_keys() -> None:
    mine, theirs = REDACTOR.redact("pw=Otter4711!").known, Redactor(b"another").redact("pw=Otter4711!").known
    assert mine.keys() != theirs.keys()
    assert "Otter" not in str(mine)


def test_places_and_kinds_are_told() -> None:
    found = REDACTOR.redact("a password: Otter4711!\ncard 4111 1111 1111 1111")
    assert found.text == "a password: «secret:1»\ncard «secret:2»"
    assert [(m.number, m.kind, found.text[m.start : m.end]) for m in found.masked] == [
        (1, SecretKind.PASSWORD, "«secret:1»"),
        (2, SecretKind.CARD_NUMBER, "«secret:2»"),
    ]


def test_tokens_already_there_are_left_alone_and_not_reported() -> None:
    text = "password: «secret:4» and pwd='«secret:2»', -Password «secret:1», PASSWORD = N'«secret:3»'"
    found = REDACTOR.redact(text)
    assert (found.text, found.masked) == (text, ())


def test_secrets_stored_for_the_tenant_are_matched_exactly() -> None:
    found = Redactor(b"k", stored=["plainword", "abc"]).redact("they typed plainword and abc")
    assert found.text == "they typed «secret:1» and abc"
    assert found.masked[0].kind is SecretKind.STORED


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----\nTUlJQ\nabcd\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nTUlJQ\nabcd",
    ],
)
def test_a_private_key_goes_as_one_block(text: str) -> None:
    assert masked(f"see {text}\n\nbye now.").replace("\n", "") == "see «secret:1»bye now."


def test_a_log_line_is_masked_without_numbers() -> None:
    assert mask_for_log("login failed: password=Otter4711! for x") == "login failed: password=«secret» for x"
    assert mask_for_log("/api/v1/ai-sessions/0192f3c1-7a52-7c7e-9a43-5b2f6d0c1e11") == (
        "/api/v1/ai-sessions/0192f3c1-7a52-7c7e-9a43-5b2f6d0c1e11"
    )
    assert mask_for_log("key-" + "0a" * 16) == "«secret»"


@pytest.mark.parametrize(
    "unit",
    [
        "password=", "password ", "password is ", "password for x ", "token=", "-pw ", "net user a ", "net use ", "://a:", "a@",
        "-----BEGIN PRIVATE KEY-----\n", "4", "4111 ", "123456-", "eyJ", "bearer ", "Cookie: a=", "curl -u ", "mysql ", "<password>",
        "ConvertTo-SecureString ", "'\"", "«secret:1»", "password='«secret:1»", "set key ", "A", " ", "\\", "\u0130password=",
    ],
)  # fmt: skip
def test_hostile_text_stays_fast(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    started = time.perf_counter()
    find_secrets(text)
    # Linear cost is well under a second; quadratic cost would be minutes.
    assert time.perf_counter() - started < 8


pieces = st.sampled_from(
    [
        "password", "pwd", "token", " is ", ": ", "=", "'", '"', "Otter4711!", "Qu4rtz", "net user jdoe ", " /add", "\n", " ",
        "ConvertTo-SecureString ", "://u:", "@host", "«secret:1»", "«", "4111111111111111", "N'", "for x ", "Bearer ", ";", "</",
        "-Password ", "a1b2c3d4e5f6a1b2", "<pwd>", "</pwd>", "creds: a/",
    ]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(pieces, max_size=9).map("".join))
def test_twice_is_once_and_places_are_right(text: str) -> None:
    once = REDACTOR.redact(text)
    twice = REDACTOR.redact(once.text, once.known)
    assert twice.text == once.text
    assert twice.known == once.known
    assert all(TOKEN.fullmatch(once.text[m.start : m.end]) for m in once.masked)


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    assert masked(masked(text)) == masked(text)
    assert isinstance(mask_for_log(text), str)


def test_the_demo_tickets_lose_their_secrets_and_nothing_else() -> None:
    """Tickets and flows as people write them: only lines that hand over a password or token may change."""
    package = Path(str(resources.files("resolutionflow")))
    files = [*package.glob("demo/world/data/**/*.yaml"), *package.glob("flows/starter/*.yaml")]
    texts = [text for file in files for text in texts_of(yaml.safe_load(file.read_text("utf-8")))]
    changed = [text for text in texts if masked(text) != text]
    assert len(texts) > 1000
    assert len(changed) / len(texts) < 0.01
    assert [text for text in changed if not re.search(r"(?i)password:|token:|key:|secret:", text)] == []


def test_lines_are_read_alike_alone_and_in_a_long_log() -> None:
    """The quick first pass over a long text overlooks nothing that the same lines show alone."""
    chance = random.Random(20261121)
    secret_lines = [case.text for case in secrets(seed=11, rounds=3) if "\n" not in case.text]
    lines = [*secret_lines, *log_lines(seed=11, count=1500)]
    chance.shuffle(lines)
    log = "\n\n".join(lines)
    covered = {place for span in find_secrets(log) for place in range(span.start, span.end)}
    offset, seen = 0, 0
    for line in lines:
        for span in find_secrets(line):
            seen += 1
            assert covered.issuperset(range(offset + span.start, offset + span.end)), line
        offset += len(line) + 2
    assert seen > 200


@pytest.mark.parametrize(
    "text",
    [
        '"Correct the password on the phone or mail app" was run',
        "\u201cCorrect the password on the phone or mail app\u201d was run.",
    ],
)
def test_a_quoted_title_that_names_a_password_hides_nothing_behind_it(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("name", ['"Nell"', '"Wi-Fi guest"', "\u201cGuest net\u201d", "the new user nell"])
def test_a_password_behind_the_name_it_belongs_to_is_masked(name: str) -> None:
    assert masked(f"The password for {name} is Otter4711!") == f"The password for {name} is «secret:1»"
