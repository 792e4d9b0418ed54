"""The label of a command: what it may do to the machine it is run on, and why, in words for a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Risk(StrEnum):
    READ_ONLY = "read_only"
    CHANGES = "changes"
    DESTRUCTIVE = "destructive"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CommandLabel:
    """`reason` is one short sentence."""

    risk: Risk
    reason: str

    @property
    def is_read_only(self) -> bool:
        return self.risk is Risk.READ_ONLY


# A known change is said before something unknown: it is certain.
_WEIGHT: Final = {Risk.READ_ONLY: 0, Risk.UNKNOWN: 1, Risk.CHANGES: 2, Risk.DESTRUCTIVE: 3}

READS: Final = CommandLabel(Risk.READ_ONLY, "Only reads information.")
EMPTY: Final = CommandLabel(Risk.UNKNOWN, "There is no command to judge.")
TOO_DEEP: Final = CommandLabel(Risk.UNKNOWN, "It runs commands inside commands too deeply to judge.")
WRITES_FILE: Final = CommandLabel(Risk.CHANGES, "Writes its output to a file.")


def worst(labels: Iterable[CommandLabel]) -> CommandLabel:
    """The label of a whole: the gravest of its parts, the first of equals. Nothing but reading parts only reads."""
    gravest = READS
    for label in labels:
        if _WEIGHT[label.risk] > _WEIGHT[gravest.risk]:
            gravest = label
    return gravest


def unknown(reason: str) -> CommandLabel:
    return CommandLabel(Risk.UNKNOWN, reason)


def changes(reason: str) -> CommandLabel:
    return CommandLabel(Risk.CHANGES, reason)


def destroys(reason: str) -> CommandLabel:
    return CommandLabel(Risk.DESTRUCTIVE, reason)
