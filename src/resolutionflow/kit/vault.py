"""Secrets at rest: AES-256-GCM, bound to the account, the row and the column, so that a copied ciphertext does not open elsewhere."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from resolutionflow.settings import Settings

KEY_ID = "k1"
_NONCE = 12


class SecretUnreadable(Exception):
    """A ciphertext does not open: another key, account, row or column, or it was changed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret is kept. `purpose` names the table's own key; rows of two tables never share one."""

    purpose: str
    account_id: UUID
    row_id: UUID
    column: str

    @property
    def bound(self) -> bytes:
        return f"{self.account_id}\x00{self.row_id}\x00{self.column}".encode()


def seal(settings: Settings, place: Place, secret: str) -> str:
    """The ciphertext of `secret`, readable at `place` only."""
    nonce = os.urandom(_NONCE)
    raw = nonce + AESGCM(settings.derive_key(place.purpose)).encrypt(nonce, secret.encode(), place.bound)
    return f"{KEY_ID}:{base64.b64encode(raw).decode()}"


def unseal(settings: Settings, place: Place, sealed: str) -> str:
    """The clear text. Raises `SecretUnreadable`."""
    key_id, _, text = sealed.partition(":")
    try:
        raw = base64.b64decode(text, validate=True)
        if key_id != KEY_ID:
            raise SecretUnreadable(place.column)
        return AESGCM(settings.derive_key(place.purpose)).decrypt(raw[:_NONCE], raw[_NONCE:], place.bound).decode()
    except (InvalidTag, ValueError) as error:
        raise SecretUnreadable(place.column) from error
