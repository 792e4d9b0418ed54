"""Table of live events."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, PrimaryKeyConstraint, String, func
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import Base, Rls


class LiveEventRow(Base):
    """An event as committed with its cause; kept 24 hours. Ids and versions, never content."""

    __tablename__ = "live_events"
    rls: ClassVar[Rls] = "tenant"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    account_id: Mapped[UUID]
    audience: Mapped[dict[str, Any]]
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (PrimaryKeyConstraint("id"), Index(None, "created_at"))
