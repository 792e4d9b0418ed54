"""A ticket draft out of a text, by rules. Ids come only from lists the PSA gave; what is not in them stays a word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from resolutionflow.psa.providers.contract import Board, Company, Contact, NamedRef, Priority

Confidence = Literal["high", "medium", "low"]
Reason = Literal["unknown", "ambiguous", "unreadable"]
Part = Literal["company", "contact", "board", "priority"]
SUMMARY = 100
SHORTEST_NAME = 4

_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)")
_LEVEL = re.compile(r"\b(?:P|Prio(?:rity)?\s*)([1-5])\b", re.IGNORECASE)
_URGENT = re.compile(
    r"\b(urgent|asap|emergency|critical|outage|(?:everyone|everybody|nobody|all users?)\s+(?:is|are|can|cannot|can't))\b",
    re.IGNORECASE,
)
_CALM = re.compile(r"\b(no rush|not urgent|low priority|whenever you have time|when you get a chance)\b", re.IGNORECASE)
_HIGH = re.compile(r"\b(high(?:est)? priority|priority:?\s*high)\b", re.IGNORECASE)
# The head of a pasted mail: its lines say who and what about, and none of them is a sentence.
_HEADER = re.compile(
    r"^[ \t]*(from|to|cc|bcc|date|sent|reply-to|importance|subject)[ \t]*:[ \t]*([^\n]*)$", re.IGNORECASE | re.MULTILINE
)
_REPLY = re.compile(r"(?:(?:re|fw|fwd|aw|wg)[ \t]*:[ \t]*)+", re.IGNORECASE)
_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b[^\n,.!]{0,40}[,.!\n]\s*", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^\n.!?]+(?:[.!?](?=\S)[^\n.!?]*)*")

Named = Company | Contact | Board | Priority
R = TypeVar("R", Company, Contact, Board)


@dataclass(frozen=True, slots=True)
class Read:
    """A value read from the text, or from the session's ticket (`span` None)."""

    id: str | None
    value: str
    confidence: Confidence
    span: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Lists:
    """What the PSA has. `unreadable` names the lists it does not let us read."""

    companies: Sequence[Company] = ()
    contacts: Sequence[Contact] = ()
    boards: Sequence[Board] = ()
    priorities: Sequence[Priority] = ()
    unreadable: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before a word is read: the ticket a session has."""

    ref: str | None = None
    company: NamedRef | None = None
    contact: NamedRef | None = None
    board: NamedRef | None = None


@dataclass
class Draft:
    """What was found. `unresolved` holds what the text names and the lists do not."""

    summary: Read
    description: Read
    company: Read | None = None
    contact: Read | None = None
    board: Read | None = None
    priority: Read | None = None
    unresolved: list[tuple[Part, str, Reason]] = field(default_factory=list[tuple[Part, str, Reason]])


@dataclass
class Proposed:
    """What somebody else read out of the text, checked already: ids of the lists, places of the text."""

    summary: Read | None = None
    parts: dict[Part, Read] = field(default_factory=dict[Part, Read])
    unresolved: list[tuple[Part, str, Reason]] = field(default_factory=list[tuple[Part, str, Reason]])


def company_of(text: str, companies: Sequence[Company]) -> tuple[Read | None, list[tuple[Part, str, Reason]]]:
    """By name, then by the domain of a mail address. Two of them: neither."""
    named = _named(text, ((company, company.name) for company in companies))
    if len({item.id for item, _ in named}) > 1:
        return None, [("company", ", ".join(dict.fromkeys(item.name for item, _ in named)), "ambiguous")]
    if named:
        company, span = named[0]
        return Read(company.id, company.name, "high", span), []
    by_domain = {(company.domain or "").casefold(): company for company in companies if company.domain}
    for mail in _MAIL.finditer(text):
        if (company := by_domain.get(mail.group(1).casefold())) is not None:
            return Read(company.id, company.name, "high", mail.span()), []
    return None, []


def contact_of(text: str, contacts: Sequence[Contact]) -> tuple[Read | None, list[tuple[Part, str, Reason]]]:
    """By mail address, then by full name. An address nobody has is told."""
    by_mail = {(contact.email or "").casefold(): contact for contact in contacts if contact.email}
    unknown: list[tuple[Part, str, Reason]] = []
    for mail in _MAIL.finditer(text):
        contact = by_mail.get(mail.group(0).casefold())
        if contact is not None:
            return Read(contact.id, contact.name, "high", mail.span()), []
        unknown.append(("contact", mail.group(0), "unknown"))
    named = _named(text, ((contact, contact.name) for contact in contacts if " " in contact.name))
    if len({item.id for item, _ in named}) > 1:
        return None, [("contact", ", ".join(dict.fromkeys(item.name for item, _ in named)), "ambiguous")]
    if named:
        contact, span = named[0]
        return Read(contact.id, contact.name, "medium", span), unknown
    return None, unknown


def board_of(text: str, boards: Sequence[Board]) -> Read | None:
    named = _named(text, ((board, board.name) for board in boards))
    if len({item.id for item, _ in named}) != 1:
        return None
    board, span = named[0]
    return Read(board.id, board.name, "medium", span)


def priority_of(text: str, priorities: Sequence[Priority]) -> tuple[Read | None, list[tuple[Part, str, Reason]]]:
    """A level by its number; words of haste or calm mean the first or the last level, and only a little."""
    levels = {found.group(0)[-1]: item for item in priorities if (found := re.search(r"[1-5]", item.name))}
    if asked := _LEVEL.search(text):
        item = levels.get(asked.group(1))
        if item is None:
            return None, [("priority", asked.group(0), "unknown")]
        return Read(item.id, item.name, "high", asked.span()), []
    for pattern, pick in ((_CALM, max), (_HIGH, _second), (_URGENT, min)):
        if levels and (words := pattern.search(text)):
            item = levels[pick(levels)]
            return Read(item.id, item.name, "low", words.span()), []
    return None, []


def _second(levels: Iterable[str]) -> str:
    """The level below the highest: what people mean by high."""
    return sorted(levels)[:2][-1]


def summary_of(text: str) -> Read:
    """The subject of a pasted mail; else the first sentence after its head and a greeting. Cut at a word."""
    head = _head(text)
    for line in head:
        subject = _REPLY.sub("", line.group(2), count=1).strip()
        if line.group(1).casefold() == "subject" and subject:
            end = line.start(2) + len(line.group(2).rstrip())
            return Read(None, _cut(subject), "high", (end - len(subject), end))
    body = head[-1].end() if head else 0
    start = greeting.end() if (greeting := _GREETING.match(text, body)) else body
    found = _SENTENCE.search(text, start) or _SENTENCE.search(text, body) or _SENTENCE.search(text)
    raw = found.group(0) if found else text
    begin = (found.start() if found else 0) + len(raw) - len(raw.lstrip())
    return Read(None, _cut(raw.strip()), "medium", (begin, begin + len(raw.strip())))


def _head(text: str) -> list[re.Match[str]]:
    """The header lines a text begins with, blank lines aside."""
    lines: list[re.Match[str]] = []
    at = len(text) - len(text.lstrip())
    while line := _HEADER.match(text, at):
        lines.append(line)
        rest = text[line.end() :]
        at = line.end() + len(rest) - len(rest.lstrip())
    return lines


def _cut(words: str) -> str:
    if len(words) <= SUMMARY:
        return words
    return words[: SUMMARY - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def parse(text: str, lists: Lists, known: Known, proposed: Proposed | None = None) -> Draft:
    """A draft of the text. What the session's ticket says stands where the text says nothing else.

    What is `proposed` fills what the rules did not find, or only guessed.
    """
    description = f"{text.strip()}\n\nSpun off from {known.ref}." if known.ref else text.strip()
    draft = Draft(summary_of(text), Read(None, description, "high", (0, len(text))))
    draft.company, told = company_of(text, lists.companies)
    draft.unresolved += told
    draft.contact, told = contact_of(text, lists.contacts)
    draft.unresolved += told
    draft.board = board_of(text, lists.boards)
    draft.priority, told = priority_of(text, lists.priorities)
    draft.unresolved += told
    draft.unresolved.extend((part, "", "unreadable") for part in lists.unreadable)
    if proposed is not None:
        _fill(draft, proposed)
    _agree(draft, lists)
    _inherit(draft, known)
    return draft


def _fill(draft: Draft, proposed: Proposed) -> None:
    if proposed.summary is not None and draft.summary.confidence != "high":
        draft.summary = proposed.summary
    reads: dict[Part, Read | None] = {
        "company": draft.company,
        "contact": draft.contact,
        "board": draft.board,
        "priority": draft.priority,
    }
    for part, found in proposed.parts.items():
        if (own := reads[part]) is None or own.confidence == "low":
            reads[part] = found
            draft.unresolved = [told for told in draft.unresolved if told[0] != part or told[2] != "ambiguous"]
    draft.company, draft.contact = reads["company"], reads["contact"]
    draft.board, draft.priority = reads["board"], reads["priority"]
    told = {part for part, _, _ in draft.unresolved}
    draft.unresolved += [one for one in proposed.unresolved if reads[one[0]] is None and one[0] not in told]


def _agree(draft: Draft, lists: Lists) -> None:
    """A contact brings the company; one of another company than the text names is not taken."""
    if draft.contact is None:
        return
    contact = next(item for item in lists.contacts if item.id == draft.contact.id)
    if draft.company is None:
        company = next((item for item in lists.companies if item.id == contact.company_id), None)
        if company is not None:
            draft.company = Read(company.id, company.name, draft.contact.confidence, draft.contact.span)
    elif contact.company_id != draft.company.id:
        draft.unresolved.append(("contact", contact.name, "ambiguous"))
        draft.contact = None


def _inherit(draft: Draft, known: Known) -> None:
    same = draft.company is None or (known.company is not None and known.company.id == draft.company.id)
    if draft.company is None and known.company is not None:
        draft.company = _from_ticket(known.company)
    if draft.contact is None and known.contact is not None and same:
        draft.contact = _from_ticket(known.contact)
    if draft.board is None and known.board is not None:
        draft.board = _from_ticket(known.board)


def _from_ticket(ref: NamedRef) -> Read:
    return Read(ref.id, ref.name, "high", None)


def _named(text: str, names: Iterable[tuple[R, str]]) -> list[tuple[R, tuple[int, int]]]:
    """Whose name stands in the text as whole words. A name inside a longer one that is there too does not count."""
    found: list[tuple[R, tuple[int, int]]] = []
    for item, name in names:
        if len(name) >= SHORTEST_NAME:
            words = r"\s+".join(re.escape(word) for word in name.split())
            if hit := re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE):
                found.append((item, hit.span()))
    return [
        (item, span)
        for item, span in found
        if not any(other != span and other[0] <= span[0] and span[1] <= other[1] for _, other in found)
    ]
