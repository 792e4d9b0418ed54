"""What must hold for any demo world: unique ids, existing references, limits of the vendors, invented addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable

from resolutionflow.demo.world.errors import WorldError
from resolutionflow.demo.world.model import Company, Ticket, World

_SUMMARY_LIMIT = 100
_LOGIN_LIMIT = 15


def validate(world: World) -> None:
    """Raises one `WorldError` that lists everything wrong."""
    problems = [*_identity(world), *_people(world), *_companies(world)]
    for ticket in world.tickets:
        problems += [f"ticket {ticket.id}: {text}" for text in _ticket(world, ticket)]
    if problems:
        raise WorldError("\n".join(problems))


def _identity(world: World) -> Iterable[str]:
    statuses = [status.id for board in world.boards for status in board.statuses]
    yield from _repeated("ticket", (ticket.id for ticket in world.tickets))
    yield from _repeated("note", (note.id for ticket in world.tickets for note in ticket.notes))
    yield from _repeated("member", (member.id for member in world.members))
    yield from _repeated("login", (member.login for member in world.members))
    yield from _repeated("company", (company.id for company in world.companies))
    yield from _repeated("company key", (company.key for company in world.companies))
    yield from _repeated("board", (board.id for board in world.boards))
    yield from _repeated("status", statuses)
    yield from _repeated("priority", (priority.id for priority in world.priorities))
    yield from _repeated("site", (site.id for company in world.companies for site in company.sites))
    records = [c.id for company in world.companies for c in company.contacts]
    devices = [c.id for company in world.companies for c in company.configurations]
    yield from _repeated("contact or configuration", [*records, *devices])
    for company in world.companies:
        yield from _repeated(f"contact of {company.key}", (contact.key for contact in company.contacts))
        yield from _repeated(
            f"configuration of {company.key}",
            (item.key for item in company.configurations),
        )


def _repeated(what: str, values: Iterable[Hashable]) -> list[str]:
    return [f"{what} {value!r} occurs {count} times" for value, count in Counter(values).items() if count > 1]


def _people(world: World) -> Iterable[str]:
    for member in world.members:
        if len(member.login) > _LOGIN_LIMIT:
            yield f"login {member.login!r} is longer than {_LOGIN_LIMIT}"
    for user in world.demo_users:
        member = world.members_by_login.get(user.member_login)
        if member is None or member.email != user.email:
            yield f"demo user {user.name} has no member with the same e-mail"
        elif sum(other.email == user.email for other in world.members) > 1:
            yield f"demo user {user.name} shares an e-mail with another member"


def _companies(world: World) -> Iterable[str]:
    for company in world.companies:
        if not company.domain.endswith(".example"):
            yield f"{company.key}: the domain must end in .example"
        if not company.sites:
            yield f"{company.key}: no site"
        yield from (
            f"{company.key}: {c.name} has a foreign e-mail"
            for c in company.contacts
            if not c.email.endswith(".example")
        )


def _ticket(world: World, ticket: Ticket) -> Iterable[str]:
    if not 1 <= len(ticket.summary) <= _SUMMARY_LIMIT:
        yield f"summary must have 1 to {_SUMMARY_LIMIT} characters"
    if ticket.owner_id is not None and ticket.owner_id in ticket.assignee_ids:
        yield "the owner is also an additional assignee"
    if ticket.owner_id is None and ticket.assignee_ids:
        yield "additional assignees without an owner"
    if ticket.merged_into is not None and ticket.merged_into not in world.tickets_by_id:
        yield f"merged into {ticket.merged_into}, which does not exist"
    if ticket.type not in world.boards_by_id[ticket.board_id].types:
        yield f"type {ticket.type!r} is not one of its board"
    yield from _times(world, ticket)
    yield from _belongings(world.companies_by_id[ticket.company_id], ticket)


def _times(world: World, ticket: Ticket) -> Iterable[str]:
    moments = [ticket.opened_at, *(note.created_at for note in ticket.notes)]
    if moments != sorted(moments):
        yield "times run backwards"
    if moments[-1] > world.loaded_at:
        yield "a note lies in the future"


def _belongings(company: Company, ticket: Ticket) -> Iterable[str]:
    devices = {item.id for item in company.configurations}
    if ticket.contact_id is not None and ticket.contact_id not in {contact.id for contact in company.contacts}:
        yield "the contact belongs to another company"
    if not set(ticket.configuration_ids) <= devices:
        yield "a configuration belongs to another company"
