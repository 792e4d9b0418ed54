"""Finding tickets in a service that cannot order: few fields of many rows, sorted here, newest first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from resolutionflow.kit.clock import now
from resolutionflow.psa.providers.autotask import filters as f
from resolutionflow.psa.providers.autotask import wire
from resolutionflow.psa.providers.autotask.filters import Clause, Condition, Op
from resolutionflow.psa.providers.autotask.http import PAGE_SIZE
from resolutionflow.psa.providers.autotask.records import Records, full_name
from resolutionflow.psa.providers.contract import About, Page, TicketFilter, TicketSummary
from resolutionflow.psa.providers.errors import PsaPermission

Json = dict[str, Any]

PAGES_PER_SEARCH = 4
# A word this short is in most names: only titles are searched for it.
SHORTEST_NAME_WORD = 3
# How far back to look, in days, when there are more tickets than can be read.
WINDOWS = (7, 30, 120, 500)
LIST_FIELDS = (
    "id",
    "ticketNumber",
    "title",
    "queueID",
    "status",
    "priority",
    "companyID",
    "contactID",
    "assignedResourceID",
    "createDate",
    "lastActivityDate",
    # Not shown: compared with what was asked for.
    "configurationItemID",
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The conditions of a search. `short`: they cannot name everything that matches. `nothing`: nothing can match."""

    conditions: tuple[Condition, ...]
    short: bool = False
    nothing: bool = False


async def search(records: Records, filter_: TicketFilter, *, limit: int, cursor: str | None) -> Page[TicketSummary]:
    """Newest id first. The cursor is the last id seen."""
    narrowed = await _narrow(records, filter_)
    if narrowed.nothing:
        return Page(())
    exact = f.exact_ticket(filter_.query)
    if exact is not None and cursor is None:
        found, _ = await _newest(records, (*narrowed.conditions, exact))
        if found:
            return await _shown(records, found, 1, truncated=False)
    words = f.words_of(filter_.query)
    if filter_.query.strip() and not words:
        return Page(())
    texts = await _texts(records, words)
    conditions = [*narrowed.conditions, *texts.conditions]
    if cursor is not None:
        conditions.append(Clause(Op.LT, "id", f.number(cursor)))
    rows, cut = await _newest(records, conditions, enough=limit)
    return await _shown(records, rows, limit, truncated=cut or narrowed.short or texts.short)


async def related(records: Records, about: About, *, since: datetime, limit: int) -> tuple[TicketSummary, ...]:
    """Active since then, by the same contact or with one of the devices, as the ticket's own or beside it.

    The client's tickets are read whole, so that a device beside another one is found without a further request; only where there are more
    than fit on a page, each kind is asked for.
    """
    devices = [f.number(ref.id) for ref in about.configurations]
    contact = f.number(about.contact_id) if about.contact_id else None
    if contact is None and not devices:
        return ()
    recent = Clause(Op.GTE, "lastActivityDate", since.strftime("%Y-%m-%dT%H:%M:%SZ"))
    same = [f.is_("contactID", contact)] if contact is not None else []
    same += [f.one_of("configurationItemID", devices)] if devices else []
    of_client = [recent, f.is_("companyID", f.number(about.company_id or "0"))]
    everything, beside = await asyncio.gather(
        records.query("Tickets", of_client, LIST_FIELDS), _with_device_beside(records, devices)
    )
    same.append(f.one_of("id", sorted(beside, reverse=True)))
    rows = [row for row in everything.items if f.any_of(*same).holds(row)]
    if everything.more:
        rows, _ = await _newest(records, [recent, f.any_of(*same)], enough=limit)
    rows.sort(key=wire.record_id, reverse=True)
    tickets, names = await asyncio.gather(records.entity("Tickets"), records.names([]))
    summaries = (wire.ticket_summary(row, tickets, names) for row in rows[: 2 * limit])
    return tuple(replace(item, company=None, contact=None) for item in summaries)


async def _with_device_beside(records: Records, devices: Sequence[int]) -> set[int]:
    """Tickets that have one of the devices beside their own one."""
    if not devices:
        return set()
    try:
        rows = await records.query(
            "TicketAdditionalConfigurationItems",
            [f.one_of("configurationItemID", devices)],
            ("id", "ticketID", "configurationItemID"),
        )
    except PsaPermission:
        return set()
    return {wire.record_id(row, "ticketID") for row in rows.items}


async def _shown(records: Records, rows: list[Json], limit: int, *, truncated: bool) -> Page[TicketSummary]:
    rows = sorted(rows, key=wire.record_id, reverse=True)
    kept = rows[:limit]
    tickets, names = await asyncio.gather(records.entity("Tickets"), records.names(kept))
    items = tuple(wire.ticket_summary(row, tickets, names) for row in kept)
    return Page(items, items[-1].id if items and len(rows) > limit else None, truncated=truncated)


async def _newest(records: Records, conditions: Sequence[Condition], *, enough: int = 1) -> tuple[list[Json], bool]:
    """Matching rows with at least the `enough` newest among them, and whether older ones may be missing.

    Rows come lowest id first. When the first page is not all, the newest are found by looking back a week, a month and so on.
    """
    first = await records.query("Tickets", conditions, LIST_FIELDS)
    if not first.more:
        return first.items, False
    left = PAGES_PER_SEARCH - 1
    for days in WINDOWS:
        floor = await _first_id_since(records, days)
        if left == 0:
            break
        window = [*conditions, Clause(Op.GTE, "id", floor)]
        found = await records.query("Tickets", window, LIST_FIELDS, pages=left)
        if found.more:
            # Even this window holds more than may be read: what was read of it are its oldest rows.
            return found.items, True
        left -= 1 + len(found.items) // PAGE_SIZE
        if len(found.items) > enough:
            return found.items, False
        if days == WINDOWS[-1] or left <= 0:
            return found.items or first.items, True
    return first.items, True


