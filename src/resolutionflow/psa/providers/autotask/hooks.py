"""Autotask's calls to us: registering, and proving that one is theirs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Any, cast

import orjson

from resolutionflow.psa.providers.autotask import filters as f
from resolutionflow.psa.providers.autotask import wire
from resolutionflow.psa.providers.autotask.records import Records
from resolutionflow.psa.providers.calls import HookCall, HookNews, Webhook
from resolutionflow.psa.providers.errors import PsaError, PsaNotFound, PsaRejected

Json = dict[str, Any]

SIGNATURE = "x-hook-signature"
_NAME = "ResolutionFlow"
# 48 random bytes are 64 characters, the most the service keeps.
_SECRET_BYTES = 48
# Per kind of webhook: what it is fired by, and the fields whose change fires it (`True`) or that only come along.
_KINDS: dict[str, tuple[str, dict[str, bool]]] = {
    "TicketWebhooks": (
        "TicketWebhookFields",
        {"status": True, "assignedResourceID": True, "queueID": True, "title": True},
    ),
    "TicketNoteWebhooks": ("TicketNoteWebhookFields", {"description": True, "publish": True, "ticketID": False}),
}


async def register(records: Records, url: str) -> Webhook:
    """Both kinds of webhook, active. When the second cannot be made the first is taken away again."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    made: list[str] = []
    try:
        for kind in _KINDS:
            await _register_kind(records, kind, url, secret, made)
    except PsaError:
        await remove(records, ",".join(made))
        raise
    return Webhook(",".join(made), secret)


async def _register_kind(records: Records, kind: str, url: str, secret: str, made: list[str]) -> None:
    fields_entity, wanted = _KINDS[kind]
    known = (await records.entity(fields_entity)).picks("fieldID")
    chosen = {pick.value: wanted[pick.label] for pick in known if pick.active and pick.label in wanted}
    if not chosen:
        raise PsaRejected("Autotask offers none of the fields a webhook would tell us about.")
    body: Json = {
        "name": _NAME,
        "webhookUrl": url,
        "deactivationUrl": url,
        "secretKey": secret,
        "isActive": False,
        "isSubscribedToCreateEvents": True,
        "isSubscribedToUpdateEvents": True,
        "isSubscribedToDeleteEvents": True,
        "sendThresholdExceededNotification": False,
    }
    number = await records.http.create(kind, body)
    made.append(f"{kind}:{number}")
    for field, fires in chosen.items():
        row: Json = {
            "webhookID": int(number),
            "fieldID": field,
            "isSubscribedField": fires,
            "isDisplayAlwaysField": True,
        }
        await records.http.create(f"{kind}/{number}/Fields", row)
    await records.http.patch(kind, {"id": int(number), "isActive": True})


async def remove(records: Records, external_id: str) -> None:
    """Take the registrations away; one that is gone already is fine."""
    for part in external_id.split(","):
        kind, _, number = part.partition(":")
        if kind in _KINDS and number.isdigit():
            try:
                await records.http.delete(f"{kind}/{number}")
            except PsaNotFound:
                continue


def signature(body: bytes, secret: str) -> str:
    """What the service writes into its header for this body."""
    digest = hmac.new(secret.encode(), body, hashlib.sha1).digest()
    return f"sha1={base64.b64encode(digest).decode()}"


async def verify(records: Records, call: HookCall, secret: str) -> HookNews | None:
    """The tickets of a call with the right signature, else None."""
    given = call.headers.get(SIGNATURE, "")
    if not secret or not hmac.compare_digest(given.encode(), signature(call.body, secret).encode()):
        return None
    try:
        data: object = orjson.loads(call.body)
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    news = cast("Json", data)
    delivery = ":".join(str(news.get(key) or "") for key in ("Guid", "SequenceNumber", "EntityType", "Id", "EventTime"))
    return HookNews(await _tickets(records, news), delivery)


async def _tickets(records: Records, news: Json) -> tuple[str, ...]:
    number = news.get("Id")
    if isinstance(number, bool) or not isinstance(number, int):
        return ()
    if str(news.get("EntityType")).casefold() == "ticket":
        return (str(number),)
    named = news.get("Fields")
    for key, value in cast("Json", named).items() if isinstance(named, dict) else ():
        if key.replace(" ", "").casefold() in ("ticketid", "ticket") and str(value).isdigit():
            return (str(value),)
    try:
        rows = (await records.query("TicketNotes", [f.is_("id", number)], ("id", "ticketID"))).items
    except PsaError:
        return ()
    return tuple(str(wire.record_id(row, "ticketID")) for row in rows)
