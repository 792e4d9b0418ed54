"""Writing: exactly what was planned, found again by its reference, and no mail nobody asked for."""

from __future__ import annotations

import pytest

from resolutionflow.psa.providers.contract import PsaProvider
from resolutionflow.psa.providers.errors import PsaError
from tests.psa.contract import calls
from tests.psa.contract.calls import REFERENCE, people
from tests.psa.contract.harness import Harness, Operation, Scene

pytestmark = pytest.mark.anyio


async def test_an_internal_note_is_stored_as_planned_and_found_again(
    provider: PsaProvider, harness: Harness, scene: Scene
) -> None:
    assert await provider.find_note(scene.ticket, REFERENCE) is None
    draft = await calls.with_outcome(provider, scene, calls.note(provider, member_id=scene.member))
    planned = await provider.plan_note(draft)
    assert not harness.requests("add_note")
    receipt = await provider.add_note(scene.ticket, planned)
    assert harness.sent("add_note") == [{field.field: field.to for field in planned}]
    stored = next(note for note in harness.notes(scene.ticket) if note.id == receipt.external_id)
    assert (stored.visibility, stored.member) == ("internal", scene.member)
    found = await provider.find_note(scene.ticket, REFERENCE)
    assert found is not None
    assert (found.note.id, found.count, found.note.visibility) == (receipt.external_id, 1, "internal")
    assert found.note.text.split() == f"Looked at it.\n\nRef {REFERENCE}".split()
    assert harness.control.mail() == []


@pytest.mark.parametrize("notify", [False, True])
async def test_a_customer_note_mails_only_when_asked(
    provider: PsaProvider, harness: Harness, scene: Scene, *, notify: bool
) -> None:
    if notify and not provider.capabilities.notifies:
        return
    await calls.add_note(provider, scene, visibility="customer", notify=notify)
    found = await provider.find_note(scene.ticket, REFERENCE)
    assert found is not None
    assert found.note.visibility == "customer"
    assert bool(harness.control.mail()) is notify


