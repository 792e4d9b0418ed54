"""Tables every domain may use: stored answers of repeated requests, and rate counters."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, LargeBinary, PrimaryKeyConstraint, String, func
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import Base, Rls, tenant_fk


class IdempotencyKey(Base):
    """The stored answer of one `Idempotency-Key`, kept 24 hours, scoped to account and user."""

    __tablename__ = "idempotency_keys"
    rls: ClassVar[Rls] = "tenant"

    account_id: Mapped[UUID]
    user_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__: tuple[Any, ...] = (
        PrimaryKeyConstraint("account_id", "user_id", "key"),
        tenant_fk("user_id", "users", ondelete="CASCADE"),
    )


class RateCounter(Base):
    """How often a user did a costly thing in one minute."""

    __tablename__ = "rate_counters"
    rls: ClassVar[Rls] = "tenant"

    account_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(String(120))
    minute: Mapped[datetime]
    count: Mapped[int]

    __table_args__: tuple[Any, ...] = (
        PrimaryKeyConstraint("account_id", "key", "minute"),
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
    )
