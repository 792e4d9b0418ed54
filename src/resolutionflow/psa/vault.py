"""Secrets of a connection at rest, each bound to its account, connection and field."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit import vault
from resolutionflow.kit.vault import Place, SecretUnreadable, Tally
from resolutionflow.psa.models import PsaConnection
from resolutionflow.settings import Settings

__all__ = ["HOOK_SECRET", "SecretUnreadable", "reseal_all", "seal", "unseal"]

_PURPOSE = "psa-connection-secrets-v1"
HOOK_SECRET = "hook_secret"  # noqa: S105 - the name of a field
"""The field of `psa_connections.hook` that is sealed like a secret of the connection."""


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


async def reseal_all(session: AsyncSession, settings: Settings, tally: Tally) -> None:
    """Put the secrets of every connection under the current key, as the system role."""
    for row in (await session.execute(select(PsaConnection).with_for_update())).scalars():
        row.secrets = {
            name: tally.reseal(settings, Place(_PURPOSE, row.account_id, row.id, name), token, table="psa_connections")
            for name, token in row.secrets.items()
        }
        if row.hook and (token := row.hook.get(HOOK_SECRET)):
            place = Place(_PURPOSE, row.account_id, row.id, HOOK_SECRET)
            row.hook = {**row.hook, HOOK_SECRET: tally.reseal(settings, place, token, table="psa_connections")}
