"""Connections: tested before stored, secrets bound to their place, people matched by e-mail, answers cached."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from resolutionflow.kit.ids import new_id
from resolutionflow.psa import cache, repository, vault
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.connections import ConnectionTestFailed, auto_match, create_connection, match_by_email
from resolutionflow.psa.errors import PsaNotConnected
from resolutionflow.psa.providers.contract import Board, Member
from resolutionflow.psa.providers.errors import PsaNotFound, PsaUrlRefused
from resolutionflow.psa.providers.sites import cut_site
from resolutionflow.psa.repository import Connection
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.psa.support import Sim
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("wrong", ["private_key", "public_key", "client_id", "company_id"])
async def test_a_wrong_sign_in_is_refused_and_nothing_is_stored(
    services: Services, sim: Sim, world: World, wrong: str
) -> None:
    value = "00000000-1111-4222-8333-444444444444" if wrong == "client_id" else "wrong-but-well-formed"
    bad = sim.sign_in_with(**{wrong: value})
    with pytest.raises((ConnectionTestFailed, PsaNotFound)):
        await create_connection(services, world.a.id, name="x", sign_in=bad)
    with pytest.raises(PsaNotConnected):
        await require_connection(services.db, world.a.id)


@pytest.mark.parametrize(
    "site", ["10.0.0.1", "localhost", "http://psa.example", "psa.example:8443", "user@psa.example", "x/../../y z"]
)
async def test_a_hostile_site_is_refused_before_any_key_is_sent(
    services: Services, sim: Sim, world: World, site: str
) -> None:
    with pytest.raises((PsaUrlRefused, ConnectionTestFailed)):
        await create_connection(services, world.a.id, name="x", sign_in=sim.sign_in_with(site=site))
    with pytest.raises(PsaNotConnected):
        await require_connection(services.db, world.a.id)


async def test_a_missing_right_does_not_stop_the_connection(services: Services, sim: Sim, world: World) -> None:
    sim.deny("Companies: Contacts")
    found = await create_connection(services, world.a.id, name="x", sign_in=sim.sign_in)
    assert found.status == "permission_missing"


async def test_a_second_connection_takes_over(
    services: Services, connection: Connection, sim: Sim, world: World
) -> None:
    second = await create_connection(services, world.a.id, name="second", sign_in=sim.sign_in)
    assert (await require_connection(services.db, world.a.id)).id == second.id


async def test_secrets_stand_nowhere_in_clear(services: Services, connection: Connection, sim: Sim) -> None:
    tables = ("psa_connections", "psa_cache", "psa_activity", "psa_settings")
    async with services.db.system() as session:
        dump = "".join(
            [str((await session.execute(text(f"SELECT json_agg(t) FROM {table} t"))).scalar()) for table in tables]
        )
    assert sim.sign_in.secrets["private_key"] not in dump + repr(connection) + repr(sim.sign_in)
    assert sim.sign_in.secrets["public_key"] not in dump + repr(connection) + repr(sim.sign_in)


async def test_a_ciphertext_opens_only_in_its_own_place(settings: Settings) -> None:
    account, connection = uuid4(), uuid4()
    sealed = vault.seal(settings, account, connection, {"private_key": "invented", "public_key": "shown"})
    assert vault.unseal(settings, account, connection, sealed) == {"private_key": "invented", "public_key": "shown"}
    swapped = {"private_key": sealed["public_key"]}
    other_key = settings.model_copy(update={"secret_key": type(settings.secret_key)("another key of the server")})
    for arguments in (
        (settings, uuid4(), connection, sealed),
        (settings, account, uuid4(), sealed),
        (settings, account, connection, swapped),
        (other_key, account, connection, sealed),
        (settings, account, connection, {"private_key": "k1:AAAA"}),
        (settings, account, connection, {"private_key": sealed["private_key"].replace("k1", "k2")}),
    ):
        with pytest.raises(vault.SecretUnreadable):
            vault.unseal(*arguments)


@pytest.mark.parametrize(
    ("pasted", "site"),
    [
        ("na.myconnectwise.net", "na.myconnectwise.net"),
        (" https://NA.myconnectwise.net/v4_6_release/x?y ", "na.myconnectwise.net"),
        ("http://127.0.0.1:8101/", "http://127.0.0.1:8101"),
    ],
)
async def test_a_pasted_address_is_cut_to_its_host(pasted: str, site: str) -> None:
    assert cut_site(pasted) == site


async def test_people_match_by_mail_but_never_by_a_doubtful_one() -> None:
    ids = [new_id() for _ in range(6)]
    users = dict(
        zip(
            ids,
            ["Kit@x.example", "twin@x.example", "api@x.example", "gone@x.example", "none@x.example", "taken@x.example"],
            strict=True,
        )
    )
    members = [
        Member("1", "kit", "Kit", ("kit@x.example",)),
        Member("2", "t1", "T", ("twin@x.example",)),
        Member("3", "t2", "T", ("twin@x.example", "other@x.example")),
        Member("4", "api", "Api", ("api@x.example",), api_only=True),
        Member("5", "gone", "Gone", ("gone@x.example",), active=False),
        Member("6", "taken", "Taken", ("taken@x.example",)),
    ]
    pairs, ambiguous = match_by_email(users, members, {"6"})
    assert {user: member.id for user, member in pairs.items()} == {ids[0]: "1"}
    assert ambiguous == 1


async def test_auto_match_is_repeatable(services: Services, connection: Connection, world: World) -> None:
    async with services.db.system() as session:
        await session.execute(
            text("UPDATE users SET email = 'owen.castell@kestrelford.example' WHERE id = :id"),
            {"id": world.a["engineer2"].id},
        )
    first = await auto_match(services, connection)
    second = await auto_match(services, connection)
    assert (first.matched, second.matched) == (1, 0)
    async with services.db.transaction(world.a.id) as session:
        found = await repository.mapping_of(session, connection.id, world.a["engineer2"].id)
    assert found is not None
    assert found.member_name == "Owen Castell"


async def test_equal_questions_at_once_are_asked_once(connection: Connection) -> None:
    asked = 0
    go = asyncio.Event()

    async def load() -> str:
        nonlocal asked
        asked += 1
        await go.wait()
        raise PsaNotFound

    waiting = [asyncio.ensure_future(cache.once(connection.id, "x", "k", load)) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    go.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert all(isinstance(result, PsaNotFound) for result in results[1:])
    assert asked == 1
    assert cache.unused()


async def test_answers_are_kept_and_errors_are_not(services: Services, connection: Connection) -> None:
    asked = 0

    async def load() -> tuple[Board, ...]:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise PsaNotFound
        return (Board(str(asked), "Desk"),)

    async def ask(*, refresh: bool = False) -> str:
        return (await cache.cached(services.db, connection, cache.BOARDS, "k", load, refresh=refresh))[0].id

    with pytest.raises(PsaNotFound):
        await ask()
    assert [await ask(), await ask(), await ask(refresh=True), await ask()] == ["2", "2", "3", "3"]


async def test_no_more_than_six_requests_at_once(
    services: Services, connection: Connection, sim: Sim, world: World
) -> None:
    sim.fault("latency", times=0, seconds=0.05)
    running = most = 0
    from resolutionflow.kit.http import GuardedClient

    real = GuardedClient._exchange

    async def counted(self: GuardedClient, *args: object) -> object:
        nonlocal running, most
        running += 1
        most = max(most, running)
        try:
            return await real(self, *args)
        finally:
            running -= 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GuardedClient, "_exchange", counted)
        async with open_provider(services, connection) as provider:
            await asyncio.gather(*(provider.get_ticket(str(48240 + n)) for n in range(20)))
    assert most == 6
