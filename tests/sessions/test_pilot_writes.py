"""What a reply of the pilot may change: facts with proof, hypotheses, fixes, outcome proposals."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from resolutionflow.db.session import Database
from resolutionflow.kit.clock import now
from resolutionflow.pilot.grounding import Source
from resolutionflow.pilot.markers import FixOutcome, Fork, ForkOption, Promote, SuggestFix
from resolutionflow.services import Services
from resolutionflow.sessions import repository
from resolutionflow.sessions.facts import hypotheses
from resolutionflow.sessions.facts import service as facts
from resolutionflow.sessions.facts.models import Fact
from resolutionflow.sessions.fixes import service as fixes
from resolutionflow.sessions.protect import Protector
from tests.factories.sessions import make_fix, make_item, make_session, make_turn
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

MESSAGE = "The VPN shows error 809 on LT-0042 since this morning."


@pytest.fixture
async def sid(db: Database, world: World) -> UUID:
    return await make_session(db, world.a["engineer"])


async def promote(db: Database, services: Services, world: World, sid: UUID, **values: object) -> Fact | None:
    marker = Promote(
        **{"source_type": "ai_synthesis", "source_ref": None, "text": "", "summary": "", "evidence": "", **values}
    )  # type: ignore[arg-type]
    async with db.transaction(world.a.id) as tx:
        row = await repository.find(tx, world.a.id, sid, lock=True)
        assert row is not None
        sources = [Source("message", str(uuid4()), MESSAGE)]
        return await facts.promote_from_pilot(
            tx, row, marker, protector=Protector.of(services), sources=sources, turn_id=None, created_by=None
        )


async def test_a_fact_is_verified_only_by_words_that_are_there(
    db: Database, services: Services, world: World, sid: UUID
) -> None:
    proven = await promote(
        db, services, world, sid, text="LT-0042 shows VPN error 809.", evidence="error 809 on LT-0042"
    )
    assert proven
    assert proven.grounding == "verified"
    assert proven.evidence
    assert MESSAGE[proven.evidence["start"] : proven.evidence["end"]] == "error 809 on LT-0042"
    invented = await promote(db, services, world, sid, text="LT-0099 shows VPN error 809.", evidence="error 809")
    assert invented
    assert (invented.grounding, invented.evidence and invented.evidence["missing"]) == ("unverified", ["LT-0099"])
    unquoted = await promote(db, services, world, sid, text="The error is 809.", evidence="error 810 everywhere")
    assert unquoted
    assert unquoted.grounding == "unverified"
    assert await promote(db, services, world, sid, text="lt-0042 shows vpn error 809.", evidence="error 809") is None


async def test_a_foreign_ref_costs_the_ref_not_the_fact(
    db: Database, services: Services, world: World, sid: UUID
) -> None:
    other = await make_session(db, world.a["engineer"])
    foreign = await make_item(db, world.a["engineer"], other)
    fact = await promote(
        db, services, world, sid, source_type="question", source_ref=foreign, text="Error 809.", evidence="error 809"
    )
    assert fact
    assert (fact.source_type, fact.source_ref) == ("question", None)
    own = await make_item(db, world.a["engineer"], sid, state="answered", answer="since this morning")
    kept = await promote(
        db,
        services,
        world,
        sid,
        source_type="question",
        source_ref=own,
        text="Since this morning.",
        evidence="since this morning",
    )
    assert kept
    assert kept.source_ref == own


async def test_a_fork_keeps_repeated_labels(
    api: Api, db: Database, services: Services, world: World, sid: UUID
) -> None:
    async def fork(*labels: str) -> bool:
        async with db.transaction(world.a.id) as tx:
            row = await repository.find(tx, world.a.id, sid, lock=True)
            assert row is not None
            marker = Fork("several layers", tuple(ForkOption(label, "why") for label in labels))
            return await hypotheses.apply_fork(tx, row, marker, protector=Protector.of(services), turn_id=None)

    url = f"/api/v1/ai-sessions/{sid}/hypotheses"
    for client, expected in (
        (api.anonymous(), 401),
        (api.as_user("engineer", "b"), 404),
        (api.as_user("engineer2"), 404),
    ):
        assert (await client.get(url)).status_code == expected
    assert await fork("DNS", "Firewall")
    assert not await fork("DNS", "Firewall")
    assert await fork("DNS", "Certificate")
    listed = [(one["label"], one["status"]) for one in (await api.as_user().get(url)).json()["hypotheses"]]
    assert listed == [("DNS", "open"), ("Certificate", "open"), ("Firewall", "superseded")]
    assert (await api.as_user().get(f"/api/v1/ai-sessions/{sid}")).json()["state_version"] == 2
    fix = await make_fix(db, world.a["engineer"], sid)
    await api.as_user().patch(
        f"/api/v1/ai-sessions/{sid}/suggested-fixes/{fix}/outcome", json={"outcome": "applied_success"}
    )
    assert {one["status"] for one in (await api.as_user().get(url)).json()["hypotheses"]} == {"superseded"}


async def test_a_new_fix_names_what_it_replaces(
    api: Api, db: Database, services: Services, world: World, sid: UUID
) -> None:
    old = await make_fix(db, world.a["engineer"], sid, "Restart the spooler")
    async with db.transaction(world.a.id) as tx:
        row = await repository.find(tx, world.a.id, sid, lock=True)
        assert row is not None
        new = await fixes.suggest(
            tx, row, SuggestFix("Replace the driver", "Steps", 71), protector=Protector.of(services), turn_id=None
        )
    session = (await api.as_user().get(f"/api/v1/ai-sessions/{sid}?include=fix,messages")).json()
    assert (session["fix"]["id"], session["state_version"]) == (str(new.id), 1)
    assert session["messages"]["items"][-1]["content"] == "Replaced: Restart the spooler - not tried"
    gone = (await api.as_user().get(f"/api/v1/ai-sessions/{sid}/suggested-fixes/{old}")).json()
    assert (gone["superseded_by"], [event["kind"] for event in gone["events"]]) == (str(new.id), ["superseded"])


async def test_a_slug_nobody_knows_costs_the_template_not_the_fix(
    api: Api, db: Database, services: Services, world: World, sid: UUID
) -> None:
    async with db.transaction(world.a.id) as tx:
        row = await repository.find(tx, world.a.id, sid, lock=True)
        assert row is not None
        marker = SuggestFix("Replace the driver", "Steps", 71, script_template_slug="no-such-template")
        await fixes.suggest(tx, row, marker, protector=Protector.of(services), turn_id=None)
    fix = (await api.as_user().get(f"/api/v1/ai-sessions/{sid}/suggested-fixes/active")).json()
    assert (fix["title"], fix["script_template_id"], fix["confidence_pct"]) == ("Replace the driver", None, 71)


async def test_an_outcome_is_only_proposed_for_an_older_open_fix(
    db: Database, services: Services, world: World, sid: UUID
) -> None:
    owner = world.a["engineer"]
    turn = await make_turn(db, owner, sid, "finished")
    done = await make_fix(db, owner, sid, status="applied_success", superseded_at=now())
    fresh = await make_fix(db, owner, sid, "Fresh", superseded_at=now(), turn_id=turn)
    current = await make_fix(db, owner, sid, "Current", applied_at=now())
    elsewhere = await make_fix(db, owner, await make_session(db, owner))

    async def propose(fid: UUID) -> bool:
        async with db.transaction(owner.account_id) as tx:
            row = await repository.find(tx, owner.account_id, sid, lock=True)
            assert row is not None
            marker = FixOutcome(fid, "success", "it prints")
            found = await fixes.set_outcome_proposal(
                tx, row, marker, protector=Protector.of(services), message_id=None, not_of_turn=turn
            )
            return found is not None

    assert [await propose(fid) for fid in (done, fresh, elsewhere, uuid4(), current)] == [
        False,
        False,
        False,
        False,
        True,
    ]
