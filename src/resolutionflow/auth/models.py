"""Tables of sign-in (accounts-admin.md 1)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, func, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import Base, Rls, TenantRow, tenant_args, tenant_fk


class AuthSession(TenantRow):
    """One sign-in of one browser or script."""

    __tablename__ = "auth_sessions"

    user_id: Mapped[UUID]
    method: Mapped[str] = mapped_column(String(16))
    remember: Mapped[bool] = mapped_column(server_default=text("false"))
    reauth_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    ip: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str | None] = mapped_column(String(200))
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str | None] = mapped_column(String(20))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = tenant_args(
        CheckConstraint("method IN ('password', 'oidc', 'impersonation')", name="method"),
        tenant_fk("user_id", "users"),
        Index(None, "account_id", "user_id"),
    )


class RefreshToken(TenantRow):
    """One link of a sign-in's chain. Only the hash is stored."""

    __tablename__ = "refresh_tokens"

    auth_session_id: Mapped[UUID]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    replaced_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = tenant_args(
        tenant_fk("auth_session_id", "auth_sessions", ondelete="CASCADE"),
        Index(None, "account_id", "auth_session_id"),
    )


class SignInFailure(Base):
    """A failed sign-in, kept one day, so that replicas agree on the throttle. No address in clear text."""

    __tablename__ = "sign_in_failures"
    rls: ClassVar[Rls] = "global"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64))
    device_hash: Mapped[str] = mapped_column(String(64), server_default="")
    ip: Mapped[str | None] = mapped_column(INET)
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index(None, "address_hash", "at"), Index(None, "ip", "at"))