async def _first_id_since(records: Records, days: int) -> int:
    """The lowest ticket id of the last days: ids are given out in order."""

    async def ask() -> int:
        since = (now() - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows = (await records.query("Tickets", [Clause(Op.GTE, "createDate", since)], ("id",), most=1)).items
        return wire.record_id(rows[0]) if rows else 0

    return int(await records.shelf.keep("types", f"first ticket {days}", ask))


async def _narrow(records: Records, filter_: TicketFilter) -> _Wanted:
    """Everything of the filter except the query."""
    parts: list[Condition] = []
    short = False
    if filter_.closed != "all":
        parts.append(Clause(Op.EQ if filter_.closed == "closed" else Op.NOT_EQ, "status", wire.COMPLETE))
    if filter_.assignment == "unassigned":
        parts.append(Clause(Op.NOT_EXIST, "assignedResourceID"))
    if filter_.assignment == "member" and filter_.member is not None:
        condition, short = await _of_member(records, f.number(filter_.member.id))
        parts.append(condition)
    if filter_.board_ids:
        parts.append(_in_queues([f.number(id_) for id_ in filter_.board_ids]))
    if filter_.status_id:
        parts.append(f.is_("status", f.number(filter_.status_id)))
    if filter_.status_name:
        wanted = filter_.status_name.casefold()
        ids = [
            pick.value for pick in (await records.entity("Tickets")).picks("status") if pick.label.casefold() == wanted
        ]
        if not ids:
            return _Wanted((), nothing=True)
        parts.append(f.one_of("status", ids))
    if filter_.priority_ids:
        parts.append(f.one_of("priority", [f.number(id_) for id_ in filter_.priority_ids]))
    for field, value in (("companyID", filter_.company_id), ("contactID", filter_.contact_id)):
        if value:
            parts.append(f.is_(field, f.number(value)))
    if filter_.configuration_id:
        parts.append(await _with_configuration(records, f.number(filter_.configuration_id)))
    return _Wanted(tuple(parts), short)


def _in_queues(ids: list[int]) -> Condition:
    real = [id_ for id_ in ids if id_ != 0]
    parts: list[Condition] = [f.one_of("queueID", real)] if real else []
    if len(real) < len(ids):
        parts.append(Clause(Op.NOT_EXIST, "queueID"))
    return f.any_of(*parts)


async def _of_member(records: Records, member_id: int) -> tuple[Condition, bool]:
    """Tickets somebody has or helps on, and whether some of the latter may be missing."""
    own = f.is_("assignedResourceID", member_id)
    try:
        helped = await records.query(
            "TicketSecondaryResources",
            [f.is_("resourceID", member_id)],
            ("id", "ticketID", "resourceID"),
            pages=PAGES_PER_SEARCH,
        )
    except PsaPermission:
        return own, True
    ids = sorted({wire.record_id(row, "ticketID") for row in helped.items}, reverse=True)
    short = helped.more or len(ids) > f.MOST_IDS
    return (f.any_of(own, f.one_of("id", ids)) if ids else own), short


async def _with_configuration(records: Records, item_id: int) -> Condition:
    own = f.is_("configurationItemID", item_id)
    ids = sorted(await _with_device_beside(records, [item_id]), reverse=True)
    return f.any_of(own, f.one_of("id", ids)) if ids else own


async def _texts(records: Records, words: tuple[str, ...]) -> _Wanted:
    """Every word in the title, or in the name of the company or the contact."""
    long = [word for word in words if len(word) >= SHORTEST_NAME_WORD]
    companies, contacts, short = await _by_name(records, long)
    parts: list[Condition] = []
    for word in words:
        either: list[Condition] = [f.contains("title", word)]
        key = word.casefold()
        for field, names in (("companyID", companies), ("contactID", contacts)):
            ids = [number for number, name in names.items() if key in name]
            short = short or len(ids) > f.MOST_IDS
            if ids:
                either.append(f.one_of(field, sorted(ids, reverse=True)))
        parts.append(f.any_of(*either))
    return _Wanted(tuple(parts), short)


async def _by_name(records: Records, words: Sequence[str]) -> tuple[dict[int, str], dict[int, str], bool]:
    """Companies and contacts with one of the words in their name (folded), and whether there are more than were read."""
    if not words:
        return {}, {}, False
    company = f.any_of(*(f.contains("companyName", word) for word in words))
    person = f.any_of(*(f.contains(field, word) for word in words for field in ("firstName", "lastName")))
    companies, contacts = await asyncio.gather(
        _names_of(records, "Companies", company, ("id", "companyName")),
        _names_of(records, "Contacts", person, ("id", "firstName", "lastName")),
    )
    return companies[0], contacts[0], companies[1] or contacts[1]


async def _names_of(
    records: Records, entity: str, where: Condition, fields: tuple[str, ...]
) -> tuple[dict[int, str], bool]:
    try:
        found = await records.query(entity, [where], fields)
    except PsaPermission:
        return {}, True
    return {
        wire.record_id(row): (wire.text_of(row, "companyName") or full_name(row)).casefold() for row in found.items
    }, found.more
