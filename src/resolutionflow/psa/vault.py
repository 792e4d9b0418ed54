"""Secrets of a connection at rest, each bound to its account, connection and field."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from resolutionflow.kit import vault
from resolutionflow.kit.vault import Place, SecretUnreadable
from resolutionflow.settings import Settings

__all__ = ["SecretUnreadable", "seal", "unseal"]

_PURPOSE = "psa-connection-secrets-v1"


def seal(settings: Settings, account_id: UUID, connection_id: UUID, secrets: Mapping[str, str]) -> dict[str, str]:
    """Ciphertext by field name."""
    return {
        name: vault.seal(settings, Place(_PURPOSE, account_id, connection_id, name), value)
        for name, value in secrets.items()
    }


def unseal(settings: Settings, account_id: UUID, connection_id: UUID, sealed: Mapping[str, str]) -> dict[str, str]:
    """Clear text by field name. Raises `SecretUnreadable`."""
    return {
        name: vault.unseal(settings, Place(_PURPOSE, account_id, connection_id, name), token)
        for name, token in sealed.items()
    }
