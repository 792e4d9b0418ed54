"""Making a connection in code (demo workspace, tests) and matching people by e-mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from resolutionflow.accounts.models import User
from resolutionflow.kit.clock import now
from resolutionflow.kit.http import GuardedClient
from resolutionflow.kit.ids import new_id
from resolutionflow.psa import lookups, repository, vault
from resolutionflow.psa.access import http_options, open_provider
from resolutionflow.psa.cache import BareShelf
from resolutionflow.psa.models import PsaConnection, PsaMemberMapping
from resolutionflow.psa.providers.contract import Bases, Check, Member, ProviderName
from resolutionflow.psa.providers.registry import VENDORS
from resolutionflow.psa.providers.vendor import Opening, Vendor
from resolutionflow.psa.repository import Connection
from resolutionflow.services import Services


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a person types in for a vendor: fields by name, the secret ones apart."""

    provider: ProviderName
    config: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)


class ConnectionTestFailed(Exception):
    """The connection cannot sign in or read tickets. Nothing was stored."""

    def __init__(self, checks: Sequence[Check]) -> None:
        super().__init__("; ".join(f"{check.check}: {check.detail}" for check in checks if not check.ok))
        self.checks = tuple(checks)


@dataclass(frozen=True, slots=True)
class Matched:
    """How many users were matched, found no member, or could be several."""

    matched: int
    unmatched: int
    ambiguous: int


async def create_connection(services: Services, account_id: UUID, *, name: str, sign_in: SignIn) -> Connection:
    """Test the sign-in, then store the connection as the account's active one.

    Raises `ConnectionTestFailed`, or a provider's error. A missing permission does not stop it. Another active connection is switched off.
    """
    vendor = VENDORS[sign_in.provider]
    config, secrets = checked_sign_in(vendor, sign_in)
    async with GuardedClient(http_options(services.settings)) as client:
        provider = await vendor.open(Opening(client, config, secrets, None, BareShelf(), _stays))
        checks = await provider.check()
        bases = provider.bases
    if any(not check.ok and check.permission is None for check in checks):
        raise ConnectionTestFailed(checks)
    connection_id = new_id()
    missing = [check.permission for check in checks if check.permission]
    async with services.db.transaction(account_id) as session:
        for old in (await session.execute(select(PsaConnection).where(PsaConnection.is_active))).scalars():
            old.is_active = False
        await session.flush()
        session.add(
            PsaConnection(
                id=connection_id,
                account_id=account_id,
                provider=vendor.name,
                name=name,
                config=config,
                secrets=vault.seal(services.settings, account_id, connection_id, secrets),
                api_base=bases.api,
                web_base=bases.web,
                status="permission_missing" if missing else "ok",
                status_detail=", ".join(missing)[:500] or None,
                capabilities={check.check: check.ok for check in checks},
                last_ok_at=now(),
            )
        )
        await session.flush()
        repository.log_activity(
            session,
            account_id,
            "connection_created",
            connection_id=connection_id,
            detail={"provider": vendor.name},
        )
        found = await repository.connection_by_id(session, connection_id)
    assert found is not None
    return found


def checked_sign_in(vendor: Vendor, sign_in: SignIn) -> tuple[dict[str, str], dict[str, str]]:
    """The fields as the vendor wants them. Raises `ConnectionTestFailed` naming each field that cannot be right."""
    try:
        config = vendor.config.model_validate(dict(sign_in.config))
        secrets = vendor.secrets.model_validate(dict(sign_in.secrets))
    except ValidationError as error:
        wrong = [(str(item["loc"][0]) if item["loc"] else "sign_in", item["msg"]) for item in error.errors()]
        raise ConnectionTestFailed([Check(name, ok=False, detail=words) for name, words in wrong]) from None
    return config.model_dump(), secrets.model_dump()


async def _stays(bases: Bases) -> None:
    """A connection that is being made has no stored address to move."""


async def auto_match(services: Services, connection: Connection) -> Matched:
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
            detail={"matched": len(pairs)},
        )
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
