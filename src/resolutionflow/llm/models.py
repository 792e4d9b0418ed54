"""Table of every call to a language model (pilot.md 6)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import TenantRow, tenant_args, tenant_fk


class AiCall(TenantRow):
    """One call: a reservation while it runs, then what it used. Money is USD; `cost_usd` is null when the model has no price.

    A reservation whose `expires_at` has passed belongs to a call that was lost with its process: it reserves nothing any more.
    """

    __tablename__ = "ai_calls"

    user_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(10))
    provider: Mapped[str] = mapped_column(String(20))
    model: Mapped[str] = mapped_column(String(200))
    tier: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(20), server_default="running")
    reserved_usd: Mapped[Decimal] = mapped_column(Numeric(14, 6), server_default="0")
    expires_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    input_tokens: Mapped[int] = mapped_column(server_default="0")
    output_tokens: Mapped[int] = mapped_column(server_default="0")
    cache_read_tokens: Mapped[int] = mapped_column(server_default="0")
    cache_write_tokens: Mapped[int] = mapped_column(server_default="0")
    cost_usd: Mapped[Decimal | None] = mapped_column(Numeric(14, 6))
    first_token_ms: Mapped[int | None]
    total_ms: Mapped[int | None]
    mcp_available: Mapped[bool] = mapped_column(server_default=text("false"))
    mcp_invoked: Mapped[bool] = mapped_column(server_default=text("false"))
    mcp_fallback: Mapped[bool] = mapped_column(server_default=text("false"))
    mcp_tools: Mapped[list[Any]] = mapped_column(server_default="[]")

    __table_args__ = tenant_args(
        CheckConstraint("source IN ('platform', 'own')", name="source"),
        CheckConstraint("tier IN ('fast', 'standard')", name="tier"),
        tenant_fk("user_id", "users", ondelete="SET NULL"),
        tenant_fk("session_id", "ai_sessions", ondelete="SET NULL"),
        Index(None, "account_id", "created_at"),
        Index(
            "ix_ai_calls_running",
            "account_id",
            "expires_at",
            postgresql_where=text("outcome = 'running'"),
        ),
    )
