"""The member mapping as admins set it, and settings of the connection; both are recorded (psa.md 6, 7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.models import User
from resolutionflow.audit.service import Act, record
from resolutionflow.auth.subject import Subject
from resolutionflow.errors import InvalidRequest, NotFound, VersionConflict
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.psa import health, lookups, repository
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.errors import MemberTaken, PsaNotConnected, StatusNotOnBoard, UnknownMember
from resolutionflow.psa.models import PsaMemberMapping, PsaSettings
from resolutionflow.psa.preferences import Preferences
from resolutionflow.psa.providers.contract import Member
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas import Named
from resolutionflow.psa.schemas_settings import MappingIn, MappingOut, MyMappingOut, SettingsIn, SettingsOut
from resolutionflow.services import Services


async def listed(session: AsyncSession) -> list[MappingOut]:
    """Every active user of the account, mapped or not, by name."""
    connection = await _active(session)
    statement = (
        select(User.id, User.name, User.email, User.role, PsaMemberMapping)
        .outerjoin(
            PsaMemberMapping,
            (PsaMemberMapping.user_id == User.id) & (PsaMemberMapping.connection_id == connection.id),
        )
        .where(User.is_active, User.deleted_at.is_(None))
        .order_by(User.name, User.id)
    )
    return [
        MappingOut(
            user_id=row.id,
            name=row.name,
            email=row.email,
            role=row.role,
            member=_named(row.PsaMemberMapping),
            matched_by=row.PsaMemberMapping.matched_by if row.PsaMemberMapping else None,
        )
        for row in await session.execute(statement)
    ]


async def mine(session: AsyncSession, subject: Subject) -> MyMappingOut:
    connection = await _active(session)
    statement = select(PsaMemberMapping).where(
        PsaMemberMapping.connection_id == connection.id, PsaMemberMapping.user_id == subject.user_id
    )
    return MyMappingOut(member=_named((await session.execute(statement)).scalar_one_or_none()))


async def save(services: Services, subject: Subject, items: list[MappingIn]) -> None:
    """Set the members of the users named, all or none. Raises `NotFound`, `UnknownMember`, `MemberTaken`."""
    connection = await require_connection(services.db, subject.account_id)
    if len({item.user_id for item in items}) != len(items):
        raise InvalidRequest("A person is named twice. Nothing was changed.")
    wanted = {item.user_id: item.member_id for item in items if item.member_id is not None}
    members: dict[str, Member] = {}
    if wanted:
        async with open_provider(services, connection) as provider:
            found = await lookups.load_members(services.db, connection, provider, refresh=True)
        members = {member.id: member for member in found if member.active and not member.api_only}
    if unknown := sorted(set(wanted.values()) - members.keys()):
        raise UnknownMember(details={"member_ids": unknown})
    if len(set(wanted.values())) != len(wanted):
        raise MemberTaken
    async with services.db.transaction(subject.account_id) as session:
        await _check_users(session, [item.user_id for item in items])
        before = {mapping.user_id: mapping.member_id for mapping in await repository.mappings(session, connection.id)}
        named = [item.user_id for item in items]
        # Those named go first, so that two people may swap their members.
        await session.execute(
            delete(PsaMemberMapping).where(
                PsaMemberMapping.connection_id == connection.id, PsaMemberMapping.user_id.in_(named)
            )
        )
        for user_id, member_id in wanted.items():
            member = members[member_id]
            added = await session.execute(
                insert(PsaMemberMapping)
                .values(
                    id=new_id(),
                    account_id=subject.account_id,
                    connection_id=connection.id,
                    user_id=user_id,
                    member_id=member.id,
                    member_name=member.name[:255],
                    matched_by="manual",
                )
                .on_conflict_do_nothing()
                .returning(PsaMemberMapping.id)
            )
            if added.scalar_one_or_none() is None:
                raise MemberTaken(details={"member_id": member.id})
        changes = {
            str(item.user_id): [before.get(item.user_id), item.member_id]
            for item in items
            if before.get(item.user_id) != item.member_id
        }
        if changes:
            _note(services, session, subject, connection, "mapping_changed", changes)


async def _check_users(session: AsyncSession, user_ids: list[UUID]) -> None:
    known = select(User.id).where(User.id.in_(user_ids), User.is_active, User.deleted_at.is_(None))
    if set((await session.execute(known)).scalars()) != set(user_ids):
        raise NotFound("person")


async def settings_of(session: AsyncSession) -> SettingsOut:
    connection = await _active(session)
    return _settings_out(connection, await _stored(session, connection))


async def save_settings(services: Services, subject: Subject, body: SettingsIn) -> SettingsOut:
    """Store all settings after checking that each target status is on its board. Raises `StatusNotOnBoard`, `VersionConflict`."""
    connection = await require_connection(services.db, subject.account_id)
    wanted = body.preferences()
    await _check_targets(services, connection, wanted)
    async with services.db.transaction(subject.account_id) as session:
        await session.execute(
            insert(PsaSettings)
            .values(id=new_id(), account_id=subject.account_id, connection_id=connection.id, version=1)
            .on_conflict_do_nothing()
        )
        row = await _stored(session, connection, lock=True)
        if row is None:
            raise PsaNotConnected
        if row.version != body.version:
            raise VersionConflict(details={"version": row.version})
        before = Preferences.model_validate(row.values).model_dump(mode="json")
        after = wanted.model_dump(mode="json")
        changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        default = Preferences().model_dump(mode="json")
        row.values = {name: value for name, value in after.items() if value != default[name]}
        row.version += 1
        row.updated_at = now()
        if changes:
            _note(services, session, subject, connection, "settings_changed", changes)
            # Open browsers follow the rules among them.
            health.announce(session, connection.id, connection.status)
        await session.flush()
        return _settings_out(connection, row)


async def _check_targets(services: Services, connection: Connection, wanted: Preferences) -> None:
    places = [(row.board_id, row.purpose) for row in wanted.target_statuses]
    if len(set(places)) != len(places):
        raise InvalidRequest("A board has two target statuses for one purpose. Nothing was stored.")
    if not places:
        return
    async with open_provider(services, connection) as provider:
        for row in wanted.target_statuses:
            statuses = await lookups.load_statuses(services.db, connection, provider, row.board_id)
            if row.status_id not in {status.id for status in statuses if status.active}:
                raise StatusNotOnBoard(
                    "A target status is not on its board. Nothing was stored. Choose one of the board's statuses.",
                    details={"board_id": row.board_id, "status_id": row.status_id},
                )


async def _active(session: AsyncSession) -> Connection:
    connection = await repository.active_connection(session)
    if connection is None:
        raise PsaNotConnected
    return connection


async def _stored(session: AsyncSession, connection: Connection, *, lock: bool = False) -> PsaSettings | None:
    statement = select(PsaSettings).where(PsaSettings.connection_id == connection.id)
    return (await session.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()


def _settings_out(connection: Connection, row: PsaSettings | None) -> SettingsOut:
    values = Preferences.model_validate(row.values if row else {})
    return SettingsOut.model_validate(
        {
            **values.model_dump(),
            "default_resolved": values.default_names.get("resolved", ""),
            "default_escalated": values.default_names.get("escalated", ""),
            "provider": connection.provider,
            "version": row.version if row else 1,
        }
    )


def _named(row: PsaMemberMapping | None) -> Named | None:
    return Named(id=row.member_id, name=row.member_name) if row else None


def _note(
    services: Services,
    session: AsyncSession,
    subject: Subject,
    connection: Connection,
    kind: str,
    detail: dict[str, Any],
) -> None:
    repository.log_activity(
        session, subject.account_id, kind, connection_id=connection.id, actor_id=subject.user_id, detail=detail
    )
    record(session, services.settings, subject, Act(f"psa.{kind}", "psa_connection", connection.id, detail))
