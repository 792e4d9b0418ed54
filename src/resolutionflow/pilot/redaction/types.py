"""What the redactor finds and gives back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class SecretKind(StrEnum):
    """What was masked, in words a person reads on the chip."""

    PRIVATE_KEY = "private_key"
    TOKEN = "token"  # noqa: S105 - a kind
    PASSWORD = "password"  # noqa: S105 - a kind
    CONNECTION_STRING = "connection_string"
    CARD_NUMBER = "card_number"
    URL_PASSWORD = "url_password"  # noqa: S105 - a kind
    AUTH_HEADER = "auth_header"
    RECOVERY_KEY = "recovery_key"
    STORED = "stored"


@dataclass(frozen=True, slots=True)
class Span:
    """A secret in the original text, end excluded."""

    start: int
    end: int
    kind: SecretKind


@dataclass(frozen=True, slots=True)
class Masked:
    """One mask in the redacted text: `text[start:end]` is its token."""

    number: int
    kind: SecretKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text without secrets. `known` = the given digests and the new ones, to be kept with the session."""

    text: str
    masked: tuple[Masked, ...]
    known: Mapping[str, int]


TOKEN: Final = re.compile(r"«secret:(\d{1,9})»")


def token(number: int) -> str:
    """What stands in the text instead of secret `number`."""
    return f"«secret:{number}»"
