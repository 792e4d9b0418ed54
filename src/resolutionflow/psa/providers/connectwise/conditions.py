"""The filter language of ConnectWise, built so that no text a person typed can become grammar."""

from __future__ import annotations

import re
from collections.abc import Sequence

from resolutionflow.psa.providers.contract import TicketFilter
from resolutionflow.psa.providers.errors import InvalidFilter

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\"\\]")
_LOGIN = re.compile(r"[A-Za-z0-9_.@-]{1,64}\Z")
_DIGITS = re.compile(r"[0-9]{1,9}\Z")
_NUMBER = re.compile(r"(?:CW\s*)?#?\s*([0-9]{1,9})\Z", re.IGNORECASE)
_TEXT_FIELDS = ("summary", "company/name", "contact/name")
MAX_WORDS = 8


def quoted(text: str) -> str:
    """A string literal. Double quotes, backslashes and control characters become a space; apostrophes stay."""
    return f'"{" ".join(_UNSAFE.sub(" ", text).split())}"'


def number(text: str) -> str:
    """An id as the PSA writes it. Raises `InvalidFilter` for anything but digits."""
    if not text.isascii() or not _DIGITS.match(text):
        raise InvalidFilter
    return str(int(text))


def login(text: str) -> str:
    """A member's login as a literal. Raises `InvalidFilter` when it holds anything unusual."""
    if not _LOGIN.match(text):
        raise InvalidFilter
    return f'"{text}"'


def one_of(field: str, ids: Sequence[str]) -> str:
    """`field in (1,2)`."""
    return f"{field} in ({','.join(number(id_) for id_ in ids)})"


def join_all(parts: Sequence[str]) -> str:
    return " and ".join(part for part in parts if part)


def searched_number(query: str) -> str | None:
    """The ticket number a query names (`48291`, `#48291`, `CW #48291`), else None."""
    found = _NUMBER.match(query.strip()) if query.isascii() else None
    return str(int(found.group(1))) if found else None


def words_condition(query: str, fields: Sequence[str] = _TEXT_FIELDS) -> str:
    """Every word of the query in at least one of the fields; empty when nothing searchable is left."""
    words = [word for word in _UNSAFE.sub(" ", query).split() if word][:MAX_WORDS]
    parts = [f"({' or '.join(f'{field} contains {quoted(word)}' for field in fields)})" for word in words]
    return join_all(parts)


def ticket_conditions(filter_: TicketFilter, *, before_id: str | None = None) -> str:
    """Everything of the filter except the query."""
    parts: list[str] = []
    if filter_.closed != "all":
        parts.append(f"closedFlag = {'true' if filter_.closed == 'closed' else 'false'}")
    if filter_.assignment == "unassigned":
        parts.append("owner = null and resources = null")
    if filter_.assignment == "member" and filter_.member is not None:
        own = f"owner/id = {number(filter_.member.id)}"
        # Without the right to the member table the login is unknown; tickets one only helps on are then missed.
        identifier = filter_.member.identifier
        parts.append(f"({own} or resources contains {login(identifier)})" if identifier else own)
    if filter_.board_ids:
        parts.append(one_of("board/id", filter_.board_ids))
    if filter_.status_id:
        parts.append(f"status/id = {number(filter_.status_id)}")
    if filter_.status_name:
        parts.append(f"status/name = {quoted(filter_.status_name)}")
    if filter_.priority_ids:
        parts.append(one_of("priority/id", filter_.priority_ids))
    if filter_.company_id:
        parts.append(f"company/id = {number(filter_.company_id)}")
    if filter_.contact_id:
        parts.append(f"contact/id = {number(filter_.contact_id)}")
    if filter_.configuration_id:
        parts.append(f"configuration/id = {number(filter_.configuration_id)}")
    if before_id is not None:
        parts.append(f"id < {number(before_id)}")
    return join_all(parts)
