"""Calls from the vendor: registered, proven, and nothing forged believed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from resolutionflow.psa.providers.calls import HookCall
from resolutionflow.psa.providers.contract import PsaProvider
from tests.psa.contract.harness import Harness, Scene

pytestmark = pytest.mark.anyio


@dataclass
class Ear:
    """A small server that keeps what it is sent."""

    url: str
    heard: asyncio.Queue[HookCall] = field(default_factory=asyncio.Queue)

    async def next(self) -> HookCall:
        async with asyncio.timeout(10):
            return await self.heard.get()


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        writer.write(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        listening.heard.put_nowait(HookCall(headers, body))

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    listening = Ear(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook")
    yield listening
    server.close()
    await server.wait_closed()


async def test_a_change_in_the_psa_is_told_and_proven(
    provider: PsaProvider, harness: Harness, scene: Scene, ear: Ear
) -> None:
    if not provider.capabilities.webhooks:
        return
    hook = await provider.register_webhook(ear.url)
    harness.reply(scene.ticket, "It happened again.")
    call = await ear.next()
    news = await provider.verify_webhook(call, hook.secret)
    assert news is not None
    assert news.ticket_ids == (scene.ticket,)
    assert news.delivery
    again = await provider.verify_webhook(call, hook.secret)
    assert again is not None
    assert again.delivery == news.delivery
    # Nothing but the very call is believed.
    assert await provider.verify_webhook(HookCall({}, call.body), hook.secret) is None
    for garbage in (b"", b"[]", b"{}", b'{"ID": 1}', b"\xff"):
        assert await provider.verify_webhook(HookCall(call.headers, garbage), hook.secret) is None
    await provider.remove_webhook(hook.external_id)
    await provider.remove_webhook(hook.external_id)
    harness.reply(scene.ticket, "And again.")
    await provider.get_ticket(scene.ticket)
    assert ear.heard.empty()
