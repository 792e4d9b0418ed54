"""Secrets of a connection at rest: AES-256-GCM, bound to the account, the connection and the field."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from resolutionflow.settings import Settings

KEY_ID = "k1"
_PURPOSE = "psa-connection-secrets-v1"
_NONCE = 12


class SecretUnreadable(Exception):
    """A ciphertext does not open: another key, account, connection or field, or it was changed."""


def seal(
    settings: Settings,
    account_id: UUID,
    connection_id: UUID,
    secrets: Mapping[str, str],
) -> dict[str, str]:
    """Ciphertext by field name."""
    cipher = AESGCM(settings.derive_key(_PURPOSE))
    sealed: dict[str, str] = {}
    for name, value in secrets.items():
        nonce = os.urandom(_NONCE)
        raw = nonce + cipher.encrypt(nonce, value.encode(), _bound_to(account_id, connection_id, name))
        sealed[name] = f"{KEY_ID}:{base64.b64encode(raw).decode()}"
    return sealed


def unseal(settings: Settings, account_id: UUID, connection_id: UUID, sealed: Mapping[str, str]) -> dict[str, str]:
    """Clear text by field name. Raises `SecretUnreadable`."""
    cipher = AESGCM(settings.derive_key(_PURPOSE))
    secrets: dict[str, str] = {}
    for name, token in sealed.items():
        key_id, _, text = token.partition(":")
        try:
            raw = base64.b64decode(text, validate=True)
            if key_id != KEY_ID:
                raise SecretUnreadable(name)
            secrets[name] = cipher.decrypt(
                raw[:_NONCE], raw[_NONCE:], _bound_to(account_id, connection_id, name)
            ).decode()
        except (InvalidTag, ValueError) as error:
            raise SecretUnreadable(name) from error
    return secrets


def _bound_to(account_id: UUID, connection_id: UUID, field: str) -> bytes:
    return f"{account_id}\x00{connection_id}\x00{field}".encode()
