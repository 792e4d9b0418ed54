"""Calls a PSA makes to us, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Webhook:
    """A registration at the vendor: its ids there, parted by commas, and what we keep to prove that a call is theirs."""

    external_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class HookCall:
    """A call that came in. Header names are lower case; nothing in it is trusted."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HookNews:
    """What a proven call says: which tickets to look at again, and what makes a second delivery of it recognisable."""

    ticket_ids: tuple[str, ...]
    delivery: str
