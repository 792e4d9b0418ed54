"""The chain over an account's events: each hash covers the one before it. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from resolutionflow.settings import Settings

KEY_ID = "a1"
START = "0" * 64
_PURPOSE = "audit-chain-v1"


@dataclass(frozen=True, slots=True)
class Link:
    """An event as it is hashed: everything but the row's id and its own hash."""

    account_id: UUID
    seq: int
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    impersonator_id: UUID | None
    action: str
    resource_type: str
    resource_id: str | None
    ip: str | None
    user_agent: str
    request_id: str
    details: Mapping[str, Any]


def chain_key(settings: Settings) -> bytes:
    """From the server's secret: who holds the database alone cannot forge a chain."""
    return settings.derive_key(_PURPOSE)


def hash_of(key: bytes, link: Link, prev_hash: str) -> str:
    """The hash of `link` after the event with `prev_hash`."""
    plain = {name: getattr(link, name) for name in Link.__slots__}
    plain["at"] = link.at.isoformat(timespec="microseconds")
    text = orjson.dumps(plain, default=str, option=orjson.OPT_SORT_KEYS)
    return hmac.new(key, prev_hash.encode() + b"\x00" + text, hashlib.sha256).hexdigest()
