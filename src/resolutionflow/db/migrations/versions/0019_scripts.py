"""The script library: categories, templates and their versions, and drafts that wait to be reviewed into it."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from resolutionflow.db.rls import PLATFORM, protect, protect_shared

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

UUID = sa.Uuid()
TS = sa.DateTime(timezone=True)
LANGUAGES = "language IN ('powershell', 'bash', 'python')"
RISKS = "risk IN ('read_only', 'changes', 'destructive', 'unknown')"
CATEGORIES = (
    ("windows", "Windows", "Services, updates, storage and health of Windows machines."),
    ("directory", "Accounts and directory", "Users, groups and sign-ins in Active Directory and Entra ID."),
    ("microsoft-365", "Microsoft 365", "Mailboxes, Teams and licences."),
    ("network", "Network", "Addresses, name resolution, reach and certificates."),
    ("printing", "Printing", "Printers, queues and drivers."),
    ("security", "Security", "Encryption, rights and what protects a machine."),
    ("linux-macos", "Linux and macOS", "Services, disks and logs of Unix machines."),
    ("general", "General", "What fits nowhere else."),
)
# A key into a shared table cannot carry the tenant: this keeps a row to the own account's categories and the platform's.
GUARD = """
CREATE FUNCTION rf_category_is_ours() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wanted uuid := CASE TG_TABLE_NAME WHEN 'draft_templates' THEN (to_jsonb(NEW)->>'proposed_category_id')::uuid
                                          ELSE (to_jsonb(NEW)->>'category_id')::uuid END;
BEGIN
  IF wanted IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM script_categories WHERE id = wanted AND account_id IN (NEW.account_id, '00000000-0000-0000-0000-000000000001')
  ) THEN
    RAISE foreign_key_violation USING MESSAGE = 'the category belongs to another account';
  END IF;
  RETURN NEW;
