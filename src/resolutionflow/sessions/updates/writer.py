"""Updates written from the record without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from resolutionflow.sessions.documents.source import DocumentFix, WorkSource
from resolutionflow.sessions.documents.wording import as_sentences, lowered, named, plain, problem_texts, sentence
from resolutionflow.sessions.updates.schemas import Audience

MOST_SENTENCES: Final = 5
MOST_REQUESTS: Final = 8
LONGEST_SUBJECT: Final = 150


@dataclass(frozen=True, slots=True)
class WrittenUpdate:
    """`subject` only for an e-mail."""

    markdown: str
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Checked words of a model: where the work stands in sentences, or one request for each open question."""

    texts: tuple[str, ...]
    model: str


def write_update(
    source: WorkSource, audience: Audience, note: str = "", *, said: Sequence[str] | None = None
) -> WrittenUpdate:
    """The text for one audience: only what is confirmed or recorded, no names of engineers. Same input, same text.

    `said` = a model's checked words, which stand in the place of the own.
    """
    match audience:
        case "status_update":
            return WrittenUpdate(" ".join(said or _where_we_are(source, note)))
        case "email_draft":
            return _email(source, note, said)
        case "request_info":
            return _request(source, note, said)


def _where_we_are(source: WorkSource, note: str) -> list[str]:
    """Two to five sentences: what is known, what is being done, what comes next."""
    said = [_known(source), _doing(source)]
    if note.strip():
        said += [text for text in as_sentences(note) if text][: MOST_SENTENCES - 3]
    said.append(_next(source))
    return [text for text in said if text][:MOST_SENTENCES]


def _known(source: WorkSource) -> str:
    facts = [plain(fact.text).rstrip(".") for fact in source.usable_facts]
    if not facts:
        about = problem_texts(source)[0].rstrip(".")
        return f"We are working on this: {about}."
    return f"Confirmed so far: {'; '.join(facts[-3:])}."


def _doing(source: WorkSource) -> str:
    fix = _leading(source)
    if fix is None:
        return "We are narrowing down the cause."
    match fix.status:
        case "applied_success":
            return f"{named(fix)} was applied and solved the problem."
        case "applied_partial":
            return f"{named(fix)} was applied in part; the rest is being worked on."
        case "applied_failed":
            return f"{named(fix)} was tried and did not solve the problem, so we look further."
        case _:
            return (
                f"{named(fix)} was applied and is being checked."
                if fix.applied
                else f"{named(fix)} is prepared and has not been applied yet."
            )


def _leading(source: WorkSource) -> DocumentFix | None:
    fixes = [fix for fix in source.fixes if fix.status != "dismissed"]
    return next((fix for fix in fixes if fix.active), fixes[-1] if fixes else None)


def _next(source: WorkSource) -> str:
    fix = _leading(source)
    if fix is not None and fix.status == "applied_success":
        return "We keep an eye on it and close this once it stays that way."
    if source.open_checks:
        return sentence(f"Next we check: {lowered(source.open_checks[0])}")
    if source.open_questions:
        count = len(source.open_questions)
        what = "one answer is" if count == 1 else f"{count} answers are"
        return f"To go on, {what} still needed."
    if fix is not None and fix.status == "proposed":
        return "Next we check the result." if fix.applied else "Next we apply it and check the result."
    return "Next we follow the remaining leads."


def _email(source: WorkSource, note: str, told: Sequence[str] | None) -> WrittenUpdate:
    title = plain(source.ticket.summary if source.ticket and source.ticket.summary.strip() else source.title)
    reference = f" ({source.ticket.ref})" if source.ticket else ""
    subject = (
        f"{'Update: ' + title if title else 'Update on your request'}"[: LONGEST_SUBJECT - len(reference)] + reference
    )
    contact = plain(source.ticket.contact).split(" ")[0] if source.ticket and source.ticket.contact.strip() else ""
    asking = bool(source.open_questions) and not _solved(source)
    said = list(told or _where_we_are(source, note))
    # The list below says it better than the sentence that counts its entries.
    body = [
        f"Hello {contact}," if contact else "Hello,",
        " ".join(said[:-1] if asking and not source.open_checks and not told else said),
    ]
    if asking:
        body += ["To go on we need the following from you:", _numbered(source.open_questions)]
    body += ["Just reply to this message if anything has changed on your side.", "Kind regards"]
    return WrittenUpdate("\n\n".join(body), subject)


def _solved(source: WorkSource) -> bool:
    fix = _leading(source)
    return fix is not None and fix.status == "applied_success"


def _request(source: WorkSource, note: str, told: Sequence[str] | None) -> WrittenUpdate:
    asked = list(told or (plain(text) for text in source.open_questions))
    if not asked:
        fix = _leading(source)
        applied = fix is not None and (fix.applied or fix.status.startswith("applied"))
        asked = [
            "Does the problem still occur?" if applied else "What happens exactly, and on which device?",
            "If an error is shown, what are its exact words?",
        ]
    lines = ["To go on with this we need the following from you:", _numbered(asked)]
    if note.strip():
        lines.append(" ".join(as_sentences(note)))
    return WrittenUpdate("\n\n".join(lines))


def _numbered(texts: Sequence[str]) -> str:
    return "\n".join(f"{number}. {plain(text)}" for number, text in enumerate(texts[:MOST_REQUESTS], start=1))
