"""HaloPSA: webhooks, and the proof that a call is theirs: the user and password it was registered with."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from typing import cast

import orjson

from resolutionflow.psa.providers.calls import HookCall, HookNews, Webhook
from resolutionflow.psa.providers.errors import PsaNotFound
from resolutionflow.psa.providers.halopsa import wire
from resolutionflow.psa.providers.halopsa.http import HaloHttp

EVENTS = ("New Ticket Logged", "Ticket Updated", "New Action")
_USER = "resolutionflow"
_MOST_TICKETS = 200
# A batch is a list, or a list within an object, within a list at most.
_DEEPEST = 4


class HaloHooks:
    """What `PsaProvider` says about webhooks."""

    http: HaloHttp

    async def register_webhook(self, url: str) -> Webhook:
        """There is no signature to rely on: a password of our own, and the token in the address, prove a call."""
        password = secrets.token_urlsafe(32)
        made = await self.http.post(
            "/Webhook",
            {
                "name": "ResolutionFlow",
                "url": url,
                "basic_username": _USER,
                "basic_password": password,
                "events": [{"event_name": name} for name in EVENTS],
            },
        )
        return Webhook(str(made["id"]), f"{_USER}:{password}")

    async def remove_webhook(self, external_id: str) -> None:
        """One that is gone already is fine."""
        for part in external_id.split(","):
            if not all(char.isalnum() or char == "-" for char in part):
                continue
            try:
                await self.http.delete(f"/Webhook/{part}")
            except PsaNotFound:
                continue

    async def verify_webhook(self, call: HookCall, secret: str) -> HookNews | None:
        """None unless the password is right. A call may bring several events."""
        wanted = f"Basic {base64.b64encode(secret.encode()).decode()}"
        given = call.headers.get("authorization", "")
        if not secret or not hmac.compare_digest(wanted.encode(), given.encode()):
            return None
        try:
            found: object = orjson.loads(call.body)
        except orjson.JSONDecodeError:
            return None
        tickets = tuple(dict.fromkeys(_tickets(found)))[:_MOST_TICKETS]
        return HookNews(tickets, hashlib.sha256(call.body).hexdigest()) if tickets else None


def _tickets(news: object, depth: int = 0) -> Iterator[str]:
    """The tickets of an event, or of a batch of them."""
    if depth > _DEEPEST:
        return
    if isinstance(news, list):
        for one in cast("list[object]", news):
            yield from _tickets(one, depth + 1)
        return
    if not isinstance(news, dict):
        return
    data = cast("wire.Json", news)
    batch = data.get("events")
    if isinstance(batch, list):
        yield from _tickets(cast("object", batch), depth + 1)
    inner = data.get("ticket")
    named = wire.id_of(cast("wire.Json", inner)) if isinstance(inner, dict) else ""
    number = named or wire.id_of(data, "ticket_id") or wire.id_of(data, "object_id")
    if number.isascii() and number.isdigit():
        yield number
