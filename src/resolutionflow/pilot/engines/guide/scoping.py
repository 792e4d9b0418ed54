"""What a ticket does not say yet: who, since when, what changed, the exact error, which device."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from resolutionflow.pilot.contract import LaneItemView, TurnContext
from resolutionflow.pilot.engines.guide.knowledge import CompiledFlow
from resolutionflow.pilot.engines.guide.sources import Origin, Source

About = Literal["who", "since", "changed", "error", "device"]


@dataclass(frozen=True, slots=True)
class ScopingItem:
    """A question with the words that would already answer it, and how its answer reads as a fact."""

    about: str
    question: str
    context: str
    options: tuple[str, ...]
    fact: str
    summary: str


_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_CHANGES = r"(?:update|upgrade|change|install|move|migration|restart|reboot|patch|power)\w*"
_KNOWN: dict[str, re.Pattern[str]] = {
    "who": re.compile(
        r"\b(?:all (?:users|staff|of us)|every(?:one|body)|(?:whole|entire) (?:office|site|team|company)|"
        r"(?:only|just) (?:me|one|her|him|this)|"
        r"(?:one|two|three|four|five|several|some|multiple|many|\d+) (?:users?|people|colleagues|pcs?|laptops?|machines?)|"
        r"no ?(?:one|body) else|single user|others? (?:are|is) (?:fine|ok))\b",
        re.IGNORECASE,
    ),
    "since": re.compile(
        r"\b(?:since|started|began|as of|until (?:yesterday|today|this)|this morning|yesterday|today|"
        rf"last (?:night|week|{_DAYS})|for the (?:last|past)|\d+ (?:minutes?|hours?|days?|weeks?) ago|"
        rf"after (?:lunch|the weekend)|(?:on|since) {_DAYS})\b",
        re.IGNORECASE,
    ),
    "changed": re.compile(
        rf"\b(?:after (?:the |an? |i |we |installing |updating |changing )?{_CHANGES}|"
        r"new (?:laptop|pc|computer|phone|router|password|printer|switch)|changed (?:my|her|his|the|their) |"
        r"was (?:updated|upgraded|replaced|moved|migrated)|nothing (?:has )?changed|no changes?)\b",
        re.IGNORECASE,
    ),
    "error": re.compile(
        r"\b(?:error(?: code| message)?:? ?[\"'“(]?\w*\d\w*|0x[0-9a-f]{4,8}|"
        r"(?:says|reads|message|saying|error)[: ]+[\"“'][^\"”']{6,})",
        re.IGNORECASE,
    ),
    "device": re.compile(
        r"\b(?:[A-Z]{2,}[A-Z0-9]*-[A-Z0-9-]{2,}|laptop|desktop|workstation|server|printer|tablet|iphone|android)\b"
    ),
}

GENERAL: tuple[ScopingItem, ...] = (
    ScopingItem(
        "error",
        "What is the exact error text or code, and where does it appear?",
        "Copy the words from the screen; a code is worth more than a description.",
        (),
        "The reported error text was: {answer}",
        "Exact error text known",
    ),
    ScopingItem(
        "who",
        "Who is affected?",
        "",
        ("One user on one device", "One user on every device", "Several users at one site", "Everyone at the client"),
        "Affected: {answer}",
        "Scope of the problem known",
    ),
    ScopingItem(
        "since",
        "Since when does it happen, and did it ever work?",
        "",
        (),
        "Reported start: {answer}",
        "Start of the problem known",
    ),
    ScopingItem(
        "changed",
        "What changed shortly before it began?",
        "An update, a new device, a password, a move, a power cut.",
        (),
        "Reported change before it began: {answer}",
        "Change before the problem known",
    ),
    ScopingItem(
        "device",
        "Which device, application or service is it about?",
        "Name and version, as exactly as known.",
        (),
        "Affected device or service: {answer}",
        "Affected device or service known",
    ),
)


def missing(
    context: TurnContext, sources: tuple[Source, ...], flow: CompiledFlow | None = None
) -> tuple[ScopingItem, ...]:
    """Scoping questions that neither ticket nor messages nor earlier answers cover, and that are not settled, best first."""
    own = (
        ()
        if flow is None
        else tuple(
            ScopingItem(
                question.about,
                question.question,
                "",
                question.options,
                "{answer}",
                "Scope of the problem known",
            )
            for question in flow.flow.scoping
            if question.about != "other"
        )
    )
    asked = {item.text.strip(): item for item in context.lane if item.kind == "question"}
    texts = [source.text for source in sources if source.origin in {Origin.MESSAGE, Origin.TICKET, Origin.TEXT}]
    covered = {about for about, pattern in _KNOWN.items() if any(pattern.search(text) for text in texts)}
    covered |= {item.about for item in (*own, *GENERAL) if _settled(asked.get(item.question))}
    by_about: dict[str, ScopingItem] = {}
    for item in (*own, *GENERAL):
        if item.about not in covered:
            by_about.setdefault(item.about, item)
    return tuple(by_about.values())


def _settled(item: LaneItemView | None) -> bool:
    return item is not None and item.state in {"answered", "skipped"}


def answered_scoping(
    context: TurnContext, flows: tuple[CompiledFlow, ...]
) -> tuple[tuple[ScopingItem, LaneItemView], ...]:
    """Scoping questions answered with words of substance, oldest first."""
    known = {item.question: item for item in GENERAL}
    for flow in flows:
        for question in flow.flow.scoping:
            known.setdefault(
                question.question,
                ScopingItem(
                    question.about,
                    question.question,
                    "",
                    question.options,
                    f"{question.question.rstrip('?')}: {{answer}}",
                    "Scope of the problem known",
                ),
            )
    return tuple(
        (known[item.text.strip()], item)
        for item in context.lane
        if item.kind == "question"
        and item.state == "answered"
        and item.text.strip() in known
        and item.answer
        and item.answer_kind != "unknown"
    )
