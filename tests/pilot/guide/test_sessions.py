"""Scripted sessions: what the engineer knows about each case is in `sessions/<flow>.yaml`; the guide has to find the solution."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.pilot.guide.driver import Session, ticket

from resolutionflow.flows.starter import load_starter_flows

_FOLDER = Path(__file__).parent / "sessions"
_MOST_TURNS = 12


def _cases() -> Iterator[Any]:
    for file in sorted(_FOLDER.glob("*.yaml")):
        for case in yaml.safe_load(file.read_text("utf-8")):
            yield pytest.param(file.stem, case, id=f"{file.stem}: {case['name']}")


def _start(case: dict[str, Any]) -> Session:
    given = case.get("ticket")
    if given is None:
        return Session()
    fields = {key: value for key, value in given.items() if key not in {"summary", "description", "notes"}}
    return Session(ticket=ticket(given["summary"], given.get("description", ""), *given.get("notes", []), **fields))


def _answer_one(session: Session, known: list[dict[str, str]]) -> None:
    """The engineer answers the first open item that they can; what they cannot answer stays unknown or skipped."""
    for item in (*session.open("check"), *session.open("question")):
        entry = next((entry for entry in known if entry["item"].lower() in item.text.lower()), None)
        if entry is None:
            continue
        if "press" in entry:
            session.press(item.text, entry["press"])
        elif "say" in entry:
            session.say(item.text, entry["say"])
        else:
            session.paste(item.text, entry["paste"])
        return
    item = (*session.open("question"), *session.open("check"))[0]
    if item.kind == "question":
        session.dont_know(item.text)
    else:
        session.skip(item.text)


def play(case: dict[str, Any]) -> tuple[Session, str]:
    """Plays until a fix is suggested; gives the session and the fix's title."""
    session = _start(case)
    reply = session.turn(case.get("message", ""))
    for _ in range(_MOST_TURNS):
        if reply.fix is not None:
            # The text and the banner name the same number.
            assert f"leads with {reply.fix['confidence']} %" in reply.text
            return session, str(reply.fix["title"])
        assert session.open(), f"nothing to answer and no fix: {reply.text}"
        _answer_one(session, case["knows"])
        reply = session.turn()
    pytest.fail("no fix was suggested")


@pytest.mark.parametrize(("slug", "case"), list(_cases()))
def test_a_scripted_session_reaches_its_solution(slug: str, case: dict[str, Any]) -> None:
    session, title = play(case)
    flow = next(flow for flow in load_starter_flows() if flow.slug == slug)
    wanted = flow.definition.node(case["reaches"])
    assert wanted is not None
    assert title == getattr(wanted, "title", "")
    assert session.asked <= case.get("at_most", 5)


def test_the_median_number_of_questions_is_below_five() -> None:
    counts = [play(param.values[1])[0].asked for param in _cases()]
    assert statistics.median(counts) < 5
    assert max(counts) <= 6


def test_every_starter_flow_has_sessions_for_at_least_three_solutions() -> None:
    for flow in load_starter_flows():
        cases = yaml.safe_load((_FOLDER / f"{flow.slug}.yaml").read_text("utf-8"))
        assert len({case["reaches"] for case in cases}) >= 3, flow.slug


VAGUE = [
    "Problem with Outlook",
    "Outlook password",
    "Account trouble, locked out?",
    "VPN question",
    "VPN does not work",
    "Internet is bad today",
    "No internet",
    "DNS",
    "Printer problem",
    "The printer again",
    "Disk space",
    "OneDrive",
    "OneDrive is odd",
    "Shared mailbox",
    "Remote desktop problem",
    "RDP, VPN, printer and Outlook do not work",
    "Wi-Fi",
    "The wifi is bad",
    "Backup",
    "Backup job failed",
    "Certificate",
    "Certificate problem",
    "Network drive",
    "Problem with the shared drive",
    "Windows Update",
    "Windows update fails again",
    "MFA",
    "Authenticator problem",
]


@pytest.mark.parametrize("summary", VAGUE)
def test_a_vague_ticket_reaches_no_solution_when_nobody_knows_more(summary: str) -> None:
    session = Session(ticket=ticket(summary))
    reply = session.turn()
    for _ in range(_MOST_TURNS):
        assert reply.fix is None
        assert reply.facts == []
        if not session.open():
            break
        for item in session.open():
            session.dont_know(item.text) if item.kind == "question" else session.skip(item.text)
        reply = session.turn()
        if "escalate" in reply.text.lower():
            break
    assert "escalate" in reply.text.lower()
