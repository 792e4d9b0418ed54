"""What an Autotask answer that is not a success means. The service says 500 for almost everything: its words decide."""

from __future__ import annotations

import re
from typing import Any, cast

from resolutionflow.kit.http import Answer
from resolutionflow.psa.providers.errors import (
    PsaAuth,
    PsaError,
    PsaNotFound,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaRejected,
    PsaUnavailable,
    PsaUnknownResult,
)

_PERMISSION = re.compile(
    r"adequate permission|not have (the )?(required |necessary |sufficient )?(permission|access|rights)"
    r"|permission denied|not authori[sz]ed|insufficient permission|not allowed to impersonate|impersonat",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"no matching records|not found|does not exist|could not be found|no longer exists", re.IGNORECASE
)
_NO_ROLE_ROW = re.compile(r"there is no row at position", re.IGNORECASE)
_VIOLATION = re.compile(
    r"data violation|must have a|must assign|is required|required field|is not a valid|invalid (value|field|picklist|reference)"
    r"|exceeds? the maximum|maximum length|cannot be (null|empty|blank|changed|modified|set)|read.?only|duplicate",
    re.IGNORECASE,
)
_THREADS = re.compile(r"thread threshold", re.IGNORECASE)

_RIGHTS: tuple[tuple[str, str], ...] = (
    (r"^(TicketNotes|Tickets/\d+/Notes)", "Service Desk: Ticket notes"),
    (r"^(TicketSecondaryResources|Tickets/\d+/SecondaryResources)", "Service Desk: Tickets"),
    (r"^(TicketAttachments|Tickets/\d+/Attachments)", "Service Desk: Ticket attachments"),
    (r"^(TicketAdditionalConfigurationItems|Tickets/\d+/AdditionalConfigurationItems)", "Service Desk: Tickets"),
    (r"^(TicketWebhook|TicketNoteWebhook)", "Webhooks"),
    (r"^Tickets", "Service Desk: Tickets"),
    (r"^TimeEntries", "Service Desk: Time entries"),
    (r"^(Resources|ResourceServiceDeskRoles|Roles)", "Admin: Resources"),
    (r"^(Companies|CompanyLocations)", "CRM: Organizations"),
    (r"^Contacts", "CRM: Contacts"),
    (r"^ConfigurationItems", "CRM: Configuration items"),
    (r"^BillingCodes", "Admin: Billing codes"),
)


def needed_right(path: str, verb: str) -> str:
    """For example `Service Desk: Tickets (edit)`: the section of the security level and what it must allow."""
    name = next((right for pattern, right in _RIGHTS if re.search(pattern, path)), "API access")
    return f"{name} ({verb})"


def verb_of(method: str, *, write: bool) -> str:
    return {"POST": "add", "PATCH": "edit", "DELETE": "delete"}.get(method, "view") if write else "view"


def words_of(answer: Answer) -> str:
    """The vendor's own words, empty for HTML and other surprises."""
    try:
        data = answer.json()
    except ValueError:
        return ""
    errors = cast("dict[str, Any]", data).get("errors") if isinstance(data, dict) else None
    texts = cast("list[Any]", errors) if isinstance(errors, list) else []
    return " ".join(text.strip() for text in texts if isinstance(text, str) and text.strip())


def is_thread_limit(answer: Answer) -> bool:
    """Too many at once on one kind of record: over in a moment."""
    return answer.status == 429 and bool(_THREADS.search(words_of(answer)))


def refusal(answer: Answer, path: str, verb: str, *, write: bool) -> PsaError:
    """The error for an answer that is not a success."""
    plain: dict[int, PsaError] = {
        401: PsaAuth(),
        403: PsaPermission(needed_right(path, verb)),
        404: PsaNotFound(),
        429: PsaRateLimited(answer.retry_after),
    }
    if answer.status in plain:
        return plain[answer.status]
    words = words_of(answer)
    said = _by_words(words, path, verb) if 400 <= answer.status <= 500 else None
    if said is not None:
        return said
    if 400 <= answer.status < 500:
        return PsaRejected(words or f"The PSA answered {answer.status}.")
    if write:
        # An error of the server or of a proxy before it does not prove that the record was not written.
        return PsaUnknownResult()
    return PsaUnavailable() if answer.status >= 500 else PsaProtocol()


def _by_words(words: str, path: str, verb: str) -> PsaError | None:
    if _PERMISSION.search(words):
        return PsaPermission(needed_right(path, verb))
    if _NO_ROLE_ROW.search(words):
        return PsaRejected("The person does not hold this role in Autotask. Give them a service desk role there.")
    if _VIOLATION.search(words):
        return PsaRejected(words)
    if _MISSING.search(words):
        return PsaNotFound()
    return None
