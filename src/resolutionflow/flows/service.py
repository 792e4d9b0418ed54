"""The flows an account may see, and keeping the starter library in the database."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.db.base import PLATFORM_ACCOUNT_ID
from resolutionflow.db.session import Database
from resolutionflow.flows.starter import StarterFlow, load_starter_flows
from resolutionflow.kit.ids import new_id
from resolutionflow.pilot.contract import FlowKnowledge

HEADS = (
    "SELECT coalesce(jsonb_agg(jsonb_build_array(v.id, f.id, f.slug, f.name, v.number) ORDER BY f.slug, f.id), '[]') FROM flows f"
    " JOIN flow_versions v ON v.account_id = f.account_id AND v.flow_id = f.id AND v.number = f.current_version"
    " WHERE f.status = 'published' AND f.kind = 'troubleshooting'"
)
"""The newest versions as one value, for `known_by`: a statement that reads something else carries it along."""
DEFINITIONS = text("SELECT id::text, definition FROM flow_versions WHERE id = ANY(CAST(:ids AS uuid[]))")
MAX_CACHED = 2000

_versions: dict[str, FlowKnowledge] = {}
"""Parsed versions by id. Versions are immutable and the ids come from a tenant-bound query, so the cache cannot leak or go stale."""


async def published(session: AsyncSession) -> tuple[FlowKnowledge, ...]:
    """The published flows this tenant may see (its own and the platform's), ordered by slug."""
    return await known_by(session, (await session.execute(text(f"SELECT ({HEADS})"))).scalar_one())


async def known_by(session: AsyncSession, heads: list[list[Any]]) -> tuple[FlowKnowledge, ...]:
    """The flows of these `HEADS`, read in the same transaction; what this process has not seen yet is fetched."""
    missing = [head[0] for head in heads if head[0] not in _versions]
    if missing:
        if len(_versions) + len(missing) > MAX_CACHED:
            _versions.clear()
            missing = [head[0] for head in heads]
        definitions = {row.id: row.definition for row in await session.execute(DEFINITIONS, {"ids": missing})}
        for version, flow, slug, name, number in heads:
            if version in definitions:
                _versions[version] = FlowKnowledge(UUID(flow), slug, name, number, definitions[version])
    return tuple(_versions[head[0]] for head in heads)


async def sync_starters(db: Database) -> int:
    """Bring the platform's flows to the starter library of this release; returns how many changed. Safe to repeat and to run twice at once."""
    changed = 0
    async with db.system() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(727276)"))
        rows = await session.execute(
            text(
                "SELECT f.slug, v.content_hash FROM flows f JOIN flow_versions v ON v.account_id = f.account_id"
                " AND v.flow_id = f.id AND v.number = f.current_version WHERE f.account_id = :platform"
            ),
            {"platform": PLATFORM_ACCOUNT_ID},
        )
        known = {row.slug: row.content_hash for row in rows}
        for flow in load_starter_flows():
            if known.get(flow.slug) != flow.content_hash:
                await _store(session, flow)
                changed += 1
    return changed


async def _store(session: AsyncSession, flow: StarterFlow) -> None:
    flow_id = uuid5(PLATFORM_ACCOUNT_ID, f"flow:{flow.slug}")
    number = (
        await session.execute(
            text(
                "INSERT INTO flows (id, account_id, name, slug, description, category, tags, status, visibility, current_version)"
                " VALUES (:id, :platform, :name, :slug, :description, :category, CAST(:tags AS jsonb), 'published', 'platform', 1)"
                " ON CONFLICT (account_id, slug) DO UPDATE SET name = :name, description = :description, category = :category,"
                " tags = CAST(:tags AS jsonb), current_version = flows.current_version + 1, version = flows.version + 1,"
                " updated_at = now() RETURNING current_version"
            ),
            {
                "id": flow_id,
                "platform": PLATFORM_ACCOUNT_ID,
                "name": flow.name,
                "slug": flow.slug,
                "description": flow.description,
                "category": flow.category,
                "tags": orjson.dumps(flow.tags).decode(),
            },
        )
    ).scalar_one()
    await session.execute(
        text(
            "INSERT INTO flow_versions (id, account_id, flow_id, number, definition, content_hash, change_note)"
            " SELECT :id, :platform, f.id, :number, CAST(:definition AS jsonb), :hash, 'Starter library' FROM flows f"
            " WHERE f.account_id = :platform AND f.slug = :slug"
        ),
        {
            "id": new_id(),
            "platform": PLATFORM_ACCOUNT_ID,
            "number": number,
            "definition": orjson.dumps(flow.definition_json()).decode(),
            "hash": flow.content_hash,
            "slug": flow.slug,
        },
    )
