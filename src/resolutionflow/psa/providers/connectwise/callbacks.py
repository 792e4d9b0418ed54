"""ConnectWise: callbacks, and the proof that a call is theirs."""

from __future__ import annotations

import base64
import hashlib
import hmac

import orjson

from resolutionflow.psa.providers.calls import HookCall, HookNews, Webhook
from resolutionflow.psa.providers.connectwise.http import ConnectWiseHttp
from resolutionflow.psa.providers.connectwise.reading import path_id
from resolutionflow.psa.providers.connectwise.wire import Json, as_object
from resolutionflow.psa.providers.errors import PsaError, PsaNotFound, PsaProtocol, PsaUnknownResult

SIGNATURE = "x-content-signature"


class ConnectWiseCallbacks:
    """What `PsaProvider` says about webhooks. Nothing is kept: the key is read from the PSA for each call."""

    http: ConnectWiseHttp

    async def register_webhook(self, url: str) -> Webhook:
        """Hear of every change of a ticket: object 1 of the level `owner` is the whole company."""
        body = {"url": url, "objectId": 1, "type": "ticket", "level": "owner"}
        made = await self.http.post("/system/callbacks", body)
        if not made.get("id"):
            raise PsaUnknownResult
        return Webhook(str(made["id"]), "")

    async def remove_webhook(self, external_id: str) -> None:
        """One that is gone already is fine."""
        for part in external_id.split(","):
            try:
                await self.http.delete(f"/system/callbacks/{path_id(part)}")
            except PsaNotFound:
                continue

    async def verify_webhook(self, call: HookCall, secret: str) -> HookNews | None:
        """None unless the signature over the raw body is right. The key comes from the connection's own host only."""
        del secret
        signature = call.headers.get(SIGNATURE, "")
        news = _read(call.body)
        if not signature or news is None:
            return None
        key_url, ticket_id = news
        try:
            key = await self.http.open_read(key_url)
        except PsaError:
            return None
        signing = key.get("signing_key")
        if not isinstance(signing, str) or not signing:
            return None
        wanted = _signature(signing, call.body)
        if not hmac.compare_digest(wanted.encode(), signature.encode()):
            return None
        return HookNews((ticket_id,), hashlib.sha256(call.body).hexdigest())


def _signature(signing_key: str, body: bytes) -> str:
    key = hashlib.sha256(signing_key.encode()).digest()
    return base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()


def _read(body: bytes) -> tuple[str, str] | None:
    """Where the key is said to be, and the ticket meant; None for anything that is no callback about a ticket."""
    try:
        data = as_object(orjson.loads(body))
        metadata: Json = as_object(data.get("Metadata"))
    except (orjson.JSONDecodeError, PsaProtocol):
        return None
    key_url, number, kind = metadata.get("key_url"), data.get("ID"), str(data.get("Type") or "")
    if not isinstance(key_url, str) or isinstance(number, bool) or not isinstance(number, int):
        return None
    return (key_url, str(number)) if kind.casefold() == "ticket" else None
