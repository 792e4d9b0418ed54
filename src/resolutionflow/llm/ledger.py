"""The ledger of calls: what is reserved, what was used, and sums of it. All SQL of `ai_calls`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.db.session import Database
from resolutionflow.kit.ids import new_id
from resolutionflow.llm.contract import CallIntent, CallRecord
from resolutionflow.llm.models import AiCall

Source = Literal["platform", "own"]
Group = Literal["day", "action", "model", "user", "session"]
OVER_BUDGET: Final = "over_budget"
MOST_ROWS: Final = 200
_OPEN_UNLIMITED: Final = "SELECT rf_open_call($1::jsonb)"
_NO_ANSWER: Final = "outcome NOT IN ('ok', 'running', 'cancelled', 'lost')"
# A failed call without a token used nothing; a lost one may have.
UNPRICED: Final = (
    "cost_usd IS NULL AND outcome <> 'running'"
    f" AND NOT ({_NO_ANSWER} AND input_tokens + output_tokens + cache_read_tokens + cache_write_tokens = 0)"
)


@dataclass(frozen=True, slots=True)
class Spend:
    """US dollars of one month. `reserved` is what running calls may still cost."""

    spent: Decimal
    reserved: Decimal
    platform_spent: Decimal
    platform_reserved: Decimal
    unpriced_calls: int

    @property
    def committed(self) -> Decimal:
        return self.spent + self.reserved

    @property
    def platform_committed(self) -> Decimal:
        return self.platform_spent + self.platform_reserved


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over some calls. `input_tokens` are all that were sent, `cached_tokens` of them came from the provider's cache."""

    calls: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: Decimal
    unpriced_calls: int
    fallbacks: int


def month_of(moment: datetime) -> str:
    """`YYYY-MM` in UTC: the month a call is counted in."""
    return moment.astimezone(UTC).strftime("%Y-%m")


def month_span(month: str) -> tuple[datetime, datetime]:
    """The first moment of a month and of the next. Raises ValueError."""
    start = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    return start, (start + timedelta(days=32)).replace(day=1)


