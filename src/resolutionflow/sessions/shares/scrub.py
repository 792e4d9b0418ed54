"""Takes people, addresses, tickets and ids out of a text that strangers will read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
UUID_TEXT = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
OUR_REFERENCE = re.compile(r"\bRF-[A-Z2-7]{10}\b")
# Fenced blocks of an engineer's message are what a check printed.
FENCED = re.compile(r"^(`{3,})[^\n]*\n.*?^\1`*[ \t]*$", re.MULTILINE | re.DOTALL)
PERSON, ADDRESS, TICKET, OUTPUT = "[name]", "[e-mail]", "[ticket]", "[output left out]"


@dataclass(frozen=True, slots=True)
class Scrubber:
    """`names` of the account's people; `tickets`: the linked ticket's number and reference."""

    names: re.Pattern[str] | None
    tickets: re.Pattern[str] | None

    @classmethod
    def of(cls, names: Iterable[str], tickets: Iterable[str | None]) -> Scrubber:
        return cls(_any_of(names), _any_of(tickets, prefix=r"(?:\b(?:CW|HALO|AT)\s+)?#?"))

    def clean(self, text: str) -> str:
        """`text` without what must not leave the account."""
        for pattern, word in ((UUID_TEXT, "[id]"), (OUR_REFERENCE, "[id]"), (EMAIL, ADDRESS)):
            text = pattern.sub(word, text)
        if self.tickets:
            text = self.tickets.sub(TICKET, text)
        return self.names.sub(PERSON, text) if self.names else text

    def said(self, text: str, *, from_pilot: bool) -> str:
        """A message as `clean`, without the outputs an engineer sent along."""
        return self.clean(text if from_pilot else FENCED.sub(OUTPUT, text))


def _any_of(words: Iterable[str | None], *, prefix: str = "") -> re.Pattern[str] | None:
    # The longest first, so that a name is not cut by a shorter one inside it.
    known = sorted({word.strip() for word in words if word and len(word.strip()) > 2}, key=len, reverse=True)
    if not known:
        return None
    choices = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in known)
    return re.compile(rf"{prefix}(?<!\w)(?:{choices})(?!\w)", re.IGNORECASE)
