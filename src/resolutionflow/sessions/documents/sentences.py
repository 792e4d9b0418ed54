"""Sentences of a document: where they stand, what they rest on, and how a text is cut into them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from uuid import UUID

Mark: TypeAlias = Literal["edited", "no_fact", "unknown_detail"]
SECTIONS: Final = ("Problem", "What we confirmed", "Root cause", "Resolution")
PACKAGE_SECTIONS: Final = (
    "Problem",
    "What we've confirmed",
    "What we've tried",
    "Current hypothesis",
    "Suggested next steps",
)
_HEADINGS: Final = frozenset(name.casefold() for name in (*SECTIONS, *PACKAGE_SECTIONS))


@dataclass(frozen=True, slots=True)
class Sentence:
    """Characters `start` to `end` of the Markdown. Without a mark it rests on its facts or on the record of the session."""

    start: int
    end: int
    fact_ids: tuple[UUID, ...] = ()
    mark: Mark | None = None

    @property
    def unsupported(self) -> bool:
        """Posting it needs an explicit confirmation."""
        return self.mark in ("no_fact", "unknown_detail")

    def as_json(self) -> dict[str, int | list[str] | str | None]:
        """The stored shape: `{start, end, fact_ids[], mark}`."""
        return {
            "start": self.start,
            "end": self.end,
            "fact_ids": [str(fact_id) for fact_id in self.fact_ids],
            "mark": self.mark,
        }


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the document does not say: how many secrets are masked, and facts nobody proved or confirmed."""

    masked_secrets: int = 0
    unverified_facts: tuple[tuple[UUID, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    markdown: str
    sentences: tuple[Sentence, ...]
    left_out: LeftOut = LeftOut()

    def text_of(self, sentence: Sentence) -> str:
        return self.markdown[sentence.start : sentence.end]


_LIST_MARK: Final = re.compile(r"[ \t>]*(?:[-*+\u2022]|\d{1,3}[.)])?[ \t]+|[ \t>]+")
_HEADING: Final = re.compile(r"#{1,6}[ \t]+(?P<title>.*?)[ \t#]*")
_SENTENCE_END: Final = re.compile(r"[.!?][\"'\u201d\u2019)\]]*(?=[ \t]+[^a-z\s])")
_ABBREVIATIONS: Final = frozenset(
    {"e.g.", "i.e.", "etc.", "approx.", "incl.", "no.", "vs.", "dr.", "mr.", "mrs.", "ms.", "st."}
)


def split_sentences(markdown: str) -> Iterator[tuple[int, int]]:
    """Where the sentences stand: list marks and section headings are not part of any."""
    position = 0
    for line in markdown.splitlines(keepends=True):
        start, position = position, position + len(line)
        yield from _line_sentences(markdown, start, start + len(line.rstrip()))


def _line_sentences(markdown: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if is_section_heading(markdown[start:end]):
        return
    mark = _LIST_MARK.match(markdown, start, end)
    begin = mark.end() if mark else start
    for match in _SENTENCE_END.finditer(markdown, begin, end):
        word = markdown[begin : match.end()].rsplit(maxsplit=1)[-1].lower()
        if word in _ABBREVIATIONS:
            continue
        yield from _spoken(markdown, begin, match.end())
        begin = match.end()
    yield from _spoken(markdown, begin, end)


def _spoken(markdown: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The piece without outer blanks, if it says anything."""
    while start < end and markdown[start].isspace():
        start += 1
    while end > start and markdown[end - 1].isspace():
        end -= 1
    if any(character.isalnum() for character in markdown[start:end]):
        yield start, end


def is_section_heading(line: str) -> bool:
    """Whether the line is one of the headings every note or package has."""
    heading = _HEADING.fullmatch(line.strip())
    return heading is not None and heading["title"].strip().replace("\u2019", "'").casefold() in _HEADINGS


def marks_of(document: Document) -> tuple[Sentence, ...]:
    """The sentences that need an explicit confirmation."""
    return tuple(sentence for sentence in document.sentences if sentence.unsupported)


def in_order(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    return tuple(sorted(sentences, key=lambda sentence: (sentence.start, sentence.end)))
