"""Which member of the PSA a user is: matched by e-mail, or set by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from resolutionflow.accounts.models import User
from resolutionflow.audit.service import Act, record, record_system
from resolutionflow.auth.subject import Subject
from resolutionflow.kit.ids import new_id
from resolutionflow.psa import lookups, repository
from resolutionflow.psa.access import open_provider
from resolutionflow.psa.models import PsaMemberMapping
from resolutionflow.psa.providers.contract import Member
from resolutionflow.psa.repository import Connection
from resolutionflow.services import Services


@dataclass(frozen=True, slots=True)
class Matched:
    """How many users were matched, found no member, or could be several."""

    matched: int
    unmatched: int
    ambiguous: int


async def auto_match(services: Services, connection: Connection, subject: Subject | None = None) -> Matched:
    """Match unmapped active users to members by equal e-mail. A mail of two members, inactive and API members never match."""
    async with open_provider(services, connection) as provider:
        members = await lookups.load_members(services.db, connection, provider, refresh=True)
    async with services.db.transaction(connection.account_id) as session:
        users = (
            await session.execute(select(User.id, User.email).where(User.is_active, User.deleted_at.is_(None)))
        ).all()
        known = await repository.mappings(session, connection.id)
        mapped = {mapping.user_id for mapping in known}
        taken = {mapping.member_id for mapping in known}
        open_users = {user_id: email for user_id, email in users if user_id not in mapped}
        pairs, ambiguous = match_by_email(open_users, members, taken)
        for user_id, member in pairs.items():
            await session.execute(
                insert(PsaMemberMapping)
                .values(
                    id=new_id(),
                    account_id=connection.account_id,
                    connection_id=connection.id,
                    user_id=user_id,
                    member_id=member.id,
                    member_name=member.name,
                    matched_by="email",
                )
                .on_conflict_do_nothing()
            )
        repository.log_activity(
            session,
            connection.account_id,
            "members_matched",
            connection_id=connection.id,
            actor_id=subject.user_id if subject else None,
            detail={"matched": len(pairs)},
        )
        told = {str(user_id): [None, member.id] for user_id, member in pairs.items()}
        act = Act("psa.members_matched", "psa_connection", connection.id, told)
        if subject is not None:
            record(session, services.settings, subject, act)
        else:
            record_system(session, services.settings, connection.account_id, act)
    return Matched(len(pairs), len(open_users) - len(pairs) - ambiguous, ambiguous)


def match_by_email(
    users: dict[UUID, str], members: Sequence[Member], taken: set[str]
) -> tuple[dict[UUID, Member], int]:
    """Users to members by e-mail, case ignored, and how many users had several candidates."""
    usable = [member for member in members if member.active and not member.api_only]
    by_mail: dict[str, list[Member]] = {}
    for member in usable:
        for mail in set(member.emails):
            by_mail.setdefault(mail.casefold(), []).append(member)
    shared = Counter(email.casefold() for email in users.values())
    pairs: dict[UUID, Member] = {}
    ambiguous = 0
    for user_id, email in users.items():
        found = by_mail.get(email.casefold(), [])
        if len(found) > 1 or (found and shared[email.casefold()] > 1):
            ambiguous += 1
        elif found and found[0].id not in taken and found[0].id not in {member.id for member in pairs.values()}:
            pairs[user_id] = found[0]
    return pairs, ambiguous
