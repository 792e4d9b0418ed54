"""Tables of the audit log. The application may add and read events, never change or remove them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import Base, Rls, TenantRow, tenant_args


class AuditEvent(TenantRow):
    """One act. `hash` covers `prev_hash` and every other column, with the key `key_id` names; `seq` has no gaps."""

    __tablename__ = "audit_events"

    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[UUID | None]
    impersonator_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(60))
    resource_type: Mapped[str] = mapped_column(String(40))
    resource_id: Mapped[str | None] = mapped_column(String(64))
    ip: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(200), server_default="")
    request_id: Mapped[str] = mapped_column(String(36), server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    key_id: Mapped[str] = mapped_column(String(16))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = tenant_args(
        CheckConstraint("actor_kind IN ('user', 'api_key', 'system', 'super_admin')", name="actor_kind"),
        UniqueConstraint("account_id", "seq"),
        Index(None, "account_id", text("at DESC"), text("seq DESC")),
    )


class AuditHead(Base):
    """The end of an account's chain, locked last before a commit that adds to it."""

    __tablename__ = "audit_heads"
    rls: ClassVar[Rls] = "tenant"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
