"""Tables of the script library (scripts.md 1) and of the drafts that lead to it (sessions-api.md 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import PLATFORM_ACCOUNT_ID, Rls, TenantRow, tenant_args, tenant_fk
from resolutionflow.kit.clock import now


def _one_of(column: str, *values: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=column)


def _languages() -> CheckConstraint:
    return _one_of("language", "powershell", "bash", "python")


def _risks() -> CheckConstraint:
    return _one_of("risk", "read_only", "changes", "destructive", "unknown")


def _optional_user(column: str) -> Any:
    return tenant_fk(column, "users", ondelete="SET NULL")


class ScriptCategory(TenantRow):
    """A shelf of the library. Rows of the platform account are readable by every tenant."""

    __tablename__ = "script_categories"
    rls: ClassVar[Rls] = "platform_shared"

    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(80))
    description: Mapped[str | None] = mapped_column(String(500))
    sort_order: Mapped[int] = mapped_column(server_default="0")
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))

    __table_args__ = tenant_args(UniqueConstraint("account_id", "slug"))


class ScriptTemplate(TenantRow):
    """A script of the library. Its text and parameters are in its versions; `risk` is the current version's."""

    __tablename__ = "script_templates"
    rls: ClassVar[Rls] = "platform_shared"

    scope: Mapped[str] = mapped_column(String(10))
    owner_user_id: Mapped[UUID | None]
    # A category may be the platform's: a plain key, and a trigger that admits the own and the platform account only.
    category_id: Mapped[UUID] = mapped_column(ForeignKey("script_categories.id"))
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(80))
    description: Mapped[str | None] = mapped_column(String(2000))
    language: Mapped[str] = mapped_column(String(12))
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    current_version: Mapped[int] = mapped_column(server_default="1")
    risk: Mapped[str] = mapped_column(String(12))
    verified_version: Mapped[int | None]
    verified_by: Mapped[UUID | None]
    verified_at: Mapped[datetime | None]
    origin: Mapped[str] = mapped_column(String(10))
    copied_from: Mapped[UUID | None]
    source_session_id: Mapped[UUID | None]
    source_user_id: Mapped[UUID | None]
    source_ticket_ref: Mapped[str | None] = mapped_column(String(64))
    archived_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]
    updated_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=now)
    revision: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = tenant_args(
        UniqueConstraint("account_id", "slug"),
        _one_of("scope", "private", "platform", "account"),
        _languages(),
        _risks(),
        _one_of("origin", "manual", "import", "builder", "draft", "copy", "starter", "files"),
        CheckConstraint("(scope = 'private') = (owner_user_id IS NOT NULL)", name="private_has_an_owner"),
        CheckConstraint(
            f"(scope = 'platform') = (account_id = '{PLATFORM_ACCOUNT_ID}'::uuid)", name="platform_is_the_platforms"
        ),
        CheckConstraint("verified_version <= current_version", name="verified_version"),
        tenant_fk("owner_user_id", "users"),
        tenant_fk("source_session_id", "ai_sessions", ondelete="SET NULL"),
        _optional_user("source_user_id"),
        _optional_user("verified_by"),
        _optional_user("created_by"),
        _optional_user("updated_by"),
        Index(None, "tags", postgresql_using="gin"),
        Index(None, "account_id", "scope", "archived_at"),
        Index(None, "category_id"),
        Index(None, "account_id", "source_session_id"),
    )


class ScriptTemplateVersion(TenantRow):
    """The text of a template at one version, with its parameters; immutable."""

    __tablename__ = "script_template_versions"
    rls: ClassVar[Rls] = "platform_shared"

    template_id: Mapped[UUID]
    version: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    parameters_schema: Mapped[dict[str, Any]]
    bindings: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    verbatim: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    companions: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    content_hash: Mapped[str] = mapped_column(String(64))
    analysis: Mapped[dict[str, Any]]
    analyzer_version: Mapped[int]
    risk: Mapped[str] = mapped_column(String(12))
    change_note: Mapped[str | None] = mapped_column(String(500))
    restored_from: Mapped[int | None]
    created_by: Mapped[UUID | None]

    __table_args__ = tenant_args(
        UniqueConstraint("account_id", "template_id", "version"),
        CheckConstraint("length(body) BETWEEN 1 AND 200000", name="body"),
        _risks(),
        tenant_fk("template_id", "script_templates", ondelete="CASCADE"),
        _optional_user("created_by"),
    )


class DraftTemplate(TenantRow):
    """A script of a session that waits to be reviewed. Everything in it has passed the redactor.

    `extracted` maps a proposed key to the literal that stood in its place, so that a reviewer can put it back.
    """

    __tablename__ = "draft_templates"

    source_session_id: Mapped[UUID | None]
    source_fix_id: Mapped[UUID | None]
    source_user_id: Mapped[UUID]
    source_ticket_ref: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(12))
    script_body: Mapped[str] = mapped_column(Text)
    original_body: Mapped[str] = mapped_column(Text)
    proposed_parameters: Mapped[dict[str, Any]] = mapped_column(server_default='{"parameters": []}')
    extracted: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    proposed_name: Mapped[str | None] = mapped_column(String(200))
    proposed_category_id: Mapped[UUID | None] = mapped_column(ForeignKey("script_categories.id"))
    extraction: Mapped[str] = mapped_column(String(10), server_default="pending")
    extraction_method: Mapped[str | None] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(12), server_default="pending")
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    promoted_template_id: Mapped[UUID | None]

    __table_args__ = tenant_args(
        _languages(),
        _one_of("extraction", "pending", "done", "fallback"),
        _one_of("extraction_method", "model", "rules", "none"),
        _one_of("status", "pending", "accepted", "rejected"),
        tenant_fk("source_session_id", "ai_sessions", ondelete="SET NULL"),
        tenant_fk("source_fix_id", "session_suggested_fixes", ondelete="SET NULL"),
        tenant_fk("source_user_id", "users"),
        _optional_user("resolved_by"),
        tenant_fk("promoted_template_id", "script_templates", ondelete="SET NULL"),
        Index(None, "account_id", "source_session_id"),
        Index(
            "ix_draft_templates_pending", "account_id", "created_at",
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "uq_draft_templates_pending_fix", "account_id", "source_fix_id", unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
    )  # fmt: skip
