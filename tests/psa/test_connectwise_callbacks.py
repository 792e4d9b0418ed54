"""The signature of ConnectWise's callbacks, and where its key may come from."""

from __future__ import annotations

import base64
import hashlib
import hmac

import orjson
import pytest

from resolutionflow.psa.providers.calls import HookCall
from resolutionflow.psa.providers.connectwise.provider import ConnectWiseProvider
from tests.psa.support import Sim

pytestmark = pytest.mark.anyio


def signed(body: bytes, key: str) -> HookCall:
    digest = hmac.new(hashlib.sha256(key.encode()).digest(), body, hashlib.sha256).digest()
    return HookCall({"x-content-signature": base64.b64encode(digest).decode()}, body)


def told(key_url: str) -> bytes:
    return orjson.dumps({"Action": "updated", "ID": 48251, "Type": "ticket", "Metadata": {"key_url": key_url}})


async def test_a_key_from_another_host_proves_nothing(provider: ConnectWiseProvider, sim: Sim) -> None:
    for url in (
        "https://keys.example/key",
        "http://127.0.0.1:9/login/callbackkey/1",
        "file:///etc/passwd",
        f"{sim.server.url}@keys.example/login/callbackkey/1",
        "",
        "//keys.example/k",
    ):
        sim.forget_requests()
        assert await provider.verify_webhook(signed(told(url), "whatever"), "") is None
        assert sim.requests() == []


async def test_only_the_registered_key_proves_a_call(provider: ConnectWiseProvider, sim: Sim) -> None:
    hook = await provider.register_webhook("http://127.0.0.1:9/hook")
    key_url = f"{sim.server.url}/login/callbackkey/{hook.external_id}"
    key = (await provider.http.open_read(key_url))["signing_key"]
    assert all(item["signed_in"] is False for item in sim.requests("GET", "callbackkey"))
    body = told(key_url)
    news = await provider.verify_webhook(signed(body, key), "")
    assert news is not None
    assert news.ticket_ids == ("48251",)
    assert await provider.verify_webhook(signed(body, "another key"), "") is None
    assert await provider.verify_webhook(HookCall(signed(body, key).headers, body + b" "), "") is None
    await provider.remove_webhook(hook.external_id)
    assert await provider.verify_webhook(signed(body, key), "") is None
