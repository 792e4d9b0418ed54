"""The stored secrets of accounts, known in memory: at once where they are sealed, after a look elsewhere, and shown by nothing."""

from __future__ import annotations

import io

import pytest
import structlog

from resolutionflow.db.session import Database
from resolutionflow.kit import known
from resolutionflow.kit.ids import new_id
from resolutionflow.kit.known import KnownSecrets
from resolutionflow.kit.vault import Place, seal
from resolutionflow.psa.models import PsaConnection
from resolutionflow.psa.vault import seal as seal_all
from resolutionflow.registry import import_jobs
from resolutionflow.settings import Settings
from tests.support.traces import heard
from tests.support.world import World

pytestmark = pytest.mark.anyio

SECRET = "plainwordswithoutanymark"
# The domains register what reads their secrets.
import_jobs()


async def stored(db: Database, settings: Settings, world: World, sealed: dict[str, str] | None = None) -> None:
    """A connection of account A whose key is SECRET, as another process would have stored it."""
    made = new_id()
    sealed = sealed or seal_all(settings, world.a.id, made, {"private_key": SECRET, "pin": "abc"})
    async with db.transaction(world.a.id) as tx:
        tx.add(
            PsaConnection(
                id=made, account_id=world.a.id, provider="connectwise", name="PSA", config={}, secrets=sealed,
                api_base="https://psa.example", web_base="https://psa.example", status="ok", is_active=False, capabilities={},
            )
        )  # fmt: skip


async def test_what_is_stored_is_known_after_a_look_and_only_for_its_account(
    db: Database, settings: Settings, world: World
) -> None:
    await stored(db, settings, world)
    await stored(db, settings, world, {"private_key": "k1:written with another key"})
    here = KnownSecrets(settings)
    assert SECRET not in here.of(world.a.id)
    await here.ready(db.transaction, world.a.id)
    await here.ready(db.transaction, world.b.id)
    assert SECRET in here.of(world.a.id)
    # Three letters stand in too many words.
    assert "abc" not in here.of(world.a.id)
    assert SECRET not in here.of(world.b.id)
    assert settings.secret_key.get_secret_value() in here.of(world.b.id)
    assert here.fresh(world.a.id)
    assert SECRET not in repr(here)


async def test_it_is_read_anew_after_a_while(
    db: Database, settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = KnownSecrets(settings)
    await here.ready(db.transaction, world.a.id)
    await stored(db, settings, world)
    here = KnownSecrets(settings)
    await here.ready(db.transaction, world.a.id)
    moment = known.time.monotonic()
    monkeypatch.setattr(known.time, "monotonic", lambda: moment + known.KEPT_SECONDS + 1)
    assert not here.fresh(world.a.id)
    await here.ready(db.transaction, world.a.id)
    assert SECRET in here.of(world.a.id)
    monkeypatch.setattr(known.time, "monotonic", lambda: moment + 5 * known.KEPT_SECONDS)
    assert SECRET not in list(here.everybody())


def test_a_secret_sealed_here_is_in_no_log_line_from_then_on(settings: Settings, world: World) -> None:
    here = KnownSecrets(settings)
    seal(settings, Place("test", world.a.id, new_id(), "key"), SECRET)
    with heard() as lines:
        structlog.get_logger("resolutionflow.test").info("told", detail=f"the key {SECRET} was refused")
    assert SECRET in here.of(world.a.id)
    assert isinstance(lines, io.StringIO)
    assert "the key «secret» was refused" in lines.getvalue()
