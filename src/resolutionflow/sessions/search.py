"""Search over sessions: title, problem, client, ticket, messages, live facts and fix titles of the sessions in scope.

The best of the newest sessions come first: they are ranked in tiers of a few hundred, the newest tier first, so that a word that
occurs everywhere costs no more than a rare one and no hit is out of reach.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from fastapi import Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.deps import load_subject
from resolutionflow.auth.subject import Subject
from resolutionflow.auth.tokens import Claims
from resolutionflow.db.session import Database
from resolutionflow.errors import InvalidCursor
from resolutionflow.kit.pagination import decode_cursor, encode_cursor
from resolutionflow.sessions import repository
from resolutionflow.sessions.reads import list_filters
from resolutionflow.sessions.schemas import ListQuery

# Private-use characters: they mark a hit in a headline and are taken out of the text first.
START, STOP = "\ue000", "\ue001"

NOW = text("SELECT now()")
# The function answers ids; rows and texts are read with the caller's own rights, and readability is checked once more.
PAGE = text("""
WITH hits AS MATERIALIZED (
  SELECT h.* FROM rf_search_hits(:user, :q, CAST(:filters AS jsonb), CAST(:before AS uuid), :until) h
), page AS (
  SELECT h.* FROM hits h
   WHERE CAST(:rank AS float8) IS NULL OR (h.rank, h.session_id) < (CAST(:rank AS float8), CAST(:id AS uuid))
   ORDER BY h.rank DESC, h.session_id DESC LIMIT :limit + 1
)
SELECT p.session_id, p.rank, rf_session_row(s, :user, :role)::text AS row,
       rf_search_match(:account, p.kind, p.source_id, rf_search_query(:q)) AS match, tier.tier_end
  FROM (SELECT max(tier_end::text) AS tier_end FROM hits) AS tier
  LEFT JOIN (page p JOIN ai_sessions s ON s.account_id = :account AND s.id = p.session_id
       AND rf_session_readable(s, :user, :role, :team)) ON true
 ORDER BY p.rank DESC, p.session_id DESC
""")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: in the tier older than `before`, after the hit (`rank`, `id`). Rows made after `until` do not count."""

    until: datetime
    before: UUID | None = None
    rank: float | None = None
    id: UUID | None = None


async def search(db: Database, caller: Claims, query: ListQuery) -> Response:
    """A page of hits, ranked, then newest, each with where it was found."""
    async with db.transaction(caller.account_id) as tx:
        subject = await load_subject(tx, caller)
        body = await _page(tx, subject, query)
    return Response(body, media_type="application/json")


async def _page(tx: AsyncSession, subject: Subject, query: ListQuery) -> bytes:
    words = " ".join((query.q or "").split())
    filters = {key: value for key, value in list_filters(query).items() if key != "limit"}
    bound = {**filters, "q": words}
    place: Place | None = _place(query.cursor, bound) if query.cursor else Place((await tx.execute(NOW)).scalar_one())
    values = {
        "account": subject.account_id,
        "user": subject.user_id,
        "role": subject.role,
        "team": await repository.team_can_view(tx, subject.account_id),
        "q": words,
        "filters": orjson.dumps(filters).decode(),
    }
    items: list[dict[str, Any]] = []
    while place is not None and len(items) < query.limit:
        wanted = query.limit - len(items)
        found = (await tx.execute(PAGE, {**values, **_at(place), "limit": wanted})).all()
        hits = [hit for hit in found if hit.session_id]
        items += [{**orjson.loads(hit.row), "match": _match(hit.match)} for hit in hits[:wanted]]
        place = _next(place, hits, wanted, tier_end=found[0].tier_end)
    cursor = None
    if place is not None:
        at = [place.until.isoformat(), place.before and str(place.before), place.rank, place.id and str(place.id)]
        cursor = encode_cursor(at, bound)
    return orjson.dumps({"items": items, "next_cursor": cursor})


def _at(place: Place) -> dict[str, Any]:
    return {"before": place.before, "until": place.until, "rank": place.rank, "id": place.id}


def _next(place: Place, hits: list[Any], wanted: int, *, tier_end: str | None) -> Place | None:
    """After the last hit of a full page; in the next tier when this one is used up; None when there is none."""
    if len(hits) > wanted:
        return Place(place.until, place.before, hits[wanted - 1].rank, hits[wanted - 1].session_id)
    return Place(place.until, UUID(tier_end)) if tier_end else None


def _place(cursor: str, bound: dict[str, Any]) -> Place:
    until, before, rank, row_id = decode_cursor(cursor, bound, length=4)
    try:
        moment = datetime.fromisoformat(until)
        place = Place(
            moment,
            UUID(before) if before is not None else None,
            float(rank) if rank is not None else None,
            UUID(row_id) if row_id is not None else None,
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidCursor from error
    if moment.tzinfo is None or (place.rank is None) != (place.id is None):
        raise InvalidCursor
    return place


def _match(found: list[str]) -> dict[str, Any]:
    plain, ranges = strip_marks(found[1] or "")
    return {"field": found[0], "text": plain, "ranges": ranges}


def strip_marks(headline: str) -> tuple[str, list[dict[str, int]]]:
    """The plain text of a headline and the offsets of what was marked in it."""
    plain: list[str] = []
    ranges: list[dict[str, int]] = []
    length = 0
    start: int | None = None
    for piece in _pieces(headline):
        if piece == START:
            start = length
        elif piece == STOP:
            if start is not None:
                ranges.append({"start": start, "end": length})
            start = None
        else:
            plain.append(piece)
            length += len(piece)
    return "".join(plain), ranges


def _pieces(headline: str) -> list[str]:
    return [piece for piece in re.split(f"([{START}{STOP}])", headline) if piece]
