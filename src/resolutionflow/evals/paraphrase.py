"""The same ticket in other people's words, by fixed rules: what is meant stays, how it is said changes.

Codes, addresses and quoted messages are left as they are: people copy those. The rules know nothing of the flows.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from resolutionflow.evals.scenario import Scenario, Ticket

_Rules = tuple[tuple[str, str], ...]

_SYNONYMS: Final[_Rules] = (
    (r"keeps asking for", "constantly prompts for"),
    (r"keeps (\w+)ing", r"is \1ing all the time"),
    (r"cannot|can't", "is unable to"),
    (r"does not|doesn't", "will not"),
    (r"is not|isn't", "is no longer"),
    (r"everyone else|others", "all the others"),
    (r"everyone|everybody", "all users"),
    (r"nobody", "no one"),
    (r"colleagues", "co-workers"),
    (r"laptop", "notebook"),
    (r"pc", "computer"),
    (r"shows", "displays"),
    (r"stuck", "hanging"),
    (r"disappeared", "vanished"),
    (r"missing", "gone"),
    (r"fails", "is failing"),
    (r"stopped", "has stopped"),
    (r"since this morning", "from this morning on"),
    (r"seems", "looks"),
    (r"folders", "directories"),
    (r"is full", "has run full"),
    (r"i have no", "there is no"),
    (r"fine", "okay"),
)
_PLAINER: Final[_Rules] = (
    (r"does not connect|not connecting|cannot connect", "won't connect"),
    (r"does not resolve|not resolving", "isn't resolving"),
    (r"does not sync|not syncing|isn't syncing", "won't sync"),
    (r"does not|did not", "doesn't"),
    (r"cannot", "can't"),
    (r"is not", "isn't"),
    (r"remote desktop", "RDP"),
    (r"no internet", "no web access"),
    (r"printer", "print device"),
    (r"keeps asking for password", "wants the password over and over"),
    (r"low disk space", "hardly any disk space left"),
    (r"locked out(?! of)", "locked"),
    (r"user", "person"),
    (r"password", "pw"),
)
_AMERICAN: Final[_Rules] = (
    (r"licen[cs]e", "license"),
    (r"synchronis", "synchroniz"),
    (r"surgery", "clinic"),
    (r"switched (on|off)", r"turned \1"),
    (r"mobile", "cell phone"),
    (r"rubbish", "garbage"),
    (r"whilst", "while"),
    (r"are off", "are out"),
    (r"cancelled", "canceled"),
)
_BRITISH: Final[_Rules] = (
    (r"licenses?\b", "licence"),
    (r"synchroniz", "synchronis"),
    (r"garbage", "rubbish"),
    (r"cell phone", "mobile"),
    (r"turned (on|off)", r"switched \1"),
    (r"vacation", "annual leave"),
    (r"line is down", "line has gone"),
    (r"trouble", "bother"),
)
_THIRD_PERSON: Final[_Rules] = (
    (r"i am", "the user is"),
    (r"i have", "the user has"),
    (r"i", "the user"),
    (r"my", "their"),
    (r"me", "them"),
)
_SMALL_WORDS: Final = re.compile(
    r"\b(?:the|a|an|my|her|his|their|our|i|it|is|are|am|was|were|of|at|on|that|there|and|says|please|hi|team|thanks)\b ?",
    re.IGNORECASE,
)
_COPIED: Final = re.compile(r"\S*[\d\\@/_.:]\S+|[A-Z]{2,}\S*|\"[^\"]+\"|says .*|shows: .*")
_WORD: Final = re.compile(r"[a-z]{6,}")
_SENTENCE: Final = re.compile(r"[^.!?\n]+[.!?]?")


def _said(rules: _Rules) -> Callable[[str], str]:
    compiled = [(re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE), words) for pattern, words in rules]

    def rewrite(text: str) -> str:
        for pattern, words in compiled:
            text = pattern.sub(words, text)
        return text

    return rewrite


def _telegraphic(text: str) -> str:
    short = _SMALL_WORDS.sub("", text.replace("\n", " "))
    return re.sub(r"\s+", " ", short).strip(" .,").lower()


def _reordered(text: str) -> str:
    parts = [part.strip(" ,.") for sentence in _SENTENCE.findall(text) for part in sentence.split(",")]
    parts = [part for part in parts if part]
    return ". ".join(part[:1].upper() + part[1:] for part in reversed(parts)) + "."


def _chatty(text: str) -> str:
    return (
        "Hi there,\n\nhope you had a good weekend! Sorry to bother you again, I know that you are busy.\n\n"
        f"{text}\n\nI have a call with a customer after lunch, so it would be great if somebody could look at it before then. "
        "Do let me know should you need anything else from us.\n\nMany thanks and best wishes\n\nSent from my phone"
    )


def _formal(text: str) -> str:
    return f"Dear service desk,\n\nwe wish to report the following incident: {text}\n\nKindly advise on the next steps.\nWith kind regards"


def _upset(text: str) -> str:
    return f"{text.rstrip('.')}!!! This is the second time this month and we really can't go on like this, please hurry"


def _dictated(text: str) -> str:
    return "so basically um " + re.sub(r"[.,:;!\n]+", " and", text.strip(" .\n")).lower() + " yeah that's about it"


def _mistyped(text: str) -> str:
    """Two inner letters change places in every second long word, the same ones each time."""
    kept = [hit.span() for hit in _COPIED.finditer(text)]

    def swap(hit: re.Match[str]) -> str:
        word = hit[0]
        number = zlib.crc32(word.encode())
        if number % 2 or any(start < hit.end() and hit.start() < end for start, end in kept):
            return word
        at = 2 + number // 2 % (len(word) - 4)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return _WORD.sub(swap, text)


def _double_typed(text: str) -> str:
    """A letter is lost in long words that are no codes."""
    kept = [hit.span() for hit in _COPIED.finditer(text)]

    def lose(hit: re.Match[str]) -> str:
        word = hit[0]
        number = zlib.crc32(word[::-1].encode())
        if number % 2 or any(start < hit.end() and hit.start() < end for start, end in kept):
            return word
        at = 2 + number // 2 % (len(word) - 3)
        return word[:at] + word[at + 1 :]

    return _WORD.sub(lose, text)


def _reported(text: str) -> str:
    return f"Call taken at the desk. Caller reports: {_said(_THIRD_PERSON)(text)} Callback requested."


REGISTERS: Final[dict[str, Callable[[str], str]]] = {
    "synonyms": _said(_SYNONYMS),
    "plainer words": _said(_PLAINER),
    "American": _said(_AMERICAN),
    "British": _said(_BRITISH),
    "telegraphic": _telegraphic,
    "other order": _reordered,
    "chatty e-mail": _chatty,
    "formal": _formal,
    "upset": _upset,
    "dictated": _dictated,
    "letters swapped": _mistyped,
    "letters lost": _double_typed,
    "by the desk": _reported,
}


def paraphrases(scenario: Scenario) -> Iterator[tuple[str, Scenario]]:
    """The scenario in every register that changes its words, with the register's name."""
    seen = {_words(scenario)}
    for register, rewrite in REGISTERS.items():
        told = _rewritten(scenario, rewrite)
        if _words(told) not in seen:
            seen.add(_words(told))
            yield register, told


def _rewritten(scenario: Scenario, rewrite: Callable[[str], str]) -> Scenario:
    """A ticket's summary is rewritten only where it stands alone: people write subjects last and shortly."""
    ticket = scenario.ticket
    if ticket is not None:
        subject = ticket.summary if ticket.description else rewrite(ticket.summary)
        ticket = Ticket.model_validate(
            {
                **ticket.model_dump(),
                "summary": subject,
                "description": rewrite(ticket.description) if ticket.description else "",
            }
        )
    message = rewrite(scenario.message) if scenario.message else ""
    return scenario.model_copy(update={"ticket": ticket, "message": message})


def _words(scenario: Scenario) -> tuple[str, ...]:
    ticket = scenario.ticket
    return (scenario.message, *(() if ticket is None else (ticket.summary, ticket.description)))
