"""Calls that a PSA did not make, or made before: none is believed, none does anything twice (quality.md R8).

`./rf bench psa-hooks --calls N` forges more of them; here it is a share.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

import orjson
import pytest
from sqlalchemy import text

from resolutionflow.psa import webhooks
from resolutionflow.psa.connections import create_connection
from resolutionflow.psa.providers.contract import HookCall, PsaProvider
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.psa.contract.harness import Harness, Scene
from tests.psa.storm.conftest import figures
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

CALLS = int(os.environ.get("RF_FORGED_CALLS", "300"))
PROOFS = {"connectwise": "x-content-signature", "halopsa": "authorization", "autotask": "x-hook-signature"}
#: The vendors whose signature covers the body. What HaloPSA sends is proven by its password alone.
SIGNED = ("connectwise", "autotask")
Change = Callable[[random.Random, HookCall, str], HookCall]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Nothing hangs here, so a busy machine may take its time."""
    return settings.model_copy(update={"psa_timeout_scale": 1.0})


@dataclass
class Ear:
    """A small server that keeps what it is sent, and where."""

    url: str
    heard: asyncio.Queue[tuple[str, HookCall]] = field(default_factory=asyncio.Queue)

    async def next(self) -> tuple[str, HookCall]:
        async with asyncio.timeout(10):
            return await self.heard.get()


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        writer.write(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        listening.heard.put_nowait((first.split(" ")[1], HookCall(headers, body)))

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    listening = Ear(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    yield listening
    server.close()
    await server.wait_closed()


def _bytes(pick: random.Random, call: HookCall, proof: str) -> HookCall:
    """Some bytes of the body changed, lost or added."""
    del proof
    body = bytearray(call.body)
    for _ in range(pick.randint(1, 4)):
        place = pick.randrange(len(body))
        kind = pick.randrange(3)
        if kind == 0:
            body[place] ^= 1 << pick.randrange(8)
        elif kind == 1 and len(body) > 2:
            del body[place]
        else:
            body.insert(place, pick.randrange(256))
    return replace(call, body=bytes(body))


def _values(pick: random.Random, call: HookCall, proof: str) -> HookCall:
    """Another ticket, time, sequence or address, in a body that reads well."""
    del proof
    data = orjson.loads(call.body)
    row = data[0] if isinstance(data, list) else data
    key = pick.choice(list(row))
    row[key] = pick.choice(
        [1, 0, -1, 48252, 2**53, 1.5, True, None, "", "x", "2026-11-01T00:00:00Z", [], {}, [row[key]], {"id": 7}]
    )
    if key == "Metadata":
        row[key] = {
            "key_url": pick.choice(["https://psa.example/key", "", "//", "file:///etc/passwd", "http://127.0.0.1:1/"])
        }
    return replace(call, body=orjson.dumps(data))


def _proof(pick: random.Random, call: HookCall, proof: str) -> HookCall:
    """A signature or password that is nearly right."""
    right = call.headers[proof]
    place = pick.randrange(len(right))
    other = pick.choice("ABCxyz019+/=")
    nearly = pick.choice(
        [
            right[:place] + other + right[place + 1 :],
            right[:place],
            right[place:],
            right.swapcase(),
            right + other,
            right[::-1],
            "",
            right.split("=", 1)[-1].split(" ", 1)[-1][: max(1, place)],
        ]
    )
    return replace(call, headers={**call.headers, proof: nearly})


def _own_key(pick: random.Random, call: HookCall, proof: str) -> HookCall:
    """Well signed, by somebody else's key."""
    key = pick.randbytes(pick.choice([0, 1, 32]))
    algorithm = pick.choice(["sha1", "sha256"])
    digest = hmac.new(hashlib.sha256(key).digest() if pick.random() < 0.5 else key, call.body, algorithm).digest()
    made = pick.choice([base64.b64encode(digest).decode(), digest.hex()])
    return replace(call, headers={**call.headers, proof: pick.choice(["", "sha1=", "Basic "]) + made})


def _none(pick: random.Random, call: HookCall, proof: str) -> HookCall:
    """No proof at all, or under another name."""
    headers = {name: value for name, value in call.headers.items() if name != proof}
    if pick.random() < 0.5:
        headers[pick.choice(["signature", "x-signature", "x-hub-signature", "cookie"])] = call.headers[proof]
    return replace(call, headers=headers)


CHANGES: tuple[Change, ...] = (_bytes, _values, _proof, _own_key, _none)


async def test_forged_calls_are_not_believed(provider: PsaProvider, harness: Harness, scene: Scene, ear: Ear) -> None:
    hook = await provider.register_webhook(f"{ear.url}/hook")
    harness.reply(scene.ticket, "It happened again.")
    _, real = await ear.next()
    proof = PROOFS[harness.name]
    assert await provider.verify_webhook(real, hook.secret) is not None
    pick = random.Random(8)
    counted: Counter[str] = Counter()
    while counted.total() < CALLS:
        change = CHANGES[counted.total() % len(CHANGES)]
        forged = change(pick, real, proof)
        if harness.name not in SIGNED and change in (_bytes, _values):
            # A changed body counts only with a password that is wrong too; with the right one it must do no harm.
            await provider.verify_webhook(forged, hook.secret)
            forged = _proof(pick, forged, proof)
        same_proof = forged.headers.get(proof) == real.headers[proof]
        if same_proof and (forged.body == real.body or harness.name not in SIGNED):
            continue
        assert await provider.verify_webhook(forged, hook.secret) is None, forged
        counted[change.__name__.strip("_")] += 1
    figures(harness.name, {"forged": counted.total(), "believed": 0, "changed": dict(counted)})


@pytest.mark.parametrize("depth", [500, 1000, 100_000])
async def test_a_body_nested_without_end_is_no_fault(
    provider: PsaProvider, harness: Harness, scene: Scene, ear: Ear, depth: int
) -> None:
    hook = await provider.register_webhook(f"{ear.url}/hook")
    harness.reply(scene.ticket, "It happened again.")
    _, real = await ear.next()
    for body in (b"[" * depth + b"]" * depth, b'{"events":[' * (depth // 2) + b"]}" * (depth // 2)):
        assert await provider.verify_webhook(replace(real, body=body), hook.secret) is None


async def test_a_real_call_counts_once_and_what_is_like_it_not_at_all(
    api: Api, services: Services, harness: Harness, world: World, ear: Ear
) -> None:
    reachable = replace(services, settings=services.settings.model_copy(update={"base_url": ear.url}))
    connection = await create_connection(services, world.a.id, name="The PSA", sign_in=harness.sign_in)
    await webhooks.register(reachable, world.a["admin"].subject, connection.id)
    scene, proof, psa = harness.scene(), PROOFS[harness.name], api.anonymous()
    harness.reply(scene.ticket, "It happened again.")
    path, real = await ear.next()
    sent = {proof: real.headers[proof], "content-type": "application/json"}
    assert (await psa.post(f"{path[:-2]}zz", content=real.body, headers=sent)).status_code == 404
    big = await psa.post(path, content=b"x" * (webhooks.MOST_BYTES + 1), headers=sent)
    assert (big.status_code, big.json()["code"]) == (413, "hook_too_large")
    for change in (_proof, _own_key, _none):
        forged = change(random.Random(3), real, proof)
        given = {name: value for name, value in forged.headers.items() if name == proof}
        refused = await psa.post(path, content=forged.body, headers=given)
        assert (refused.status_code, refused.json()["code"]) == (401, "hook_not_proven")
    assert await _told(services) == []
    for _ in range(3):
        assert (await psa.post(path, content=real.body, headers=sent)).status_code == 200
    assert await _told(services) == [scene.ticket]


async def _told(services: Services) -> list[str]:
    async with services.db.system() as session:
        rows = await session.execute(text("SELECT payload FROM live_events WHERE kind = 'ticket.changed'"))
        return [row.payload["ticket_id"] for row in rows]
