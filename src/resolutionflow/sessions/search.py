"""Search over sessions: title, problem, client, ticket, messages, live facts and fix titles of the sessions in scope."""

from __future__ import annotations

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
# Of each kind the newest hits are ranked; ids sort by time of birth.
MOST_CANDIDATES = 2000
START, STOP = "\ue000", "\ue001"
FIELDS = ("title", "problem", "client", "ticket")

HITS = """
WITH q AS MATERIALIZED (SELECT rf_search_query(:q) AS query),
hits AS (
  SELECT c.session_id, c.kind, c.id AS source_id, c.weight * ts_rank_cd(c.search, q.query)::float8 AS rank FROM q, (
    (SELECT s.id AS session_id, 'session' AS kind, s.id, 2.0 AS weight, s.search
       FROM ai_sessions s, q WHERE s.account_id = :account AND s.search @@ q.query ORDER BY s.id DESC LIMIT :most)
    UNION ALL
    (SELECT m.session_id, 'message', m.id, 1.0, m.search
       FROM ai_session_messages m, q WHERE m.account_id = :account AND m.role <> 'system' AND m.search @@ q.query
      ORDER BY m.id DESC LIMIT :most)
    UNION ALL
    (SELECT f.session_id, 'fact', f.id, 1.5, f.search
       FROM session_facts f, q WHERE f.account_id = :account AND f.deleted_at IS NULL AND f.search @@ q.query
      ORDER BY f.id DESC LIMIT :most)
    UNION ALL
    (SELECT x.session_id, 'fix', x.id, 1.5, x.search
       FROM session_suggested_fixes x, q WHERE x.account_id = :account AND x.search @@ q.query ORDER BY x.id DESC LIMIT :most)
  ) AS c
),
best AS (SELECT DISTINCT ON (session_id) session_id, kind, source_id, rank FROM hits ORDER BY session_id, rank DESC, source_id)
SELECT s.id, b.kind, b.source_id, b.rank, s.last_activity_at, rf_session_row(s, :user, :role)::text AS row
  FROM best b JOIN ai_sessions s ON s.account_id = :account AND s.id = b.session_id
 WHERE {conditions}
 ORDER BY b.rank DESC, s.last_activity_at DESC, s.id
 LIMIT :limit + 1
"""
HEADLINES = {
    "session": (
        "SELECT {h_title}, {h_problem}, {h_client}, {h_ticket} FROM ai_sessions s, q WHERE s.account_id = :account AND s.id = :id",
        ("s.title", "s.problem_summary", "s.client_name", "s.psa_ticket_id"),
    ),
    "message": (
        "SELECT {h} FROM ai_session_messages s, q WHERE s.account_id = :account AND s.id = :id",
        ("s.content",),
    ),
    "fact": (
        "SELECT {h} FROM session_facts s, q WHERE s.account_id = :account AND s.id = :id",
        ("s.text",),
    ),
    "fix": (
        "SELECT {h} FROM session_suggested_fixes s, q WHERE s.account_id = :account AND s.id = :id",
        ("s.title",),
    ),
}


async def search(db: Database, caller: Claims, query: ListQuery) -> Response:
    """A page of hits, ranked, then newest, each with where it was found."""
    async with db.transaction(caller.account_id) as tx:
        subject = await load_subject(tx, caller)
        body = await _page(tx, subject, query)
    return Response(body, media_type="application/json")


