"""Tables of accounts and their people (accounts-admin.md 1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, func, text
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


class AccountSettings(Base):
    """Preferences of an account; made on first write."""

    __tablename__ = "account_settings"
    rls: ClassVar[Rls] = "tenant"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    preferences: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
