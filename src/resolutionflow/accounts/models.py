"""Tables of accounts and their people (accounts-admin.md 1)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import Base, Rls, TenantRow, tenant_args
from resolutionflow.kit.ids import new_id

ROLES = ("viewer", "engineer", "admin", "owner")


class Account(Base):
    """An MSP: the tenant. Its own row is guarded by a policy on `id`."""

    __tablename__ = "accounts"
    rls: ClassVar[Rls] = "tenant"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(255))
    display_code: Mapped[str] = mapped_column(String(8), unique=True)
    owner_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    time_zone: Mapped[str] = mapped_column(String(64), server_default="UTC")
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("status IN ('active', 'suspended', 'pending_deletion')", name="status"),
        ForeignKeyConstraint(
            ["id", "owner_id"],
            ["users.account_id", "users.id"],
            name="fk_accounts_owner_id_users",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
    )


class User(TenantRow):
    """A person of one account."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(10))
    is_super_admin: Mapped[bool] = mapped_column(server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    password_hash: Mapped[str | None]
    email_verified_at: Mapped[datetime | None]
    ui_preferences: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    last_login_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = tenant_args(
        CheckConstraint("role IN ('owner', 'admin', 'engineer', 'viewer')", name="role"),
        Index("uq_users_email", func.lower(text("email")), unique=True),
        Index("uq_users_owner", "account_id", unique=True, postgresql_where=text("role = 'owner'")),
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
    )


class WelcomeLink(Base):
    """A link that may make the first account. Only its hash is kept; all of them go with the first use."""

    __tablename__ = "welcome_links"
    rls: ClassVar[Rls] = "global"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AccountSettings(Base):
    """Preferences of an account; made on first write."""

    __tablename__ = "account_settings"
    rls: ClassVar[Rls] = "tenant"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    preferences: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AiSettings(Base):
    """Which model answers for an account, and for how much a month. Made on first write; `mode` null means the default.

    `problem` is the last refusal of the provider `{kind, words, model, at}`, for admins; the next good call clears it.
    """

    __tablename__ = "ai_settings"
    rls: ClassVar[Rls] = "tenant"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    mode: Mapped[str | None] = mapped_column(String(10))
    provider: Mapped[str | None] = mapped_column(String(20))
    base_url: Mapped[str | None] = mapped_column(String(300))
    api_key_encrypted: Mapped[str | None] = mapped_column(Text)
    key_hint: Mapped[str | None] = mapped_column(String(8))
    model_fast: Mapped[str | None] = mapped_column(String(200))
    model_standard: Mapped[str | None] = mapped_column(String(200))
    monthly_budget_usd: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    warn_percent: Mapped[int] = mapped_column(server_default="80")
    ms_learn_enabled: Mapped[bool] = mapped_column(server_default=text("false"))
    images_enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    prices: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    problem: Mapped[dict[str, Any] | None]
    warned_month: Mapped[str | None] = mapped_column(String(7))
    exhausted_month: Mapped[str | None] = mapped_column(String(7))
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("mode IN ('guide', 'platform', 'own')", name="mode"),
        CheckConstraint("provider IN ('anthropic', 'google', 'openai_compatible')", name="provider"),
        CheckConstraint("warn_percent BETWEEN 1 AND 100", name="warn_percent"),
        CheckConstraint("monthly_budget_usd >= 0", name="monthly_budget_usd"),
    )
