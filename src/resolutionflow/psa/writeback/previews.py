"""A plan in the words of the preview. Pure."""

from __future__ import annotations

from resolutionflow.auth.subject import Subject
from resolutionflow.psa.providers.contract import PsaProvider
from resolutionflow.psa.refs import ticket_ref
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas import Named
from resolutionflow.psa.writeback.planning import Author, WriteRequest, note_emails, status_emails
from resolutionflow.psa.writeback.rules import Plan, StoredField
from resolutionflow.psa.writeback.schemas import Blocker, Conflict, FieldChange, PreviewOut, PreviewStep
from resolutionflow.psa.writeback.survey import Survey

_EMAIL_WORDS = {
    "none": "No e-mail is sent.",
    "contact": "The contact gets an e-mail.",
    "resources": "The assigned people get an e-mail.",
    "workflow": "The status has a mail template: the PSA may send an e-mail by itself.",
    "unknown": "The PSA does not say whether this status sends an e-mail.",
}
_SKIP_WORDS = {
    "kept": "The status stays as it is, as chosen.",
    "no_target_status": "Status stays: none configured for this board.",
    "already_set": "The ticket already has this status.",
    "time_off": "No time entry is written.",
    "no_time_measured": "No time entry is written: nothing was measured in this session.",
    "no_member_mapping": "No time entry is written: you are not matched to a member of the PSA.",
}


def preview_out(
    provider: PsaProvider,
    connection: Connection,
    request: WriteRequest,
    plan: Plan,
    survey: Survey,
    author: Author,
    subject: Subject,
) -> PreviewOut:
    """Steps with their exact fields. The session's own marks and masks are added by its domain."""
    ticket = survey.ticket
    steps = [
        step for step in (_note_step(plan, author), _time_step(plan), _status_step(request, plan)) if step is not None
    ]
    return PreviewOut(
        ticket_id=ticket.id,
        ticket_ref=ticket_ref(connection.provider, ticket.number),
        ticket_url=provider.ticket_url(ticket.id),
        ticket_updated_at=ticket.updated_at,
        status=Named(id=ticket.status.id, name=ticket.status.name) if ticket.status else None,
        target_status=Named(id=plan.status.id, name=plan.status.name) if plan.status else None,
        steps=steps,
        rendered=plan.text or "",
        length=len(plan.text or ""),
        proposed_minutes=None,
        masked=[],
        marks=[],
        revision=survey.revision.token(),
        conflicts=[
            Conflict(field=item.field, then=item.then, now=item.now, by=item.by)
            for item in survey.changes_since(request.revision)
        ],
        blockers=_blockers(plan, survey, subject),
    )


def field_changes(fields: tuple[StoredField, ...]) -> list[FieldChange]:
    return [FieldChange.model_validate({"field": item.field, "from": item.before, "to": item.to}) for item in fields]


def _note_step(plan: Plan, author: Author) -> PreviewStep | None:
    if plan.text is None:
        return None
    emails = note_emails(plan)
    who = "The customer can see this note." if plan.visibility == "customer" else "Only your team can see this note."
    by = (
        f"Written as {author.mapping.member_name}."
        if author.mapping
        else "You are not matched to a member, so it is written as the API member."
    )
    return PreviewStep(
        step="note",
        fields=field_changes(plan.note_fields),
        visibility=plan.visibility,
        emails=emails,
        why=f"{who} {by} {_EMAIL_WORDS[emails]}",
        skip_reason=None,
    )


def _time_step(plan: Plan) -> PreviewStep | None:
    if plan.time is None:
        reason = plan.time_reason
        return (
            None
            if reason is None
            else PreviewStep(
                step="time", fields=[], visibility=None, emails="none", why=_SKIP_WORDS[reason], skip_reason=reason
            )
        )
    source = "measured in this session" if plan.time.measured else "as entered"
    why = f"{plan.time.minutes} minutes are booked ({source}, rounded by the account's rule). {_EMAIL_WORDS['none']}"
    return PreviewStep(
        step="time",
        fields=field_changes(plan.time_fields),
        visibility="internal",
        emails="none",
        why=why,
        skip_reason=None,
    )


def _status_step(request: WriteRequest, plan: Plan) -> PreviewStep | None:
    if request.status == "none":
        return None
    if plan.status is None or not plan.status_fields:
        reason = plan.status_reason or "no_target_status"
        return PreviewStep(
            step="status", fields=[], visibility=None, emails="none", why=_SKIP_WORDS[reason], skip_reason=reason
        )
    emails = status_emails(plan)
    moved = f"The ticket moves to {plan.status.name}, then it is read again and compared."
    return PreviewStep(
        step="status",
        fields=field_changes(plan.status_fields),
        visibility=None,
        emails=emails,
        why=f"{moved} {_EMAIL_WORDS[emails]}",
        skip_reason=None,
    )


def _blockers(plan: Plan, survey: Survey, subject: Subject) -> list[Blocker]:
    found: list[Blocker] = []
    if survey.ticket.merged_into is not None:
        message = f"The ticket was merged into #{survey.ticket.merged_into}. Notes belong there."
        found.append(Blocker(code="ticket_merged", message=message, details={"merged_into": survey.ticket.merged_into}))
    leaks = survey.leaks(plan.outgoing)
    if leaks:
        names = ", ".join(dict.fromkeys(leak.words for leak in leaks))
        details = {
            "found": [{"kind": leak.kind, "text": leak.found, "company": leak.company} for leak in leaks],
            "may_acknowledge": subject.at_least("admin"),
        }
        found.append(
            Blocker(code="leak_suspected", message=f"The note names another client: {names}.", details=details)
        )
    return found
