"""A fact holds only what its evidence holds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.pilot.grounding import ground

TICKET = (
    "Anna Keller at Fernhill Dental says Outlook keeps asking for her password on WS-FD-014 (10.20.3.14) "
    "since Monday. Error 0x8004010F. Free space on C: is 2.4GB of 237 GB, KB 5034441 is installed."
)


@pytest.mark.parametrize(
    ("fact", "missing"),
    [
        ("Kevin confirmed the prompt.", ("Kevin",)),
        ("The prompt appeared for Anna Miller.", ("Miller",)),
        ("The error was 0x80070005.", ("0x80070005",)),
        ("The address was 10.20.3.1.", ("10.20.3.1",)),
        ("The address was 0.20.3.14.", ("0.20.3.14",)),
        ("Free space was 24 GB.", ("24 GB",)),
        ("Free space was 2.4 MB.", ("2.4 MB",)),
        ("It failed on WS-FD-015.", ("WS-FD-015",)),
        ("The log is at C:\\Windows\\Temp\\setup.log.", ("C:\\Windows\\Temp\\setup.log",)),
        ("Thunderbird showed it too.", ("Thunderbird",)),
        ("KB5034442 was installed.", ("KB5034442",)),
        ("Three users were affected.", ("Three",)),
        ("mail.fernhill.example did not resolve.", ("mail.fernhill.example",)),
        ('The message was "access denied".', ("access denied",)),
        ("The account FERNHILL\\akeller was locked.", ("FERNHILL\\akeller",)),
        ("It started on Tuesday at 14:31.", ("Tuesday", "14:31")),
        ("\u00c5sa saw it.", ("\u00c5sa",)),
    ],
)
def test_what_is_not_in_the_evidence_is_named(fact: str, missing: tuple[str, ...]) -> None:
    grounded = ground(fact, [TICKET])
    assert not grounded.verified
    assert grounded.missing == missing


@pytest.mark.parametrize(
    "fact",
    [
        "Outlook asked for the password again.",
        "anna keller's workstation ws-fd-014 was affected.",
        "Free space was 2.4 GB of 237GB.",
        "Free space was 2.40 gigabytes.",
        "The error code was 0X8004010f.",
        "KB5034441 was installed.",
        "Webmail accepted the same password.",
        "Restarting the computer did not help.",
        "Reproduced in a new profile, so the Windows profile was ruled out.",
        "It began on Monday.",
        "One device was affected.",
        "The DNS and DHCP settings were correct.",
        "",
    ],
)
def test_what_is_in_the_evidence_is_verified_in_any_spelling(fact: str) -> None:
    assert ground(fact, [TICKET]).missing == ()


@pytest.mark.parametrize(
    ("fact", "evidence"),
    [
        ("Three users were affected.", "only 3 users"),
        ("3 users were affected.", "three people see it"),
        ("Packet loss was 25 percent.", "Lost = 1 (25% loss)"),
        ("1,204 items were waiting.", "queue: 1204"),
        ("The path \\\\FS01\\Scans was reachable.", "//fs01/scans/ ok"),
        ("OneDrive was signed out.", "one drive says signed out"),
        ("O\u2019Brien was locked out.", "user O'Brien is locked"),
        ("Port 443 was open.", "TcpTestSucceeded to 192.0.2.10:443 True"),
    ],
)
def test_tolerant_spellings(fact: str, evidence: str) -> None:
    assert ground(fact, [evidence]).verified


def test_several_texts_prove_together() -> None:
    assert ground("Outlook failed on WS-FD-014.", ["Outlook", "seen on WS-FD-014"]).verified


@pytest.mark.parametrize("unit", ["A", "1.", "a.b.", "\\\\x", "1:", "A-1_", '"x', "/a", "Ab'c-", "0x", " Q", "a@b."])
def test_long_strange_text_stays_fast(unit: str) -> None:
    started = time.perf_counter()
    ground(unit * (2_000 // len(unit)), [unit * (200_000 // len(unit))])
    assert time.perf_counter() - started < 10


words = st.sampled_from(
    ["Outlook", "10.0.0.5", "2 GB", "SRV-01", "was", "not", "seen", "Anna", "0x1F", "5", "C:\\x\\y.txt"]
)


@given(st.lists(words, max_size=10).map(" ".join))
def test_a_text_proves_itself(text: str) -> None:
    assert ground(text, [text]).verified
