"""Masks secrets in what a session stores. The originals are never stored; a keyed digest keeps their numbers stable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from resolutionflow.kit.known import KnownSecrets
from resolutionflow.pilot.redaction import Redactor
from resolutionflow.pilot.redaction.curtain import Curtain
from resolutionflow.services import Services
from resolutionflow.sessions.models import AiSession

PURPOSE = "session-secrets"


@dataclass(frozen=True, slots=True)
class Masked:
    """Text without secrets, and what was masked where: `{number, kind, start, end}` over the masked text."""

    text: str
    masked: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Protector:
    """Redacts for one session at a time. The row must be locked: new digests are written to it."""

    key: bytes
    secrets: KnownSecrets

    @classmethod
    def of(cls, services: Services) -> Protector:
        return cls(services.settings.derive_key(PURPOSE), services.secrets)

    @staticmethod
    def known(row: AiSession) -> dict[str, int]:
        """The digests of the session's secrets with their numbers."""
        return {digest: int(number) for digest, number in (row.secret_digests or {}).items()}

    def curtain(self, account_id: UUID, known: Mapping[str, int]) -> Curtain:
        """For a text that is shown while it is written."""
        return Curtain(Redactor(self.key, self.secrets.of(account_id)), known)

    def redact(self, row: AiSession, text: str) -> Masked:
        """`text` with every secret replaced by its `«secret:n»`."""
        known = self.known(row)
        found = Redactor(self.key, self.secrets.of(row.account_id)).redact(text, known)
        if found.known != known:
            row.secret_digests = dict(found.known)
        return Masked(
            found.text,
            tuple({"number": m.number, "kind": str(m.kind), "start": m.start, "end": m.end} for m in found.masked),
        )

    def text(self, row: AiSession, text: str) -> str:
        return self.redact(row, text).text

    def short(self, row: AiSession, text: str, limit: int) -> str:
        """As `text`, cut to `limit` characters: a mask may be longer than what it hides."""
        return self.text(row, text)[:limit]

    def values(self, row: AiSession, value: Any) -> Any:
        """JSON-like data with every string in it redacted."""
        if isinstance(value, str):
            return self.text(row, value)
        if isinstance(value, dict):
            return {key: self.values(row, item) for key, item in cast("dict[str, Any]", value).items()}
        if isinstance(value, list):
            return [self.values(row, item) for item in cast("list[Any]", value)]
        return value
