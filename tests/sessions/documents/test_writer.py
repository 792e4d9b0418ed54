"""The note that the built-in writer makes: four sections, only what is recorded, wording by what became of the fix."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from resolutionflow.pilot.redaction import Redactor
from resolutionflow.sessions.documents.sentences import SECTIONS
from resolutionflow.sessions.documents.source import DocumentFact, DocumentFix, DocumentSource, DocumentTicket
from resolutionflow.sessions.documents.writer import write_resolution_note

WEBMAIL, SAVED, OUTAGE = (uuid.UUID(int=n) for n in (1, 2, 3))
FIX = DocumentFix(
    id=uuid.UUID(int=10),
    title="Clear the saved Outlook password",
    description="1. Close Outlook\n2. Remove the MicrosoftOffice16 entries from Credential Manager\n3. Start Outlook",
    status="applied_success",
    active=True,
    applied=True,
    confidence=86,
    used_script=True,
)
FAILED = dataclasses.replace(
    FIX,
    id=uuid.UUID(int=9),
    title="Repair Office",
    description="Run the quick repair.",
    status="applied_failed",
    active=False,
    failure_reason="prompts came back after 10 minutes",
)
SOURCE = DocumentSource(
    title="Outlook password prompts",
    client_name="Fernhill Dental",
    ticket=DocumentTicket(
        ref="#4123",
        summary="Outlook keeps asking for password",
        description="Hi team,\nsince Monday Outlook asks Anna Keller for her password.\nWebmail works.\n\nThanks,\nAnna",
        company="Fernhill Dental",
    ),
    facts=(
        DocumentFact(WEBMAIL, "Webmail accepted the same password", "verified", "Rules out the mailbox"),
        DocumentFact(SAVED, "Credential Manager held a saved Outlook password.", "person", "Points to SRV-99"),
        DocumentFact(OUTAGE, "The mail server was down", "unverified"),
    ),
    fixes=(FAILED, FIX),
    masked_secrets=2,
)


def sections(markdown: str) -> dict[str, str]:
    parts = markdown.split("## ")[1:]
    return {part.split("\n", 1)[0]: part.split("\n", 1)[1].strip() for part in parts}


def with_fix(**changes: object) -> DocumentSource:
    return dataclasses.replace(SOURCE, fixes=(dataclasses.replace(FIX, **changes),))  # type: ignore[arg-type]


def test_four_sections_in_order_and_the_same_text_every_time() -> None:
    note = write_resolution_note(SOURCE)
    assert tuple(sections(note.markdown)) == SECTIONS
    assert write_resolution_note(SOURCE) == note


def test_an_unverified_fact_stays_out_and_is_listed() -> None:
    note = write_resolution_note(SOURCE)
    assert "server was down" not in note.markdown
    assert note.left_out.unverified_facts == ((OUTAGE, "The mail server was down"),)
    assert note.left_out.masked_secrets == 2
    assert all(OUTAGE not in sentence.fact_ids for sentence in note.sentences)


def test_the_problem_is_told_without_greeting_and_sign_off() -> None:
    assert sections(write_resolution_note(SOURCE).markdown)["Problem"] == (
        "Outlook keeps asking for password. Since Monday Outlook asks Anna Keller for her password. Webmail works."
    )


def test_each_fact_is_an_item_that_cites_it_and_says_what_it_means() -> None:
    note = write_resolution_note(SOURCE)
    cited = {note.text_of(sentence): sentence.fact_ids for sentence in note.sentences}
    assert cited["Webmail accepted the same password, which rules out the mailbox."] == (WEBMAIL,)
    # The meaning names a server that is nowhere in the record, so it is not repeated.
    assert cited["Credential Manager held a saved Outlook password."] == (SAVED,)


def test_success_reads_as_closure_after_what_was_tried() -> None:
    told = sections(write_resolution_note(SOURCE).markdown)
    assert told["Resolution"].startswith(
        "We first tried \u201cRepair Office\u201d; it did not solve the problem. Prompts came back after 10 minutes. "
        "After that we applied \u201cClear the saved Outlook password\u201d with a script, and it solved the problem."
    )
    assert "- Close Outlook.\n- Remove the MicrosoftOffice16 entries" in told["Resolution"]
    assert "the problem ended once it was in place" in told["Root cause"]
    assert "Ruled out by trying: \u201cRepair Office\u201d." in told["Root cause"]


@pytest.mark.parametrize(
    ("changes", "resolution", "cause"),
    [
        ({"status": "proposed", "applied": False}, "was proposed and has not been applied.", "not isolated"),
        ({"status": "proposed"}, "was applied; its result has not been recorded.", "not isolated"),
        ({"status": "dismissed", "active": False}, "No fix was recorded for this problem.", "not isolated"),
        ({"status": "applied_failed"}, "No fix that worked was recorded.", "not isolated"),
        (
            {"status": "applied_partial", "partial_notes": "done on one of two devices"},
            "was applied in part. Done on one of two devices. The rest of it remains to be done.",
            "findings point to",
        ),
        ({"confidence": 59}, "and it solved the problem.", "not isolated"),
    ],
)
def test_wording_follows_what_became_of_the_fix(changes: dict[str, object], resolution: str, cause: str) -> None:
    told = sections(write_resolution_note(with_fix(**changes)).markdown)
    assert resolution in told["Resolution"]
    assert cause in told["Root cause"]


def test_a_dismissed_fix_is_not_mentioned() -> None:
    note = write_resolution_note(with_fix(status="dismissed", active=False))
    assert "Clear the saved" not in note.markdown


def test_an_empty_record_says_so_in_one_sentence_a_section() -> None:
    note = write_resolution_note(DocumentSource(title=""))
    assert sections(note.markdown) == {
        "Problem": "The problem was not described.",
        "What we confirmed": "Nothing was confirmed beyond the description of the problem.",
        "Root cause": "The root cause was not isolated.",
        "Resolution": "No fix was recorded for this problem.",
    }


def test_every_generated_sentence_is_supported_and_every_word_is_in_a_sentence() -> None:
    for source in (SOURCE, DocumentSource(title="x"), with_fix(status="applied_partial", partial_notes="half")):
        note = write_resolution_note(source)
        assert [sentence.mark for sentence in note.sentences] == [None] * len(note.sentences)
        rest = list(note.markdown)
        for sentence in note.sentences:
            rest[sentence.start : sentence.end] = ""
            rest[sentence.start : sentence.start] = [" "] * (sentence.end - sentence.start)
        left = "".join(rest)
        for title in SECTIONS:
            left = left.replace(f"## {title}", "")
        assert not any(character.isalnum() for character in left)


def test_hostile_ticket_text_is_only_text() -> None:
    hostile = (
        "[PROMOTE]{}[/PROMOTE] ![x](https://evil.example/p.png) <script>alert(1)</script>\n# Resolution\nAll solved"
    )
    ticket = DocumentTicket("#1", "Printer offline", hostile)
    markdown = write_resolution_note(DocumentSource(title="t", ticket=ticket)).markdown
    assert "[PROMOTE]" not in markdown
    assert "](" not in markdown
    assert "<script" not in markdown
    assert tuple(sections(markdown)) == SECTIONS


def test_the_redactor_finds_nothing_in_an_ordinary_note() -> None:
    markdown = write_resolution_note(SOURCE).markdown
    assert Redactor(b"k").redact(markdown).text == markdown


def test_a_described_fix_gives_its_cause_and_its_steps_but_not_its_checks() -> None:
    description = (
        "Outlook keeps sending a password that Windows stored. It then asks once.\n\n**Why this one**\n- Webmail worked\n\n"
        "**Steps**\n1. Close Outlook\n2. Open Outlook\n\n**Verify**\n- No prompt for ten minutes"
    )
    told = sections(write_resolution_note(with_fix(description=description)).markdown)
    assert "what this fix corrects: Outlook keeps sending a password that Windows stored." in told["Root cause"]
    assert "The fix consists of these steps:\n\n- Close Outlook.\n- Open Outlook.\n" in told["Resolution"]
    assert "ten minutes" not in told["Resolution"]
    assert "Why this one" not in told["Resolution"]


def test_the_checks_that_were_made_end_the_note_where_they_are_wanted() -> None:
    steps = ("Signed in to webmail as anna.keller", "Looked into Credential Manager")
    plain, told = write_resolution_note(SOURCE), write_resolution_note(dataclasses.replace(SOURCE, steps=steps))
    assert told.markdown.startswith(plain.markdown.rstrip())
    assert told.markdown.endswith("\n\nThese checks were made:\n\n- " + "\n- ".join(steps) + "\n")
    assert [told.text_of(one) for one in told.sentences[-3:]] == ["These checks were made:", *steps]
    assert not any(one.unsupported for one in told.sentences)
