"""The same context gives the same bytes, whatever ran before and in whatever order flows arrive."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tests.pilot.guide.driver import Session, ticket

_SCRIPT = """
import hashlib
from tests.pilot.guide.driver import Session, ticket
from tests.pilot.guide.test_same_bytes import played
print(hashlib.sha256(played().encode()).hexdigest())
"""


def played() -> str:
    """Some turns over several flows, as one text."""
    parts: list[str] = []
    for summary, words in (
        ("Outlook keeps asking for password", "webmail works fine"),
        ("VPN and Outlook do not work from home, OneDrive neither", "no idea"),
        ("No internet, printer offline and DNS errors", "everyone"),
        ("Something is odd", "do not know"),
    ):
        session = Session(ticket=ticket(summary, "Since this morning. " + words))
        for _ in range(3):
            parts.append(session.turn(words).raw)
            for item in session.open("question"):
                session.say(item.text, words)
    return "\n".join(parts)


def test_twice_the_same() -> None:
    assert played() == played()


def test_the_order_of_flows_does_not_matter() -> None:
    one = Session(ticket=ticket("VPN and Outlook do not work, no internet"))
    other = Session(ticket=one.ticket, flows=tuple(reversed(one.flows)))
    assert one.turn().raw == other.turn().raw


def test_another_process_with_another_hash_seed_says_the_same() -> None:
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONHASHSEED": "4242", "PYTHONPATH": str(root)}
    found = subprocess.run(
        [sys.executable, "-c", _SCRIPT], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == hashlib.sha256(played().encode()).hexdigest()
