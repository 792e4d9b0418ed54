"""Tables of flows (flows.md 1), as far as the Guide reads them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import Rls, TenantRow, tenant_args, tenant_fk


class Flow(TenantRow):
    """A decision tree. Rows of the platform account are the starter library, readable by every tenant."""

    __tablename__ = "flows"
    rls: ClassVar[Rls] = "platform_shared"

    kind: Mapped[str] = mapped_column(String(16), server_default="troubleshooting")
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, server_default="")
    category: Mapped[str] = mapped_column(String(100), server_default="")
    tags: Mapped[list[Any]] = mapped_column(server_default="[]")
    status: Mapped[str] = mapped_column(String(12), server_default="draft")
    visibility: Mapped[str] = mapped_column(String(10), server_default="account")
    origin: Mapped[str] = mapped_column(String(10), server_default="manual")
    current_version: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="1")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = tenant_args(
        CheckConstraint("kind IN ('troubleshooting', 'project', 'maintenance')", name="kind"),
        CheckConstraint("status IN ('draft', 'published', 'archived')", name="status"),
        CheckConstraint("visibility IN ('private', 'account', 'platform')", name="visibility"),
        CheckConstraint("origin IN ('manual', 'ai', 'import', 'proposal', 'fork')", name="origin"),
        UniqueConstraint("account_id", "slug"),
    )


class FlowVersion(TenantRow):
    """One immutable definition of a flow."""

    __tablename__ = "flow_versions"
    rls: ClassVar[Rls] = "platform_shared"

    flow_id: Mapped[UUID]
    number: Mapped[int]
    definition: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    change_note: Mapped[str] = mapped_column(String(500), server_default="")
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = tenant_args(
        UniqueConstraint("account_id", "flow_id", "number"),
        tenant_fk("flow_id", "flows", ondelete="CASCADE"),
    )
