"""The ticket list: what is asked of the PSA, what is compared here, and paging that neither repeats nor loses a ticket.

The PSA ignores a parameter it does not know, so every filter it is given is compared here again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from resolutionflow.psa.providers.contract import Page, TicketFilter, TicketSummary
from resolutionflow.psa.providers.errors import InvalidFilter
from resolutionflow.psa.providers.halopsa import wire
from resolutionflow.psa.providers.halopsa.http import PAGE_SIZE, HaloHttp
from resolutionflow.psa.providers.halopsa.wire import Json, Names

PAGES_PER_SEARCH = 5
_NEWEST_FIRST = {"order": "id", "orderdesc": "true"}
_DIGITS = re.compile(r"[0-9]{1,9}\Z")
_NUMBER = re.compile(r"(?:HALO\s*)?#?\s*([0-9]{1,9})\Z", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CURSOR = re.compile(r"([0-9]{1,6})\.([0-9]{1,3})\.([0-9]{1,9})\Z")


def number(text: str) -> str:
    """An id as the PSA writes it. Raises `InvalidFilter` for anything but digits."""
    if not text.isascii() or not _DIGITS.match(text):
        raise InvalidFilter
    return str(int(text))


def searched_number(query: str) -> str | None:
    """The ticket number a query names (`2041`, `#2041`, `HALO #2041`), else None."""
    found = _NUMBER.match(query.strip()) if query.isascii() else None
    return str(int(found.group(1))) if found else None


def words_of(query: str) -> str:
    """The text to search for, without what no text holds."""
    return " ".join(_CONTROL.sub(" ", query).split())


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a list goes on: the page that showed the last ticket, its size, and that ticket."""

    page: int
    size: int
    last: int

    def text(self) -> str:
        return f"{self.page}.{self.size}.{self.last}"

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Raises `InvalidFilter`."""
        found = _CURSOR.match(text) if text.isascii() else None
        if found is None:
            raise InvalidFilter
        page, size, last = (int(part) for part in found.groups())
        if page < 1 or not 1 <= size <= PAGE_SIZE:
            raise InvalidFilter
        return cls(page, size, last)


@dataclass(frozen=True, slots=True)
class Question:
    """A filter as it is asked: `params` for the PSA, the rest is compared here. `narrow`: the PSA cannot narrow all of it."""

    filter: TicketFilter
    names: Names
    params: dict[str, str] = field(default_factory=dict[str, str])
    status_ids: frozenset[str] | None = None
    narrow: bool = False

    def fits(self, ticket: TicketSummary) -> bool:
        wanted = self.filter
        if wanted.closed != "all" and ticket.closed != (wanted.closed == "closed"):
            return False
        if wanted.assignment == "unassigned" and ticket.owner is not None:
            return False
        if wanted.assignment == "member" and wanted.member is not None and _id(ticket.owner) != wanted.member.id:
            return False
        pairs = (
            (wanted.board_ids, _id(ticket.board)),
            (wanted.priority_ids, _id(ticket.priority)),
            ((wanted.company_id,) if wanted.company_id else (), _id(ticket.company)),
            ((wanted.contact_id,) if wanted.contact_id else (), _id(ticket.contact)),
        )
        if any(allowed and found not in allowed for allowed, found in pairs):
            return False
        return self.status_ids is None or (ticket.status is not None and ticket.status.id in self.status_ids)


def _id(record: object) -> str:
    return str(getattr(record, "id", ""))


def question(filter_: TicketFilter, names: Names, *, nobody: str | None, client_id: str | None) -> Question:
    """`nobody` is the agent that stands for none; `client_id` the company looked for, or that of the contact."""
    params = dict(_NEWEST_FIRST)
    narrow = bool(filter_.contact_id)
    if filter_.closed != "all":
        params["open_only" if filter_.closed == "open" else "closed_only"] = "true"
    if filter_.assignment == "member" and filter_.member is not None:
        params["agent_id"] = number(filter_.member.id)
    if filter_.assignment == "unassigned":
        narrow = narrow or nobody is None
        params |= {"agent_id": nobody} if nobody is not None else {}
    if client_id:
        params["client_id"] = number(client_id)
    for name, ids in (("requesttype_id", filter_.board_ids), ("priority", filter_.priority_ids)):
        known = [number(id_) for id_ in ids]
        params |= {name: known[0]} if len(known) == 1 else {}
        narrow = narrow or len(known) > 1
    status_ids = _statuses(filter_, names)
    if status_ids is not None and len(status_ids) == 1:
        params["status_id"] = min(status_ids)
    narrow = narrow or (status_ids is not None and len(status_ids) > 1)
    return Question(filter_, names, params, status_ids, narrow)


def _statuses(filter_: TicketFilter, names: Names) -> frozenset[str] | None:
    """The statuses looked for; None for all. A name stands for all statuses that bear it."""
    if filter_.status_id:
        return frozenset({number(filter_.status_id)})
    if filter_.status_name:
        wanted = filter_.status_name.casefold()
        return frozenset(id_ for id_, name in names.statuses.items() if name.casefold() == wanted)
    return None


class Search:
    """One list being read."""

    def __init__(self, http: HaloHttp, asked: Question, *, limit: int) -> None:
        self._http = http
        self._asked = asked
        self._limit = limit
        self._found: list[TicketSummary] = []

    async def run(self, cursor: Cursor | None, *, pages: int = PAGES_PER_SEARCH) -> Page[TicketSummary]:
        if self._asked.status_ids is not None and not self._asked.status_ids:
            return Page(())
        size = cursor.size if cursor else PAGE_SIZE if self._asked.narrow else min(self._limit, PAGE_SIZE)
        page, last, total_before = (cursor.page, cursor.last, None) if cursor else (1, None, None)
        joined = last is None
        for _ in range(pages):
            rows, total = await self._http.page("/Tickets", "tickets", self._asked.params, size=size, number=page)
            rows.sort(key=_number_of, reverse=True)
            fewer = total is not None and total_before is not None and total < total_before
            joined = (joined and not fewer) or page == 1 or last is None or any(_number_of(row) >= last for row in rows)
            total_before = total
            if not joined:
                # Tickets left the list since: what follows the last one seen may have moved to the page before.
                page -= 1
                continue
            for row in rows:
                if last is not None and _number_of(row) >= last:
                    continue
                last = _number_of(row)
                self._take(row)
                if len(self._found) == self._limit:
                    more = row is not rows[-1] or not _is_end(rows, total, page, size)
                    return Page(tuple(self._found), Cursor(page, size, last).text() if more else None)
            if _is_end(rows, total, page, size):
                return Page(tuple(self._found))
            page += 1
        return Page(tuple(self._found), Cursor(max(page - 1, 1), size, last or 0).text(), truncated=True)

    def _take(self, row: Json) -> None:
        ticket = wire.ticket_summary(row, self._asked.names)
        if self._asked.fits(ticket):
            self._found.append(ticket)


def _number_of(row: Json) -> int:
    text = wire.id_of(row)
    return int(text) if text.isdigit() else 0


def _is_end(rows: list[Json], total: int | None, page: int, size: int) -> bool:
    """An empty page, the count reached, or more rows than asked for: then the PSA did not page at all."""
    return not rows or (total is not None and page * size >= total) or len(rows) > size