async def lock(session: AsyncSession, account_id: UUID) -> None:
    """Reservations of one account queue up here, on every replica, until the transaction ends."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('ai_calls:' || :account, 0))"), {"account": str(account_id)}
    )


async def spend(session: AsyncSession, account_id: UUID, month: str, at: datetime) -> Spend:
    """What the month has cost by now. A reservation counts until it expires: its call may have died with its process."""
    start, end = month_span(month)
    row = (
        await session.execute(
            text(
                "SELECT COALESCE(sum(cost_usd), 0) AS spent,"  # noqa: S608 - constants of this module
                " COALESCE(sum(reserved_usd) FILTER (WHERE outcome = 'running' AND expires_at > :at), 0) AS reserved,"
                " COALESCE(sum(cost_usd) FILTER (WHERE source = 'platform'), 0) AS platform_spent,"
                " COALESCE(sum(reserved_usd) FILTER (WHERE source = 'platform' AND outcome = 'running'"
                "   AND expires_at > :at), 0) AS platform_reserved,"
                f" count(*) FILTER (WHERE {UNPRICED}) AS unpriced_calls"
                " FROM ai_calls WHERE account_id = :account AND created_at >= :start AND created_at < :end"
            ),
            {"account": account_id, "start": start, "end": end, "at": at},
        )
    ).one()
    return Spend(row.spent, row.reserved, row.platform_spent, row.platform_reserved, row.unpriced_calls)


async def open_unlimited(
    db: Database, intent: CallIntent, source: Source, at: datetime, *, lives: timedelta
) -> UUID | None:
    """As `open_call`, in one round trip and a transaction of its own; None, and nothing written, when the account has a budget."""
    call = {
        **_fields(intent, source, at),
        "reserved_usd": str(intent.estimated_cost or 0),
        "expires_at": at + lives,
    }
    # The database's driver has a UUID class of its own.
    opened = await db.hot(_OPEN_UNLIMITED, orjson.dumps(call, default=str).decode())
    return UUID(opened) if opened else None


async def open_call(
    session: AsyncSession, intent: CallIntent, source: Source, at: datetime, *, lives: timedelta
) -> UUID:
    """Write a running call that reserves its estimated cost until it is settled, or `lives` is over."""
    call = AiCall(**_fields(intent, source, at))
    call.reserved_usd = intent.estimated_cost or Decimal(0)
    call.expires_at = at + lives
    session.add(call)
    await session.flush()
    return call.id


async def add_refused(session: AsyncSession, intent: CallIntent, source: Source, at: datetime) -> None:
    """Write down a call that was not made because the budget is used up."""
    call = AiCall(**_fields(intent, source, at))
    call.outcome = OVER_BUDGET
    call.cost_usd = Decimal(0)
    call.expires_at = call.finished_at = at
    session.add(call)
    await session.flush()


def _fields(intent: CallIntent, source: Source, at: datetime) -> dict[str, Any]:
    """What a call is written down with before it is made."""
    return {
        "id": new_id(),
        "account_id": intent.caller.account_id,
        "created_at": at,
        "user_id": intent.caller.user_id,
        "session_id": intent.caller.session_id,
        "action": intent.action[:40],
        "source": source,
        "provider": intent.provider,
        "model": intent.model[:200],
        "tier": intent.tier,
    }


async def close_call(session: AsyncSession, call_id: UUID, record: CallRecord, at: datetime) -> None:
    """Put what was used in the place of the reservation. Safe to repeat."""
    await session.execute(
        text(
            "UPDATE ai_calls SET outcome = :outcome, finished_at = :at, reserved_usd = 0, cost_usd = :cost,"
            " model = :model, input_tokens = :input, output_tokens = :output, cache_read_tokens = :cache_read,"
            " cache_write_tokens = :cache_write, first_token_ms = :first, total_ms = :total, mcp_available = :available,"
            " mcp_invoked = :invoked, mcp_fallback = :fallback, mcp_tools = to_jsonb(CAST(:tools AS text[]))"
            " WHERE account_id = :account AND id = :id AND outcome IN ('running', 'lost')"
        ),
        {
            "id": call_id,
            "account": record.caller.account_id,
            "at": at,
            "outcome": record.outcome,
            "cost": record.cost,
            "model": record.model[:200],
            "input": record.usage.input,
            "output": record.usage.output,
            "cache_read": record.usage.cache_read,
            "cache_write": record.usage.cache_write,
            "first": None if record.first_token_ms is None else round(record.first_token_ms),
            "total": round(record.total_ms),
            "available": record.docs.available,
            "invoked": record.docs.invoked,
            "fallback": record.docs.fallback,
            "tools": list(record.docs.tools),
        },
    )


_FIGURES = (
    f"count(*) FILTER (WHERE outcome <> '{OVER_BUDGET}') AS calls,"
    " COALESCE(sum(input_tokens + cache_read_tokens + cache_write_tokens), 0) AS input_tokens,"
    " COALESCE(sum(cache_read_tokens), 0) AS cached_tokens,"
    " COALESCE(sum(output_tokens), 0) AS output_tokens,"
    " COALESCE(sum(cost_usd), 0) AS cost,"
    f" count(*) FILTER (WHERE {UNPRICED}) AS unpriced_calls,"
    f" count(*) FILTER (WHERE {_NO_ANSWER} AND action <> 'connection_test') AS fallbacks"
)
_KEYS: Final[Mapping[Group, str]] = {
    "day": "to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
    "action": "action",
    "model": "model",
    "user": "user_id::text",
    "session": "session_id::text",
}


async def usage(
    session: AsyncSession, account_id: UUID, month: str, group: Group, *, limit: int = MOST_ROWS
) -> list[tuple[str | None, Figures]]:
    """Sums of a month by key: days in order, everything else the dearest first. At most `limit` rows."""
    order = "key" if group == "day" else "cost DESC, calls DESC, key"
    rows = await _sums(
        session, account_id, month, f"{_KEYS[group]} AS key,", f"GROUP BY 1 ORDER BY {order} LIMIT {limit}"
    )
    return [(row[0], Figures(*row[1:])) for row in rows]


async def total(session: AsyncSession, account_id: UUID, month: str) -> Figures:
    """Sums of a whole month."""
    rows = await _sums(session, account_id, month, "", "")
    return Figures(*rows[0])


async def _sums(session: AsyncSession, account_id: UUID, month: str, key: str, tail: str) -> list[tuple[Any, ...]]:
    start, end = month_span(month)
    found = await session.execute(
        text(
            f"SELECT {key} {_FIGURES} FROM ai_calls"  # noqa: S608 - constants of this module
            f" WHERE account_id = :account AND created_at >= :start AND created_at < :end {tail}"
        ),
        {"account": account_id, "start": start, "end": end},
    )
    return [tuple(row) for row in found]
