"""Which right of the PSA's security roles a call needs, in the vendor's own words."""

from __future__ import annotations

import re

_RIGHTS: tuple[tuple[str, str], ...] = (
    (r"^/service/tickets/\d+/(all)?notes", "Service Desk: Service Tickets"),
    (r"^/service/tickets/\d+/configurations", "Companies: Configurations"),
    (r"^/service/tickets", "Service Desk: Service Tickets"),
    (r"^/service/(boards|priorities)", "System: Table Setup"),
    (r"^/schedule", "Service Desk: Resource Scheduling"),
    (r"^/company/companies", "Companies: Company Maintenance"),
    (r"^/company/contacts", "Companies: Contacts"),
    (r"^/company/configurations", "Companies: Configurations"),
    (r"^/system/(members|info/members)", "System: Member Maintenance"),
    (r"^/system/documents", "Service Desk: Service Tickets"),
    (r"^/time", "Time & Expense: Time Entry"),
)
_VERB = {"GET": "inquire", "POST": "add", "PATCH": "edit", "DELETE": "delete"}
_PERMISSION_WORDS = re.compile(
    r"insufficient permission|permission denied|not authori[sz]ed|security role"
    r"|not have (the )?(required |necessary |sufficient )?(permission|access|rights)",
    re.IGNORECASE,
)


def needed_right(method: str, path: str) -> str:
    """For example `Service Desk: Service Tickets (edit)`."""
    name = next((right for pattern, right in _RIGHTS if re.search(pattern, path)), "API access")
    return f"{name} ({_VERB.get(method, 'inquire')})"


def speaks_of_permission(words: str) -> bool:
    """Whether a refusal under another code is really about a missing right."""
    return bool(_PERMISSION_WORDS.search(words))