async def test_an_internal_note_never_mails(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    await calls.add_note(provider, scene, visibility="internal", notify=True)
    assert harness.control.mail() == []


async def test_a_status_moves_the_ticket(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    for status_id in (scene.status, scene.closed_status):
        await calls.set_status(provider, scene, status_id)
        assert harness.stored(scene.ticket).status == status_id
        ticket = await provider.get_ticket(scene.ticket)
        assert ticket.status is not None
        assert ticket.status.id == status_id
    assert ticket.closed
    assert [mail for mail in harness.control.mail() if mail["cause"].startswith("note")] == []


async def test_an_ignored_status_shows_on_the_ticket_read_again(
    provider: PsaProvider, harness: Harness, scene: Scene
) -> None:
    before = harness.stored(scene.ticket).status
    harness.fault("status_ignored", "set_status", times=0)
    await calls.set_status(provider, scene)
    ticket = await provider.get_ticket(scene.ticket)
    assert ticket.status is not None
    assert ticket.status.id == before == harness.stored(scene.ticket).status


async def test_time_is_booked_once_and_found_again(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    if not provider.capabilities.time_entries:
        return
    before = {one.id for one in harness.times(scene.ticket)}
    planned = await provider.plan_time(scene.ticket, calls.work(scene, 45))
    receipt = await provider.add_time(scene.ticket, planned)
    assert harness.sent("add_time") == [{field.field: field.to for field in planned}]
    added = [one for one in harness.times(scene.ticket) if one.id not in before]
    assert [(one.id, one.minutes, one.member) for one in added] == [(receipt.external_id, 45, scene.member)]
    found = await provider.find_time(scene.ticket, REFERENCE)
    assert found is not None
    assert (found.entry.id, found.entry.minutes, found.count) == (receipt.external_id, 45, 1)
    assert found.entry.member is not None
    assert found.entry.member.id == scene.member
    assert harness.control.mail() == []


async def test_a_note_and_time_of_one_write_do_not_pass_for_each_other(
    provider: PsaProvider, harness: Harness, scene: Scene
) -> None:
    """Both carry the same reference."""
    if not provider.capabilities.time_entries:
        return
    await calls.add_time(provider, scene)
    assert await provider.find_note(scene.ticket, REFERENCE) is None
    note_id = await calls.add_note(provider, scene)
    note, time = await provider.find_note(scene.ticket, REFERENCE), await provider.find_time(scene.ticket, REFERENCE)
    assert note is not None
    assert time is not None
    assert (note.note.id, note.count, time.count) == (note_id, 1, 1)


async def test_odd_minutes_are_booked_to_the_minute(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    if not provider.capabilities.time_entries:
        return
    for minutes in (1, 20, 61):
        before = {one.id for one in harness.times(scene.ticket)}
        await provider.add_time(scene.ticket, await provider.plan_time(scene.ticket, calls.work(scene, minutes)))
        assert [one.minutes for one in harness.times(scene.ticket) if one.id not in before] == [minutes]


async def test_a_ticket_is_opened_and_found_by_its_reference(
    provider: PsaProvider, harness: Harness, scene: Scene
) -> None:
    assert await provider.find_ticket(REFERENCE) is None
    draft = calls.opening(
        scene,
        contact_id=scene.contact,
        status_id=scene.status,
        priority_id=scene.priority,
        configuration_ids=scene.configurations,
    )
    planned = await provider.plan_ticket(draft)
    receipt = await provider.create_ticket(planned)
    ticket = await provider.get_ticket(receipt.external_id)
    stored = harness.stored(receipt.external_id)
    assert (ticket.summary, stored.summary) == (draft.summary, draft.summary)
    assert (stored.board, stored.status, stored.company) == (scene.board, scene.status, scene.company)
    assert (stored.contact, stored.priority) == (scene.contact, scene.priority)
    found = await provider.find_ticket(REFERENCE)
    assert found is not None
    assert found.id == receipt.external_id
    refs = {item.id for item in await provider.list_configuration_refs(receipt.external_id)}
    assert refs == set(scene.configurations)
    sent = harness.sent("create_ticket")
    assert len(sent) == 1
    assert sent[0].items() <= {field.field: field.to for field in planned}.items()
    assert harness.control.mail() == []


async def test_nobody_is_found_under_another_reference(provider: PsaProvider, scene: Scene) -> None:
    await calls.create(provider, scene)
    await calls.add_note(provider, scene)
    other = "RF-ZZZZZZZZ77"
    assert await provider.find_ticket(other) is None
    assert await provider.find_note(scene.ticket, other) is None
    if provider.capabilities.time_entries:
        assert await provider.find_time(scene.ticket, other) is None


async def test_a_primary_is_set_changed_and_taken_off(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    await calls.assign(provider, scene.unowned, scene.member, "primary")
    assert harness.stored(scene.unowned).owner == scene.member
    await calls.assign(provider, scene.unowned, scene.other, "primary")
    assert [(one.member.id, one.primary) for one in await people(provider, scene.unowned)] == [(scene.other, True)]
    await provider.unassign(scene.unowned, (await people(provider, scene.unowned))[0])
    assert await people(provider, scene.unowned) == ()
    assert harness.stored(scene.unowned).owner is None
    assert harness.control.mail() == []


async def test_somebody_beside_the_owner_comes_and_goes(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    if not provider.capabilities.additional_assignees:
        with pytest.raises(PsaError):
            await calls.assign(provider, scene.ticket, scene.member, "additional")
        return
    owner = harness.stored(scene.ticket).owner
    await calls.assign(provider, scene.ticket, scene.member, "additional")
    stored = harness.stored(scene.ticket)
    assert (stored.owner, stored.additional) == (owner, (scene.member,))
    person = next(one for one in await people(provider, scene.ticket) if not one.primary)
    await provider.unassign(scene.ticket, person)
    stored = harness.stored(scene.ticket)
    assert (stored.owner, stored.additional) == (owner, ())
    # Taking off somebody who is gone already harms nobody.
    await provider.unassign(scene.ticket, person)
    assert harness.control.mail() == []


@pytest.mark.parametrize("operation", ["add_note", "add_time", "create_ticket"])
async def test_what_was_written_without_an_answer_is_found(
    provider: PsaProvider, harness: Harness, scene: Scene, operation: Operation
) -> None:
    if operation == "add_time" and not provider.capabilities.time_entries:
        return
    harness.fault("reply_lost", operation)
    with pytest.raises(PsaError):
        await calls.WRITES[operation](provider, scene)
    found = {
        "add_note": lambda: provider.find_note(scene.ticket, REFERENCE),
        "add_time": lambda: provider.find_time(scene.ticket, REFERENCE),
        "create_ticket": lambda: provider.find_ticket(REFERENCE),
    }[operation]
    assert await found() is not None
