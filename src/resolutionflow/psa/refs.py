"""How a ticket is named to people, and our own reference inside notes."""

from __future__ import annotations

import base64
import re
import secrets
from typing import Literal

REFERENCE = re.compile(r"\bRF-[A-Z2-7]{10}\b")
_PREFIX = {"connectwise": "CW #", "halopsa": "HALO #", "autotask": "AT "}


def ticket_ref(provider: Literal["connectwise", "halopsa", "autotask"], number: str) -> str:
    """`CW #48291`, `HALO #2041`, `AT T20261112.0007`."""
    return f"{_PREFIX[provider]}{number}"


def new_reference() -> str:
    """`RF-` and ten base-32 characters (50 random bits): marks a note as ours, so that it can be found again."""
    return "RF-" + base64.b32encode(secrets.token_bytes(7)).decode()[:10]


def find_reference(text: str) -> str | None:
    """Our reference in a note's text. The last one counts: a reply may quote an older note above it."""
    found = REFERENCE.findall(text)
    return found[-1] if found else None
