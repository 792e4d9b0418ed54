"""What Autotask alone does: zones, roles, publish levels, names to act under, limits, webhooks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import orjson
import pytest

from resolutionflow.psa.providers.autotask import AUTOTASK, hooks, planning
from resolutionflow.psa.providers.autotask.metadata import Pick
from resolutionflow.psa.providers.autotask.provider import AutotaskProvider
from resolutionflow.psa.providers.autotask.zone import believed
from resolutionflow.psa.providers.calls import HookCall
from resolutionflow.psa.providers.contract import NamedRef
from resolutionflow.psa.providers.errors import (
    PsaAuth,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaRejected,
    PsaUnknownResult,
    PsaUnsupported,
    PsaUrlRefused,
)
from resolutionflow.psa.refs import ticket_ref
from resolutionflow.psa.trying import ConnectionTestFailed, checked_sign_in
from tests.psa.autotask.conftest import Desk
from tests.psa.contract import calls
from tests.psa.contract.autotask import AutotaskHarness
from tests.psa.contract.harness import Scene

pytestmark = pytest.mark.anyio


async def test_a_database_that_moved_is_found_again_by_reads_and_writes(
    desk: Desk, at: AutotaskHarness, scene: Scene
) -> None:
    for act in (
        lambda provider: provider.get_ticket(scene.ticket),
        lambda provider: calls.add_note(provider, scene),
    ):
        provider = await desk.open()
        await calls.prepared(provider, scene)
        old = provider.bases
        at.control.fault("move_zone", path="Tickets/*")
        await act(provider)
        assert provider.bases != old
        assert desk.moved[-1] == provider.bases
    assert len(at.sent("add_note")) == 2
    assert len(calls_with_reference(at, scene)) == 1


def calls_with_reference(at: AutotaskHarness, scene: Scene) -> list[str]:
    return [note.id for note in at.notes(scene.ticket) if calls.REFERENCE in note.text]


async def test_the_zone_is_asked_for_once_and_a_refused_sign_in_asks_once_more(
    desk: Desk, at: AutotaskHarness, scene: Scene
) -> None:
    provider = await desk.open()
    again = await desk.open(bases=provider.bases)
    await again.get_ticket(scene.ticket)
    assert len(at.control.requests("GET", "zoneInformation")) == 1
    at.control.fault("401", path="Tickets/*", times=0)
    for _ in range(2):
        with pytest.raises(PsaAuth):
            await again.get_ticket(scene.ticket)
    assert len(at.control.requests("GET", "zoneInformation")) == 2
    assert desk.moved == []


async def test_a_zone_service_that_is_away_does_not_stop_a_known_connection(desk: Desk, at: AutotaskHarness) -> None:
    bases = (await desk.open()).bases
    await desk.shelf.forget("zone")
    at.control.fault("503", path="*zoneInformation", times=0)
    assert (await desk.open(bases=bases)).bases == bases


@pytest.mark.parametrize(
    "url",
    [
        "https://webservices4.autotask.net.attacker.example/x",
        "https://autotask.net/x",
        "http://ww4.autotask.net/x",
        "https://user@ww4.autotask.net/x",
        "https://198.51.100.7/x",
        "//ww4.autotask.net/x",
        "http://127.0.0.1:1/x",
        "",
    ],
)
def test_only_addresses_of_the_vendor_or_our_own_host_are_believed(url: str) -> None:
    with pytest.raises(PsaUrlRefused):
        believed(url, "https://ww4.autotask.net/ATServicesRest/v1.0")
    assert believed("https://ww9.autotask.net/ATServicesRest/", "https://ww4.autotask.net/x")
    assert believed("http://127.0.0.1:8103/zone4/", "http://127.0.0.1:8103/x")


def test_what_is_typed_in_is_checked() -> None:
    right = {"username": "api@kestrelford.example", "site": ""}
    secrets = {"secret": "s", "integration_code": "c"}
    config, _ = checked_sign_in(AUTOTASK, right, secrets)
    assert config == right
    for wrong in ({"username": "no mail"}, {"site": "psa.attacker.example"}, {"site": "autotask.net.example"}):
        with pytest.raises(ConnectionTestFailed):
            checked_sign_in(AUTOTASK, {**right, **wrong}, secrets)
    with pytest.raises(ConnectionTestFailed):
        checked_sign_in(AUTOTASK, right, {**secrets, "secret": ""})


async def test_a_ticket_is_named_by_its_number(provider: AutotaskProvider, at: AutotaskHarness, scene: Scene) -> None:
    ticket = await provider.get_ticket(scene.ticket)
    number = at.control.ticket(scene.ticket)["ticket"]["ticketNumber"]
    assert ticket_ref("autotask", ticket.number) == f"AT {number}"
    assert provider.ticket_url(scene.ticket).endswith(
        f"ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID={scene.ticket}"
    )
    assert (await provider.get_ticket(at_id(at, "odd-text"))).summary


def at_id(at: AutotaskHarness, tag: str) -> str:
    return str(next(ticket.id for ticket in at.world.tickets if tag in ticket.tags) - 41_000)


async def test_a_note_refused_in_somebodys_name_is_sent_once_more_in_our_own(
    provider: AutotaskProvider, at: AutotaskHarness, scene: Scene
) -> None:
    at.control.deny("Impersonation")
    draft = calls.note(provider, member_id=scene.member)
    receipt = await provider.add_note(scene.ticket, await provider.plan_note(draft))
    assert [request["acting_as"] for request in at.requests("add_note")] == [scene.member, None]
    found = await provider.find_note(scene.ticket, calls.REFERENCE)
    assert found is not None
    assert (found.note.id, found.count) == (receipt.external_id, 1)
    assert found.note.member_id not in (None, scene.member)


async def test_a_note_without_the_right_is_not_tried_for_ever(
    provider: AutotaskProvider, at: AutotaskHarness, scene: Scene
) -> None:
    planned = await provider.plan_note(calls.note(provider, member_id=scene.member))
    at.deny("add_note")
    with pytest.raises(PsaPermission) as caught:
        await provider.add_note(scene.ticket, planned)
    assert caught.value.permission == "Service Desk: Ticket notes (add)"
    assert len(at.requests("add_note")) == 2


async def test_a_data_violation_is_said_and_sent_once(
    provider: AutotaskProvider, at: AutotaskHarness, scene: Scene
) -> None:
    draft = replace(calls.note(provider), text="x" * 32_001)
    planned = await provider.plan_note(draft)
    with pytest.raises(PsaRejected, match="maximum length"):
        await provider.add_note(scene.ticket, planned)
    assert len(at.requests("add_note")) == 1
    with pytest.raises(PsaRejected, match="assign both"):
        await provider.set_status(scene.unowned, [planning.PlannedField("assignedResourceID", int(scene.member))])
    assert len(at.requests("set_status")) == 1
    at.control.fault("500", method="POST", path="Tickets/*/Notes")
    with pytest.raises(PsaUnknownResult):
        await calls.add_note(provider, scene)


def picks(*labels: str) -> tuple[Pick, ...]:
    return tuple(
        Pick(place, label, active=not label.startswith("-"), default=False) for place, label in enumerate(labels, 1)
    )


def test_an_internal_note_is_refused_where_no_level_keeps_it_internal() -> None:
    assert planning.publish_level(picks("All Autotask Users", "Internal Project Team"), "internal") == 2
    assert planning.publish_level(picks("All Autotask Users", "Internal & Co-Managed"), "customer") == 1
    for levels in (picks("All Autotask Users", "Internal & Co-Managed"), picks("All Autotask Users", "-Internal")):
        with pytest.raises(PsaUnsupported, match="keeps a note internal"):
            planning.publish_level(levels, "internal")
    with pytest.raises(PsaUnsupported, match="all users"):
        planning.publish_level(picks("-All Autotask Users", "Internal Project Team"), "customer")


def test_a_note_type_is_one_that_people_write() -> None:
    assert planning.note_type(picks("Task Summary", "Task Notes")) == 2
    assert planning.note_type(picks("Workflow Rule Note - Task", "Own note", "Other")) == 2
    with pytest.raises(PsaRejected):
        planning.note_type(picks("Workflow Rule Note - Task", "-Task Notes"))


async def test_roles_go_with_people(provider: AutotaskProvider, at: AutotaskHarness, scene: Scene) -> None:
    planned = await provider.plan_assign(scene.unowned, NamedRef(scene.member, "Maren Holt"), "primary")
    assert [field.field for field in planned] == ["assignedResourceID", "assignedResourceRoleID"]
    people = {member.identifier: member for member in await provider.list_members()}
    assert people["rflowapi"].api_only
    assert "swicklow" not in people
    with pytest.raises(PsaRejected, match="no active service desk role"):
        await provider.plan_assign(scene.unowned, NamedRef(people["rflowapi"].id, ""), "primary")
    await calls.assign(provider, scene.unowned, scene.member, "primary")
    with pytest.raises(PsaRejected, match="cannot also be"):
        await calls.assign(provider, scene.unowned, scene.member, "additional")


async def test_work_types_are_found_by_name(provider: AutotaskProvider, scene: Scene) -> None:
    draft = replace(calls.work(scene), work_type="remote support", billable="DoNotBill")
    fields = {field.field: field.to for field in await provider.plan_time(scene.ticket, draft)}
    assert (fields["billingCodeID"], fields["isNonBillable"]) == (29_682_801, True)
    await provider.add_time(scene.ticket, await provider.plan_time(scene.ticket, draft))
    for name in ("Old Support", "Mileage", "Nothing"):
        with pytest.raises(PsaRejected, match=name):
            await provider.plan_time(scene.ticket, replace(draft, work_type=name))


async def test_a_field_the_database_does_not_have_is_never_asked_about(
    provider: AutotaskProvider, at: AutotaskHarness
) -> None:
    from resolutionflow.psa.providers.autotask.filters import is_

    at.control.forget_requests()
    with pytest.raises(PsaProtocol, match="noSuchField"):
        await provider.records.query("Tickets", [is_("noSuchField", 1)])
    assert at.control.requests("POST") == []


async def test_fifty_tickets_at_once_stay_within_three_threads_or_wait(
    desk: Desk, at: AutotaskHarness, scene: Scene
) -> None:
    """Without the limits of the server around it, the provider itself waits for a free thread."""
    provider = await desk.open()
    await provider.get_ticket(scene.ticket)
    tickets = [ticket.id for ticket in at.tickets() if ticket.id != scene.hidden][:12]
    at.control.fault("latency", path="Tickets/*", times=0, ms=20)
    found = await asyncio.gather(*(provider.get_ticket(ticket_id) for ticket_id in tickets))
    assert [ticket.id for ticket in found] == tickets


async def test_work_nobody_waits_for_stops_when_the_hour_runs_low(
    desk: Desk, at: AutotaskHarness, scene: Scene
) -> None:
    quiet, person = await desk.open(background=True), await desk.open()
    await quiet.get_ticket(scene.ticket)
    await quiet.get_ticket(scene.unowned)
    assert len(at.control.requests("GET", "ThresholdInformation")) == 1
    at.control.reset()
    spend(at, 7_600)
    await desk.shelf.forget("threshold")
    with pytest.raises(PsaRateLimited) as caught:
        await (await desk.open(background=True)).get_ticket(scene.ticket)
    assert caught.value.retry_after == 300
    assert (await person.http.usage()).busy
    at.control.reset()
    assert (await person.get_ticket(scene.ticket)).id == scene.ticket


def spend(at: AutotaskHarness, calls_: int) -> None:
    at.control._call("POST", "person", {"action": "spend", "calls": calls_})


async def test_a_missing_right_to_write_shows_in_the_checks_without_writing(
    provider: AutotaskProvider, at: AutotaskHarness
) -> None:
    at.control.deny("Service Desk: Ticket notes")
    failed = {check.check: check.permission for check in await provider.check() if not check.ok}
    assert failed == {"write_note": "Service Desk: Ticket notes (add)"}


async def test_webhooks_are_registered_proved_and_taken_away(
    provider: AutotaskProvider, at: AutotaskHarness, scene: Scene
) -> None:
    hook = await provider.register_webhook("http://127.0.0.1:9/hooks/x")
    kinds = [part.split(":")[0] for part in hook.external_id.split(",")]
    assert kinds == ["TicketWebhooks", "TicketNoteWebhooks"]
    assert len(hook.secret) == 64
    state = at.control.all()
    assert [row["isActive"] for row in (*state["webhooks"], *state["note_webhooks"])] == [True, True]
    await calls.set_status(provider, scene)
    at.reply(scene.ticket, "Still not working.")
    bodies = [item["body"].encode() for item in at.control._call("GET", "deliveries")["deliveries"]]
    assert len(bodies) == 2
    for body in bodies:
        signed = HookCall({hooks.SIGNATURE: hooks.signature(body, hook.secret)}, body)
        news = await provider.verify_webhook(signed, hook.secret)
        assert news is not None
        assert news.ticket_ids == (scene.ticket,)
        for forged in (
            HookCall({}, body),
            HookCall({hooks.SIGNATURE: hooks.signature(body, "other")}, body),
            HookCall(signed.headers, body + b" "),
        ):
            assert await provider.verify_webhook(forged, hook.secret) is None
        assert await provider.verify_webhook(signed, "") is None
    await provider.remove_webhook(hook.external_id)
    await provider.remove_webhook(hook.external_id)
    assert at.control.all()["webhooks"] == at.control.all()["note_webhooks"] == []


async def test_half_a_registration_is_taken_back(provider: AutotaskProvider, at: AutotaskHarness) -> None:
    at.control.fault("409", method="POST", path="TicketNoteWebhooks")
    with pytest.raises(PsaRejected):
        await provider.register_webhook("http://127.0.0.1:9/hooks/x")
    assert at.control.all()["webhooks"] == []


async def test_a_note_that_names_no_ticket_is_looked_up(
    provider: AutotaskProvider, at: AutotaskHarness, scene: Scene
) -> None:
    note = at.notes(scene.ticket)[0]
    body = orjson.dumps(
        {"EntityType": "TicketNote", "Id": int(note.id), "Guid": "g", "SequenceNumber": 3, "Fields": {}}
    )
    signed = HookCall({hooks.SIGNATURE: hooks.signature(body, "secret")}, body)
    news = await provider.verify_webhook(signed, "secret")
    assert news is not None
    assert news.ticket_ids == (scene.ticket,)
    broken: list[Any] = [b"", b"[]", b'{"Id": "x"}', b"\xff"]
    for raw in broken:
        call = HookCall({hooks.SIGNATURE: hooks.signature(raw, "secret")}, raw)
        found = await provider.verify_webhook(call, "secret")
        assert found is None or found.ticket_ids == ()
