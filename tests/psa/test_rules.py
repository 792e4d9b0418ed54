"""The outbox's rules, the leak gate and revisions: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.errors import InvalidRequest
from resolutionflow.psa import revision
from resolutionflow.psa.preferences import Preferences, TargetStatus
from resolutionflow.psa.providers.contract import Assignee, Company, NamedRef, Note, Status, Ticket
from resolutionflow.psa.refs import find_reference, new_reference, ticket_ref
from resolutionflow.psa.schemas import WriteState
from resolutionflow.psa.writeback import rules
from resolutionflow.psa.writeback.gate import scan
from resolutionflow.psa.writeback.planning import session_reference
from resolutionflow.psa.writeback.rules import StepView
from tests.support.world import WORLD

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
STATES = get_args(WriteState)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("queued", {"running", "cancelled"}),
        ("running", {"running", "done", "partial", "waiting", "blocked"}),
        ("waiting", {"running", "cancelled"}),
        ("blocked", {"running", "partial", "cancelled"}),
        ("done", set()),
        ("partial", set()),
        ("cancelled", set()),
    ],
)
def test_every_transition(before: WriteState, after: set[WriteState]) -> None:
    assert {state for state in STATES if rules.may_go(before, state)} == after


def test_waits_grow_to_an_hour_and_retry_after_wins() -> None:
    waits = [rules.retry_delay(attempt, scale=1).total_seconds() for attempt in range(1, 9)]
    assert waits == [5, 20, 60, 300, 900, 3600, 3600, 3600]
    assert rules.retry_delay(1, scale=1, retry_after=42).total_seconds() == 42
    assert rules.retry_delay(3, scale=1, retry_after=10).total_seconds() == 60


def test_after_24_hours_it_gives_up() -> None:
    assert not rules.gives_up(NOON, NOON + timedelta(hours=23, minutes=59))
    assert rules.gives_up(NOON, NOON + timedelta(hours=24))


def steps(note: str, status: str) -> tuple[StepView, ...]:
    return (
        StepView("check", "done"),
        StepView("note", note),
        StepView("status", status),
        StepView("confirm", "pending"),
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "note", "status", "confirmed", "expected"),
    [
        ("queued", "pending", "pending", False, (False, False, False, True)),
        ("running", "sending", "pending", False, (False, False, False, False)),
        ("waiting", "pending", "pending", False, (True, False, False, True)),
        ("waiting", "unknown", "pending", False, (True, False, False, False)),
        ("blocked", "failed", "pending", False, (True, False, False, True)),
        ("blocked", "done", "failed", True, (True, True, True, False)),
        ("blocked", "done", "pending", False, (True, True, False, False)),
        ("done", "done", "done", True, (False, False, False, False)),
        ("cancelled", "pending", "pending", False, (False, False, False, False)),
    ],
)
def test_what_may_be_done(
    state: WriteState, note: str, status: str, confirmed: bool, expected: tuple[bool, ...]
) -> None:
    found = rules.allowed(state, steps(note, status), note_confirmed=confirmed)
    assert (found.retry, found.retry_status, found.finish_without_status, found.cancel) == expected


def test_a_write_with_only_chosen_omissions_is_done() -> None:
    chosen = (StepView("note", "done"), StepView("time", "skipped", "time_off"), StepView("status", "skipped", "kept"))
    assert rules.final_state(chosen) == "done"
    assert rules.final_state((*chosen[:2], StepView("status", "skipped", "no_target_status"))) == "partial"


@given(st.text(max_size=300), st.sampled_from([None, "Kit Tarrow"]))
def test_the_reference_is_found_again_in_any_note(text: str, posted_for: str | None) -> None:
    reference = new_reference()
    assert find_reference(rules.with_footer(text, reference, posted_for=posted_for)) == reference


def test_references_are_ours_and_stable_per_session() -> None:
    session = WORLD.a["engineer"].id
    first = session_reference(b"k" * 32, session, "resolution", 0)
    assert first == session_reference(b"k" * 32, session, "resolution", 0)
    assert first != session_reference(b"k" * 32, session, "resolution", 1)
    assert find_reference(f"x {first} y") == first
    assert [ticket_ref("connectwise", "48291"), ticket_ref("halopsa", "2041")] == ["CW #48291", "HALO #2041"]
    assert ticket_ref("autotask", "T20261112.0007") == "AT T20261112.0007"


COMPANIES = [
    Company("1", "Quillmere Dental", "quillmere.example"),
    Company("2", "Marrowby Legal", "marrowby.example"),
    Company("3", "Quillmere", None),
    Company("4", "IT", None),
    Company("5", "Fennick & Daughters", None),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fixed for Quillmere Dental.", []),
        ("Same as MARROWBY   legal last week", ["Marrowby Legal"]),
        ("Mail to x@marrowby.example bounced", ["marrowby.example"]),
        ("unmarrowby legality", []),
        ("IT works now", []),
        ("as at Fennick & Daughters,", ["Fennick & Daughters"]),
        ("", []),
    ],
)
def test_other_clients_are_noticed_as_whole_words(text: str, found: list[str]) -> None:
    assert [leak.found for leak in scan(text, "1", COMPANIES)] == found


def ticket(**more: object) -> Ticket:
    base = Ticket(
        "1", "1", "Printer", NamedRef("9", "Desk"), Status("5", "New", "9", closed=False), None, None, None,
        NamedRef("7", "Kit"), (), closed=False, created_at=NOON, updated_at=NOON, updated_by="ktarrow",
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def note(id_: str, *, ours: bool = False, at: datetime = NOON) -> Note:
    return Note(id_, "Ines", "customer", f"text {id_}", "customer", (), at, "RF-AAAAAAAAAA" if ours else None)


KIT = Assignee(NamedRef("7", "Kit"), primary=True)


def test_changes_are_named_with_then_and_now() -> None:
    then = revision.of_ticket(ticket(), [note("1")], [KIT])
    assert revision.parse(then.token()) == then
    later = ticket(status=Status("6", "Closed", "9", closed=True), updated_at=NOON + timedelta(hours=1))
    notes = [note("2"), note("1")]
    other = [KIT, Assignee(NamedRef("8", "Owen"), primary=False)]
    found = revision.changes(then, revision.of_ticket(later, notes, other), ticket=later, notes=notes)
    assert [(item.field, item.then, item.now, item.by) for item in found] == [
        ("status", "New", "Closed", "ktarrow"),
        ("assignees", "Kit", "Kit, Owen", "ktarrow"),
        ("note", None, "text 2", "Ines"),
    ]


def test_our_own_note_is_no_news() -> None:
    then = revision.of_ticket(ticket(), [note("1")], [KIT])
    moved = ticket(updated_at=NOON + timedelta(minutes=5))
    notes = [note("2", ours=True, at=NOON + timedelta(minutes=5)), note("1")]
    assert revision.changes(then, revision.of_ticket(moved, notes, [KIT]), ticket=moved, notes=notes) == ()


def test_a_moved_time_stamp_alone_is_told() -> None:
    then = revision.of_ticket(ticket(), [note("1")], None)
    moved = ticket(updated_at=NOON + timedelta(minutes=5))
    found = revision.changes(then, revision.of_ticket(moved, [note("1")], None), ticket=moved, notes=[note("1")])
    assert [item.field for item in found] == ["updated"]


@given(st.text(max_size=200))
def test_no_other_text_is_a_revision(text: str) -> None:
    with pytest.raises(InvalidRequest):
        revision.parse(text)


def test_the_target_status_is_never_guessed() -> None:
    resolved = Status("21", "Resolved", "9", closed=True)
    done = Status("22", "Done", "9", closed=True)
    assert Preferences().target("resolved", "9", (resolved, done)) == resolved
    assert Preferences().target("resolved", "9", (done,)) is None
    assert Preferences().target("escalated", "9", (resolved,)) is None
    twins = (resolved, replace(resolved, id="23"))
    assert Preferences().target("resolved", "9", twins) is None
    chosen = Preferences(target_statuses=(TargetStatus(board_id="9", purpose="resolved", status_id="22"),))
    assert chosen.target("resolved", "9", (resolved, done)) == done
    assert chosen.target("resolved", "8", (resolved,)) == resolved
    assert chosen.target("resolved", "9", (resolved,)) is None
