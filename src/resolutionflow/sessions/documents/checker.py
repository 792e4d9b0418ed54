"""Checks a note against the record: which sentences are supported, which were edited, which say what nobody found."""

from __future__ import annotations

from collections.abc import Iterator

from resolutionflow.pilot.grounding import EvidenceIndex
from resolutionflow.sessions.documents.sentences import Document, Mark, Sentence, in_order, split_sentences
from resolutionflow.sessions.documents.source import DocumentSource


def check(markdown: str, source: DocumentSource, previous: Document | None = None) -> tuple[Sentence, ...]:
    """The sentences of a text as it would be posted.

    A sentence that stands word for word in `previous` keeps its facts and mark. A changed or new one is `edited` when
    its names and numbers occur in facts, fixes or ticket, else `unknown_detail`.
    """
    evidence = EvidenceIndex(source.texts())
    kept = _unchanged(markdown, source, previous) if previous is not None else []
    new = [
        Sentence(start, end, (), "unknown_detail" if evidence.missing(markdown[start:end]) else "edited")
        for start, end in _between(markdown, kept)
    ]
    return in_order([*kept, *new])


def mark_generated(document: Document, source: DocumentSource, *, from_record: bool) -> Document:
    """Mark the sentences of a generated document.

    `from_record` = every sentence was made from the record (the built-in writer): then a sentence may do without a
    fact, and only its names and numbers are checked.
    """
    evidence = EvidenceIndex(source.texts())
    usable = {fact.id for fact in source.usable_facts}

    def mark(sentence: Sentence) -> Mark | None:
        if evidence.missing(document.text_of(sentence)):
            return "unknown_detail"
        cited = usable.intersection(sentence.fact_ids)
        return None if cited or (from_record and not sentence.fact_ids) else "no_fact"

    marked = [
        Sentence(sentence.start, sentence.end, sentence.fact_ids, mark(sentence)) for sentence in document.sentences
    ]
    return Document(document.markdown, tuple(marked), document.left_out)


def _unchanged(markdown: str, source: DocumentSource, previous: Document) -> list[Sentence]:
    """The earlier sentences that are still there. One whose facts are all gone since has lost its support."""
    usable = {fact.id for fact in source.usable_facts}
    kept: list[Sentence] = []
    position = 0
    for sentence in previous.sentences:
        text = previous.text_of(sentence)
        start = _find_whole(markdown, text, position)
        if start < 0:
            start = _find_whole(markdown, text, 0)
        if start < 0 or any(other.start < start + len(text) and start < other.end for other in kept):
            continue
        position = max(position, start + len(text))
        facts = tuple(fact_id for fact_id in sentence.fact_ids if fact_id in usable)
        mark: Mark | None = "no_fact" if sentence.fact_ids and not facts and sentence.mark is None else sentence.mark
        kept.append(Sentence(start, start + len(text), facts, mark))
    return kept


def _find_whole(markdown: str, text: str, position: int) -> int:
    """Where the text stands as a whole sentence, so that words put before or behind it do not hide in it."""
    start = markdown.find(text, position) if text else -1
    while start >= 0 and not (_begins(markdown, start) and _ends(markdown, start + len(text))):
        start = markdown.find(text, start + 1)
    return start


def _begins(markdown: str, start: int) -> bool:
    line = markdown[markdown.rfind("\n", 0, start) + 1 : start].rstrip()
    return not any(character.isalnum() for character in line) or line[-1] in ".!?:\"'\u201d\u2019)"


def _ends(markdown: str, end: int) -> bool:
    line_end = markdown.find("\n", end)
    rest = markdown[end : line_end if line_end >= 0 else len(markdown)]
    return not rest.strip() or (rest[0].isspace() and markdown[end - 1] in ".!?:\"'\u201d\u2019)")


def _between(markdown: str, kept: list[Sentence]) -> Iterator[tuple[int, int]]:
    """The sentences of everything that was not kept."""
    blank = list(markdown)
    for sentence in kept:
        blank[sentence.start : sentence.end] = " " * (sentence.end - sentence.start)
    yield from split_sentences("".join(blank))
