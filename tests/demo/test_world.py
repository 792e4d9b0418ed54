"""The demo world is what psa.md 9 describes, at any time of the day, and its loader refuses wrong data."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.demo.world import MemberKind, Ticket, World, WorldError, load
from resolutionflow.demo.world.reader import Reader
from resolutionflow.demo.world.times import resolve
from resolutionflow.demo.world.validation import validate

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def tagged(world: World, tag: str) -> list[Ticket]:
    return [ticket for ticket in world.tickets if tag in ticket.tags]


def test_members_are_the_nine_of_the_page(world: World) -> None:
    kinds = Counter(member.kind for member in world.members)
    assert kinds == {MemberKind.MANAGER: 2, MemberKind.SENIOR: 2, MemberKind.ENGINEER: 4, MemberKind.API: 1}
    mails = Counter(member.email for member in world.members)
    assert sorted(mails.values()) == [1] * 7 + [2]
    assert sum(member.inactive for member in world.members) == 1


def test_six_demo_users_match_one_member_each(world: World) -> None:
    roles = [user.demo_user for user in world.demo_users]
    assert roles == ["owner", "admin", "engineer", "engineer", "engineer", "viewer"]
    for user in world.demo_users:
        matching = [member for member in world.members if member.email == user.email]
        assert [member.login for member in matching] == [user.member_login]
        assert not matching[0].inactive


def test_twelve_clients_with_sites_people_and_devices(world: World) -> None:
    assert len(world.companies) == 12
    for company in world.companies:
        assert 1 <= len(company.sites) <= 4
        assert 3 <= len(company.contacts) <= 8
        assert 4 <= len(company.configurations) <= 12


def test_boards_and_their_own_status_ids(world: World) -> None:
    boards = {board.name: board for board in world.boards}
    assert {"Service Desk", "Alerts", "Changes", "Onsite"} <= set(boards)
    assert sum(board.inactive for board in world.boards) == 1
    assert sum(board.project for board in world.boards) == 1
    resolved = [status.id for board in world.boards for status in board.statuses if status.name == "Resolved"]
    assert len(resolved) == len(set(resolved)) == 2
    assert "Resolved" not in {status.name for status in boards["Changes"].statuses}
    assert [priority.level for priority in world.priorities] == [1, 2, 3, 4]


def test_sixty_tickets_forty_open(world: World) -> None:
    assert [ticket.id for ticket in world.tickets] == list(range(48240, 48300))
    assert sum(not ticket.closed for ticket in world.tickets) == 40
    many = tagged(world, "many-notes")
    assert [len(ticket.notes) for ticket in many] == [130]
    assert all(2 <= len(ticket.notes) <= 12 for ticket in world.tickets if ticket not in many)
    assert all(
        earlier.opened_at <= later.opened_at for earlier, later in zip(world.tickets, world.tickets[1:], strict=False)
    )


def test_at_least_25_tickets_are_written_for_starter_flows(world: World) -> None:
    shipped = {
        "outlook-password-prompts",
        "account-locked-out",
        "vpn-fails",
        "no-internet",
        "dns-resolution",
        "printer-spooler",
        "disk-full",
        "onedrive-not-syncing",
        "shared-mailbox-missing",
        "rdp-fails",
    }
    flows = [ticket.flow for ticket in world.tickets if ticket.flow]
    assert shipped <= set(flows)
    assert sum(flow in shipped for flow in flows) >= 25


def test_special_tickets_are_there(world: World) -> None:
    for tag in ("secret", "injection", "other-client", "odd-text", "three-assignees", "merged", "no_rights"):
        assert len(tagged(world, tag)) == 1, tag
    assert any(ticket.contact_id is None for ticket in world.tickets)
    three = tagged(world, "three-assignees")[0]
    assert three.owner_id is not None
    assert len(three.assignee_ids) == 2
    merged = tagged(world, "merged")[0]
    assert merged.merged_into in world.tickets_by_id
    assert merged.closed
    assert [ticket.no_rights for ticket in tagged(world, "no_rights")] == [True]
    assert "[PROMOTE]" in tagged(world, "injection")[0].description
    assert "Password:" in tagged(world, "secret")[0].description
    named = " ".join(note.text for note in tagged(world, "other-client")[0].notes)
    assert "Marrowby Legal" in named
    odd = tagged(world, "odd-text")[0]
    assert all(sign in odd.summary for sign in '"%[{🦷م')


def test_outage_has_five_related_tickets(world: World) -> None:
    outage = tagged(world, "outage")[0]
    related = [
        ticket
        for ticket in world.tickets
        if ticket is not outage and set(ticket.configuration_ids) & {outage.configuration_ids[0]}
    ]
    assert len(related) == len(tagged(world, "outage-related")) == 5


def test_one_service_desk_ticket_keeps_its_status(world: World) -> None:
    locked = [ticket for ticket in world.tickets if ticket.status_locked]
    assert [world.boards_by_id[ticket.board_id].name for ticket in locked] == ["Service Desk"]
    assert not locked[0].closed


def test_kit_and_the_unassigned_have_open_work(world: World) -> None:
    kit = world.members_by_login["ktarrow"].id
    mine = [ticket for ticket in world.tickets if ticket.owner_id == kit and not ticket.closed]
    assert len(mine) == 6
    assert sum(ticket.flow is not None for ticket in mine) >= 4
    assert sum(ticket.owner_id is None and not ticket.closed for ticket in world.tickets) == 9


@pytest.mark.parametrize("hour", range(24))
def test_loads_at_every_hour_with_times_in_order(hour: int) -> None:
    now = NOW.replace(hour=hour, minute=7)
    for ticket in load(now).tickets:
        moments = [note.created_at for note in ticket.notes]
        assert moments == sorted(moments)
        assert ticket.opened_at <= moments[0]
        assert moments[-1] <= now


def test_same_clock_gives_the_same_world() -> None:
    assert load(NOW) == load(NOW)


def test_a_later_clock_moves_every_date() -> None:
    week = timedelta(days=7)
    first, second = load(NOW), load(NOW + week)
    assert [t.opened_at + week for t in first.tickets] == [t.opened_at for t in second.tickets]


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(WorldError):
        load(NOW.replace(tzinfo=None))


@pytest.mark.parametrize("text", ["", "31m", "-31x", "-0d 09:15", "-3h 09:15", "-1d 24:00", "-1d 9:15", "now"])
def test_wrong_relative_times_are_refused(text: str) -> None:
    with pytest.raises(WorldError):
        resolve(text, NOW)


@given(st.integers(0, 9999), st.sampled_from("mhd"))
def test_relative_times_are_never_in_the_future(count: int, unit: str) -> None:
    assert resolve(f"-{count}{unit}", NOW) <= NOW


def test_a_time_of_day_is_that_day() -> None:
    assert resolve("-2d 09:15", NOW) == datetime(2026, 11, 18, 9, 15, tzinfo=UTC)


def test_validation_lists_every_problem(world: World) -> None:
    ticket = world.tickets[0]
    wrong = dataclasses.replace(ticket, summary="x" * 101, configuration_ids=(1,), merged_into=7)
    with pytest.raises(WorldError) as caught:
        validate(dataclasses.replace(world, tickets=(wrong, wrong)))
    text = str(caught.value)
    for part in ("summary", "another company", "merged into 7", f"ticket {ticket.id} occurs 2 times"):
        assert part in text


def test_unknown_and_mistyped_keys_are_refused() -> None:
    item = Reader({"a": 1, "b": 2}, "file")
    assert item.number("a") == 1
    with pytest.raises(WorldError, match="unknown keys"):
        item.done()
    with pytest.raises(WorldError, match="str is expected"):
        Reader({"a": 1}, "file").text("a")
    with pytest.raises(WorldError, match="missing"):
        Reader({}, "file").text("a")