async def _page(tx: AsyncSession, subject: Subject, query: ListQuery) -> bytes:
    words = " ".join((query.q or "").split())
    filters = list_filters(query)
    bound = {
        **{key: value for key, value in filters.items() if key != "limit"},
        "q": words,
    }
    sql, values = _hits(filters, team=await repository.team_can_view(tx, subject.account_id))
    if query.cursor is not None:
        condition, after = _after(query.cursor, bound)
        sql = sql.replace("{conditions}", "{conditions} AND " + condition)
        values |= after
    values |= {
        "account": subject.account_id,
        "user": subject.user_id,
        "role": subject.role,
        "q": words,
        "limit": query.limit,
        "most": MOST_CANDIDATES,
    }
    conditions = " AND ".join(values.pop("conditions"))
    hits = (await tx.execute(text(sql.replace("{conditions}", conditions)), values)).all()
    items: list[dict[str, Any]] = []
    for hit in hits[: query.limit]:
        match = await _match(tx, subject.account_id, words, hit.kind, hit.source_id)
        items.append({**orjson.loads(hit.row), "match": match})
    cursor = None
    if len(hits) > query.limit:
        last = hits[query.limit - 1]
        cursor = encode_cursor([last.rank, last.last_activity_at.isoformat(), str(last.id)], bound)
    return orjson.dumps({"items": items, "next_cursor": cursor})


def _hits(filters: dict[str, Any], *, team: bool) -> tuple[str, dict[str, Any]]:
    own = "(s.user_id = :user OR s.handler_id = :user)"
    conditions = [own if filters["scope"] == "mine" else "rf_session_readable(s, :user, :role, :team)"]
    values: dict[str, Any] = {"conditions": conditions}
    if filters["scope"] != "mine":
        values["team"] = team
    moment = "s.created_at" if filters["sort"] == "created" else "s.last_activity_at"
    known = {
        "statuses": "s.status = ANY(:statuses)",
        "owner_id": "s.user_id = :owner_id",
        "client_name": "lower(s.client_name) = lower(:client_name)",
        "ticket": "CAST(:ticket AS text) IN (s.psa_ticket_id, s.psa_ticket_ref)",
        "from": f"{moment} >= CAST(CAST(:from AS text) AS timestamptz)",
        "to": f"{moment} < CAST(CAST(:to AS text) AS timestamptz)",
    }
    for name, condition in known.items():
        if filters.get(name):
            conditions.append(condition)
            values[name] = filters[name]
    return HITS, values


def _after(cursor: str, bound: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    rank, at, row_id = decode_cursor(cursor, bound, length=3)
    try:
        moment = datetime.fromisoformat(at)
        values = {
            "after_rank": float(rank),
            "after_at": moment,
            "after_id": UUID(row_id),
        }
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidCursor from error
    if moment.tzinfo is None:
        raise InvalidCursor
    return (
        "(b.rank < :after_rank OR (b.rank = :after_rank AND (s.last_activity_at < :after_at"
        " OR (s.last_activity_at = :after_at AND s.id > :after_id))))"
    ), values


async def _match(tx: AsyncSession, account_id: UUID, words: str, kind: str, source_id: UUID) -> dict[str, Any]:
    template, columns = HEADLINES[kind]
    names = ("h_title", "h_problem", "h_client", "h_ticket") if len(columns) > 1 else ("h",)
    filled = template.format(**{name: _headline(column) for name, column in zip(names, columns, strict=True)})
    sql = text("WITH q AS (SELECT rf_search_query(:q) AS query) " + filled)
    found = (await tx.execute(sql, {"q": words, "account": account_id, "id": source_id})).one()
    fields = FIELDS if len(columns) > 1 else (kind,)
    pairs = list(zip(fields, found, strict=True))
    field, headline = next(((name, shown) for name, shown in pairs if START in shown), pairs[0])
    plain, ranges = strip_marks(headline)
    return {"field": field, "text": plain, "ranges": ranges}


def _headline(column: str) -> str:
    plain = f"translate(left(coalesce({column}, ''), 20000), '{START}{STOP}', '')"
    options = f"StartSel={START},StopSel={STOP},MaxWords=30,MinWords=12"
    return f"ts_headline(CAST('english' AS regconfig), {plain}, q.query, '{options}')"


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
    pieces: list[str] = []
    rest = headline
    while rest:
        cut = min(
            (index for index in (rest.find(START), rest.find(STOP)) if index >= 0),
            default=-1,
        )
        if cut < 0:
            pieces.append(rest)
            break
        if cut:
            pieces.append(rest[:cut])
        pieces.append(rest[cut])
        rest = rest[cut + 1 :]
    return pieces
