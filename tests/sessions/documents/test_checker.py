"""An edited note: what keeps its facts, what was changed, what names something nobody found."""

from __future__ import annotations

import dataclasses
import itertools
import uuid

from hypothesis import given
from hypothesis import strategies as st
from tests.sessions.documents.test_writer import SAVED, SOURCE, WEBMAIL

from resolutionflow.sessions.documents.checker import check, mark_generated
from resolutionflow.sessions.documents.sentences import Document, Sentence, marks_of, split_sentences
from resolutionflow.sessions.documents.source import DocumentFact, DocumentSource
from resolutionflow.sessions.documents.writer import write_resolution_note

NOTE = write_resolution_note(SOURCE)


def marks(markdown: str, source: DocumentSource = SOURCE) -> dict[str, str | None]:
    return {markdown[s.start : s.end]: s.mark for s in check(markdown, source, NOTE)}


def test_an_invented_host_is_an_unknown_detail() -> None:
    edited = NOTE.markdown + "The old server FS-77 was removed. It was slow.\n"
    found = marks(edited)
    assert found["The old server FS-77 was removed."] == "unknown_detail"
    assert found["It was slow."] == "edited"


def test_an_unverified_fact_does_not_support_a_sentence() -> None:
    source = dataclasses.replace(SOURCE, facts=(DocumentFact(WEBMAIL, "SRV-5 was down", "unverified"),))
    assert marks("SRV-5 was down.", source) == {"SRV-5 was down.": "unknown_detail"}


def test_words_around_a_known_sentence_do_not_hide_in_it() -> None:
    known = "The cause is what this fix corrects."
    assert known in NOTE.markdown
    edited = NOTE.markdown.replace(known, f"Kevin denies that {known} Or not")
    found = marks(edited)
    assert not any(text == known for text in found)
    assert any(mark == "unknown_detail" for text, mark in found.items() if text.startswith("Kevin denies"))


def test_unchanged_sentences_keep_their_facts_wherever_they_move() -> None:
    sentence = next(s for s in NOTE.sentences if s.fact_ids == (WEBMAIL,))
    text = NOTE.text_of(sentence)
    moved = f"New first line.\r\n\r\n* {text}\r\n"
    kept = [s for s in check(moved, SOURCE, NOTE) if s.fact_ids]
    assert [(moved[s.start : s.end], s.fact_ids, s.mark) for s in kept] == [(text, (WEBMAIL,), None)]


def test_the_same_text_gives_the_same_sentences() -> None:
    assert check(NOTE.markdown, SOURCE, NOTE) == NOTE.sentences


def test_a_sentence_whose_fact_is_gone_has_lost_its_support() -> None:
    source = dataclasses.replace(SOURCE, facts=tuple(fact for fact in SOURCE.facts if fact.id == SAVED))
    found = marks(NOTE.markdown, source)
    assert found["Webmail accepted the same password, which rules out the mailbox."] == "no_fact"


def test_a_generated_text_without_facts_is_marked() -> None:
    text = "The switch failed. Webmail worked. SRV-1 did it."
    spans = list(split_sentences(text))
    facts = [(), (WEBMAIL,), (WEBMAIL,)]
    document = Document(text, tuple(Sentence(a, b, f) for (a, b), f in zip(spans, facts, strict=True)))
    marked = mark_generated(document, SOURCE, from_record=False)
    assert [sentence.mark for sentence in marked.sentences] == ["no_fact", None, "unknown_detail"]
    assert len(marks_of(marked)) == 2
    cites_nothing_real = Document(text, (Sentence(0, 18, (uuid.UUID(int=77),)),))
    assert mark_generated(cites_nothing_real, SOURCE, from_record=True).sentences[0].mark == "no_fact"


def test_sentences_are_cut_as_people_read_them() -> None:
    text = "## Problem\n\n1. First, e.g. this one. It has version 10.2. Then \u201cquoted.\u201d Next?\n- Item\n\n---\n## Odd title\n"
    assert [text[a:b] for a, b in split_sentences(text)] == [
        "First, e.g. this one.",
        "It has version 10.2.",
        "Then \u201cquoted.\u201d",
        "Next?",
        "Item",
        "## Odd title",
    ]


lines = st.sampled_from(
    ["We did it.", "- Item", "## Problem", "", "SRV-9 fell. Then rose", "  ", NOTE.text_of(NOTE.sentences[0]), "1) x!"]
)


@given(st.lists(lines, max_size=8).map("\n".join))
def test_every_word_of_an_edited_text_is_judged(markdown: str) -> None:
    sentences = check(markdown, SOURCE, NOTE)
    for before, after in itertools.pairwise(sentences):
        assert before.end <= after.start
    covered = set().union(*(range(s.start, s.end) for s in sentences)) if sentences else set()
    for position, character in enumerate(markdown.replace("## Problem", "\x00" * 10)):
        if character.isalnum() and position not in covered:
            assert markdown[position] == "1"
