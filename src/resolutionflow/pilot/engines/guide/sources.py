"""The texts a turn may learn from, each with where it comes from and how new it is.

Everything here is data. What looks like a marker or like an instruction to a machine is blanked out (same length, so that
quotes keep their place) before anything is matched against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from resolutionflow.flows.definition import TicketField
from resolutionflow.pilot.contract import LaneItemView, TicketConfiguration, TicketContext, TurnContext
from resolutionflow.pilot.engines.guide.settings import GuideSettings

_NAMES = r"QUESTIONS|ACTIONS|PROMOTE|SUGGEST[_ -]?FIX|FIX[_ -]?OUTCOME|FORK"
_FAKE_BLOCK = re.compile(
    rf"[\[(\uff3b\u3010\u27e6]\s*({_NAMES})\s*[\])\uff3d\u3011\u27e7].*?(?:[\[(\uff3b\u3010\u27e6]\s*[/\\]\s*(?:{_NAMES})\s*[\])\uff3d\u3011\u27e7]|\n\s*\n|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_INSTRUCTION = re.compile(
    r"\bignore (?:all |any |the |your )*(?:previous|prior|above|earlier) (?:instruction|prompt|message)|"
    r"\bdisregard (?:all |any |the |your )*(?:previous|prior|above|instruction)|"
    r"\byou are (?:now )?(?:a|an|the) (?:assistant|system|admin|bot|model)|"
    r"(?<!\w)(?:system|assistant|developer) ?(?:prompt|message|override|note)?\s*:|"
    r"\bmark (?:this|the) (?:ticket|fix|session|issue) (?:as )?(?:resolved|fixed|successful|closed)|"
    r"\b(?:reveal|print|send|repeat|output) (?:me )?(?:your|the|all) (?:\w+ )?(?:instruction|prompt|system|other session|secret|customer)|"
    r"\"?\b(?:source_type|fix_id|ai_drafted_script|outcome)\b\"?\s*:",
    re.IGNORECASE,
)


class Origin(Enum):
    """Where a text comes from, best evidence first."""

    OUTPUT = "output"
    OPTION = "option"
    TEXT = "text"
    MESSAGE = "message"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Source:
    """`text` is what may be matched, `original` what may be quoted; both have the same length.

    `weight` scales words for ranking. `fresh` = part of this turn's input. `field` names the ticket field.
    """

    origin: Origin
    text: str
    original: str
    weight: float
    fresh: bool
    item: LaneItemView | None = None
    field: TicketField | None = None

    def quote(self, start: int, end: int) -> str | None:
        """The verbatim words, or nothing when part of the span was blanked out."""
        words = self.original[start:end]
        return words if words.strip() and words == self.text[start:end] else None


@lru_cache(maxsize=256)
def scrub(text: str) -> str:
    """The text with fake markers and whole lines that read like instructions turned to blanks; same length."""
    if "(" in text or "[" in text or not text.isascii():
        text = _FAKE_BLOCK.sub(_blank, text)
    parts: list[str] = []
    done = 0
    for hit in _INSTRUCTION.finditer(text):
        if hit.end() <= done:
            continue
        start = max(done, text.rfind("\n", 0, hit.start()) + 1)
        end = text.find("\n", hit.end())
        end = len(text) if end < 0 else end
        parts.append(text[done:start] + " " * (end - start))
        done = end
    return "".join(parts) + text[done:]


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def gather(context: TurnContext, settings: GuideSettings) -> tuple[Source, ...]:
    """All sources, newest kind of evidence first within each origin."""
    first = ticket_is_fresh(context)
    return (
        *_lane(context),
        *_messages(context, settings),
        *_ticket(context.ticket, settings, first=first),
        *_session(context),
    )


def is_first_turn(context: TurnContext) -> bool:
    """True until the pilot has answered once."""
    return not any(message.role == "pilot" for message in context.history)


def ticket_is_fresh(context: TurnContext) -> bool:
    """Whether this is the first turn that can read the ticket: the session's first, or the first since it was linked."""
    return is_first_turn(context) or context.ticket_is_new


def _lane(context: TurnContext) -> Iterator[Source]:
    for item in context.lane:
        if item.kind == "check" and item.output and item.output.strip():
            yield Source(Origin.OUTPUT, scrub(item.output), item.output, 0.0, item.is_new, item)
        elif item.kind == "question" and item.answer and item.answer_kind in {"text", "option"}:
            origin = Origin.OPTION if item.answer_kind == "option" else Origin.TEXT
            yield Source(origin, scrub(item.answer), item.answer, 0.6, item.is_new, item)


def _messages(context: TurnContext, settings: GuideSettings) -> Iterator[Source]:
    known = _lane_texts(context)
    messages = [message.text for message in context.history if message.role == "engineer"]
    if messages and messages[-1].strip() == context.message.strip():
        messages.pop()
    for text, fresh in (
        (context.message, True),
        *((text, False) for text in reversed(messages)),
    ):
        cut = text[: settings.max_message]
        if cut.strip():
            yield Source(Origin.MESSAGE, scrub(_without(cut, known)), cut, 1.0, fresh)


def _lane_texts(context: TurnContext) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Per lane item its text, and what else a composed message repeats of it, longest first."""
    return tuple(
        (
            item.text,
            tuple(
                sorted(
                    {
                        text.strip()
                        for text in (
                            item.answer,
                            item.output,
                            item.command,
                            item.context,
                            *item.options,
                        )
                        if text and text.strip()
                    },
                    key=lambda text: (-len(text), text),
                )
            ),
        )
        for item in context.lane
        if item.text.strip()
    )


def _without(text: str, known: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """Blanks out what the lane already holds: a message composed from lane items is no second witness of them."""
    result = text
    for title, others in known:
        if title not in text:
            continue
        for part in (title, *others):
            result = result.replace(part, " " * len(part))
    return result


def _ticket(ticket: TicketContext | None, settings: GuideSettings, *, first: bool) -> Iterator[Source]:
    if ticket is None:
        return
    yield from _ticket_text("summary", ticket.summary, 1.0, first=first)
    yield from _ticket_text("description", ticket.description[: settings.max_description], 0.8, first=first)
    for note in [note for note in ticket.notes if not note.ours][: settings.max_notes]:
        yield from _ticket_text("notes", note.text[: settings.max_note], 0.5, first=first)


def _ticket_text(field: TicketField, text: str, weight: float, *, first: bool) -> Iterator[Source]:
    if text.strip():
        yield Source(Origin.TICKET, scrub(text), text, weight, first, None, field)


def _session(context: TurnContext) -> Iterator[Source]:
    """Title and problem only help to rank flows; they are nobody's statement."""
    for text in (context.session.title, context.session.problem_summary):
        if text.strip():
            yield Source(Origin.TICKET, scrub(text), text, 0.6, fresh=False)


def ticket_values(ticket: TicketContext | None, field: TicketField) -> tuple[str, ...]:
    """Values of a ticket field, several for notes and configurations."""
    if ticket is None:
        return ()
    if field == "notes":
        values = tuple(note.text for note in ticket.notes if not note.ours)
    elif field.startswith("configuration_"):
        values = tuple(_configuration_value(item, field) for item in ticket.configurations)
    else:
        values = (str(getattr(ticket, field)),)
    return tuple(value for value in values if value.strip())


def _configuration_value(item: TicketConfiguration, field: TicketField) -> str:
    match field:
        case "configuration_name":
            return item.name
        case "configuration_type":
            return item.type
        case "configuration_os":
            return item.os
        case _:
            return item.ip_address