END $$"""


def upgrade() -> None:
    _categories()
    _templates()
    _versions()
    _drafts()
    op.get_bind().exec_driver_sql(GUARD)
    for table in ("script_templates", "draft_templates"):
        op.execute(
            f"CREATE TRIGGER category_is_ours BEFORE INSERT OR UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION rf_category_is_ours()"
        )


def downgrade() -> None:
    for table in ("draft_templates", "script_template_versions", "script_templates", "script_categories"):
        op.drop_table(table)
    op.execute("DROP FUNCTION rf_category_is_ours()")


def _categories() -> None:
    table = op.create_table(
        "script_categories",
        *_row(),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("description", sa.String(500)),
        sa.Column("sort_order", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.UniqueConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "slug"),
    )
    # Before the policy is forced: the owner role is bound by it as well.
    platform = PLATFORM.split("'")[1]
    op.bulk_insert(
        table,
        [
            {
                "id": uuid5(NAMESPACE_URL, f"script-category:{slug}"),
                "account_id": platform,
                "slug": slug,
                "name": name,
                "description": description,
                "sort_order": 10 * place,
            }
            for place, (slug, name, description) in enumerate(CATEGORIES, 1)
        ],
    )
    protect_shared(op, "script_categories")


def _templates() -> None:
    op.create_table(
        "script_templates",
        *_row(),
        sa.Column("scope", sa.String(10), nullable=False),
        sa.Column("owner_user_id", UUID),
        sa.Column("category_id", UUID, sa.ForeignKey("script_categories.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("description", sa.String(2000)),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("tags", pg.ARRAY(sa.Text()), nullable=False, server_default="{}"),
        sa.Column("current_version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("risk", sa.String(12), nullable=False),
        sa.Column("verified_version", sa.Integer()),
        sa.Column("verified_by", UUID),
        sa.Column("verified_at", TS),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("copied_from", UUID),
        sa.Column("source_session_id", UUID),
        sa.Column("source_user_id", UUID),
        sa.Column("source_ticket_ref", sa.String(64)),
        sa.Column("archived_at", TS),
        sa.Column("created_by", UUID),
        sa.Column("updated_by", UUID),
        sa.Column("updated_at", TS, nullable=False, server_default=sa.text("now()")),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.UniqueConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "slug"),
        _check("script_templates", "scope", "scope IN ('private', 'platform', 'account')"),
        _check("script_templates", "language", LANGUAGES),
        _check("script_templates", "risk", RISKS),
        _check(
            "script_templates",
            "origin",
            "origin IN ('manual', 'import', 'builder', 'draft', 'copy', 'starter', 'files')",
        ),
        _check("script_templates", "private_has_an_owner", "(scope = 'private') = (owner_user_id IS NOT NULL)"),
        _check("script_templates", "platform_is_the_platforms", f"(scope = 'platform') = (account_id = {PLATFORM})"),
        _check("script_templates", "verified_version", "verified_version <= current_version"),
        _link("owner_user_id", "users"),
        _link("source_session_id", "ai_sessions", "SET NULL (source_session_id)"),
        *(
            _link(column, "users", f"SET NULL ({column})")
            for column in ("source_user_id", "verified_by", "created_by", "updated_by")
        ),
    )
    op.create_index("ix_script_templates_tags", "script_templates", ["tags"], postgresql_using="gin")
    for columns in (["account_id", "scope", "archived_at"], ["category_id"], ["account_id", "source_session_id"]):
        op.create_index(f"ix_script_templates_{'_'.join(columns)}", "script_templates", columns)
    protect_shared(op, "script_templates")


def _versions() -> None:
    op.create_table(
        "script_template_versions",
        *_row(),
        sa.Column("template_id", UUID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("parameters_schema", pg.JSONB(), nullable=False),
        sa.Column("bindings", pg.JSONB(), nullable=False, server_default="{}"),
        sa.Column("verbatim", pg.ARRAY(sa.Text()), nullable=False, server_default="{}"),
        sa.Column("companions", pg.JSONB(), nullable=False, server_default="{}"),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("analysis", pg.JSONB(), nullable=False),
        sa.Column("analyzer_version", sa.Integer(), nullable=False),
        sa.Column("risk", sa.String(12), nullable=False),
        sa.Column("change_note", sa.String(500)),
        sa.Column("restored_from", sa.Integer()),
        sa.Column("created_by", UUID),
        sa.UniqueConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "template_id", "version"),
        _check("script_template_versions", "body", "length(body) BETWEEN 1 AND 200000"),
        _check("script_template_versions", "risk", RISKS),
        _link("template_id", "script_templates", "CASCADE"),
        _link("created_by", "users", "SET NULL (created_by)"),
    )
    protect_shared(op, "script_template_versions")


def _drafts() -> None:
    op.create_table(
        "draft_templates",
        *_row(),
        sa.Column("source_session_id", UUID),
        sa.Column("source_fix_id", UUID),
        sa.Column("source_user_id", UUID, nullable=False),
        sa.Column("source_ticket_ref", sa.String(64)),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("script_body", sa.Text(), nullable=False),
        sa.Column("original_body", sa.Text(), nullable=False),
        sa.Column("proposed_parameters", pg.JSONB(), nullable=False, server_default='{"parameters": []}'),
        sa.Column("extracted", pg.JSONB(), nullable=False, server_default="{}"),
        sa.Column("proposed_name", sa.String(200)),
        sa.Column("proposed_category_id", UUID, sa.ForeignKey("script_categories.id")),
        sa.Column("extraction", sa.String(10), nullable=False, server_default="pending"),
        sa.Column("extraction_method", sa.String(8)),
        sa.Column("status", sa.String(12), nullable=False, server_default="pending"),
        sa.Column("resolved_at", TS),
        sa.Column("resolved_by", UUID),
        sa.Column("promoted_template_id", UUID),
        sa.UniqueConstraint("account_id", "id"),
        _check("draft_templates", "language", LANGUAGES),
        _check("draft_templates", "extraction", "extraction IN ('pending', 'done', 'fallback')"),
        _check("draft_templates", "extraction_method", "extraction_method IN ('model', 'rules', 'none')"),
        _check("draft_templates", "status", "status IN ('pending', 'accepted', 'rejected')"),
        _link("source_session_id", "ai_sessions", "SET NULL (source_session_id)"),
        _link("source_fix_id", "session_suggested_fixes", "SET NULL (source_fix_id)"),
        _link("source_user_id", "users"),
        _link("resolved_by", "users", "SET NULL (resolved_by)"),
        _link("promoted_template_id", "script_templates", "SET NULL (promoted_template_id)"),
    )
    op.create_index(
        "ix_draft_templates_account_id_source_session_id", "draft_templates", ["account_id", "source_session_id"]
    )
    waiting = sa.text("status = 'pending'")
    op.create_index(
        "ix_draft_templates_pending", "draft_templates", ["account_id", "created_at"], postgresql_where=waiting
    )
    op.create_index(
        "uq_draft_templates_pending_fix",
        "draft_templates",
        ["account_id", "source_fix_id"],
        unique=True,
        postgresql_where=waiting,
    )
    protect(op, "draft_templates")


def _row() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", UUID, primary_key=True),
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("created_at", TS, nullable=False, server_default=sa.text("now()")),
    )


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _link(column: str, table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """A foreign key inside the tenant."""
    return sa.ForeignKeyConstraint(["account_id", column], [f"{table}.account_id", f"{table}.id"], ondelete=ondelete)
