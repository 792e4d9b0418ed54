"""Sessions: messages, turns, task lane, facts, hypotheses, suggested fixes, documents, drafts; their search and hot reads."""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from resolutionflow.db.rls import protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UUID = sa.Uuid()
TS = sa.DateTime(timezone=True)
NOW = sa.text("now()")
JSONB = pg.JSONB()
TSV = pg.TSVECTOR()
# Four bytes, as the model says; typed here because the library leaves its parameter open.
REAL: sa.REAL[float] = sa.REAL()
SQL = Path(__file__).parents[3] / "sessions" / "sql"
FUNCTIONS = ("search", "session_json", "hot_session", "hot_list")
TABLES = (
    "ai_sessions",
    "ai_session_messages",
    "ai_session_turns",
    "ai_session_turn_events",
    "ai_session_turn_raw",
    "session_lane_items",
    "session_facts",
    "session_hypotheses",
    "session_suggested_fixes",
    "session_fix_events",
    "session_documents",
    "session_document_drafts",
)


def upgrade() -> None:
    run_sql("text_search")
    sessions()
    turns()
    lane_and_facts()
    fixes()
    documents()
    op.create_foreign_key(
        None,
        "psa_writes",
        "ai_sessions",
        ["account_id", "session_id"],
        ["account_id", "id"],
        ondelete="SET NULL (session_id)",
    )
    for name in FUNCTIONS:
        run_sql(name)


def sessions() -> None:
    op.create_table(
        "ai_sessions",
        *tenant_columns(),
        sa.Column("user_id", UUID, nullable=False),
        sa.Column("handler_id", UUID),
        sa.Column("escalated_to_id", UUID),
        sa.Column("current_handoff_id", UUID),
        sa.Column("follow_up_of", UUID),
        sa.Column("status", sa.String(24), server_default="active", nullable=False),
        sa.Column("title", sa.String(200)),
        sa.Column("title_source", sa.String(8), server_default="auto", nullable=False),
        sa.Column("problem_summary", sa.String(2000)),
        sa.Column("problem_domain", sa.String(64)),
        sa.Column("intake_type", sa.String(16), nullable=False),
        sa.Column("intake_content", JSONB, server_default="{}", nullable=False),
        sa.Column("client_name", sa.String(255)),
        sa.Column("contact_name", sa.String(255)),
        sa.Column("priority", sa.String(64)),
        sa.Column("psa_connection_id", UUID),
        sa.Column("psa_ticket_id", sa.String(64)),
        sa.Column("psa_ticket_ref", sa.String(64)),
        sa.Column("psa_company_id", sa.String(64)),
        sa.Column("psa_context", JSONB),
        sa.Column("psa_context_status", sa.String(8), server_default="none", nullable=False),
        sa.Column("psa_context_at", TS),
        sa.Column("state_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("message_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("secret_digests", JSONB, server_default="{}", nullable=False),
        sa.Column("last_activity_at", TS, server_default=NOW, nullable=False),
        sa.Column("paused_at", TS),
        sa.Column("escalated_at", TS),
        sa.Column("resolved_at", TS),
        sa.Column("abandoned_at", TS),
        sa.Column("resolution_summary", sa.String(500)),
        sa.Column("escalation_reason", sa.String(500)),
        sa.Column("abandon_reason", sa.String(500)),
        sa.Column("resolution_note_markdown", sa.Text()),
        sa.Column("escalation_package_markdown", sa.Text()),
        sa.Column("resolution_note_posted_at", TS),
        sa.Column("escalation_package_posted_at", TS),
        sa.Column("resolution_note_external_id", sa.String(128)),
        sa.Column("escalation_package_external_id", sa.String(128)),
        sa.Column("updated_at", TS, server_default=NOW, nullable=False),
        sa.Column(
            "search",
            TSV,
            sa.Computed(
                "rf_session_search(account_id, title, problem_summary, client_name, psa_ticket_id)", persisted=True
            ),
            nullable=False,
        ),
        sa.CheckConstraint("intake_type IN ('free_text', 'psa_ticket')", name=op.f("ck_ai_sessions_intake_type")),
        sa.CheckConstraint(
            "psa_context_status IN ('none', 'pending', 'ready', 'failed')",
            name=op.f("ck_ai_sessions_psa_context_status"),
        ),
        sa.CheckConstraint(
            "status IN ('active', 'paused', 'escalated', 'resolved', 'abandoned', 'requesting_escalation')",
            name=op.f("ck_ai_sessions_status"),
        ),
        sa.CheckConstraint("title_source IN ('auto', 'user')", name=op.f("ck_ai_sessions_title_source")),
        link("escalated_to_id", "users", "SET NULL"),
        link("follow_up_of", "ai_sessions", "SET NULL"),
        link("handler_id", "users", "SET NULL"),
        link("psa_connection_id", "psa_connections", "SET NULL"),
        link("user_id", "users"),
    )
    op.create_index(
        "ix_ai_sessions_account_id_handler_id_id",
        "ai_sessions",
        ["account_id", "handler_id", sa.text("last_activity_at DESC"), "id"],
    )
    op.create_index(
        "ix_ai_sessions_account_id_id", "ai_sessions", ["account_id", sa.text("last_activity_at DESC"), "id"]
    )
    op.create_index(
        "ix_ai_sessions_account_id_psa_connection_id_psa_ticket_id",
        "ai_sessions",
        ["account_id", "psa_connection_id", "psa_ticket_id"],
    )
    op.create_index(
        "ix_ai_sessions_account_id_status_id",
        "ai_sessions",
        ["account_id", "status", sa.text("last_activity_at DESC"), "id"],
    )
    op.create_index(
        "ix_ai_sessions_account_id_user_id_id",
        "ai_sessions",
        ["account_id", "user_id", sa.text("last_activity_at DESC"), "id"],
    )
    op.create_index("ix_ai_sessions_search", "ai_sessions", ["search"], postgresql_using="gin")
    protect(op, "ai_sessions")

    op.create_table(
        "ai_session_messages",
        *tenant_columns(),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("turn_id", UUID),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(24), server_default="chat", nullable=False),
        sa.Column("author_id", UUID),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("meta", JSONB, server_default="{}", nullable=False),
        sa.Column("search", TSV, sa.Computed("rf_text_search(account_id, content)", persisted=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('chat', 'paused', 'resumed', 'abandoned', 'reopened', 'escalated', 'picked_up', 'returned', 'resolved', 'fix_applied', 'fix_outcome', 'fix_replaced', 'fix_restored', 'ticket_linked', 'update_posted', 'handler_changed')",
            name=op.f("ck_ai_session_messages_kind"),
        ),
        sa.CheckConstraint("role IN ('engineer', 'pilot', 'system')", name=op.f("ck_ai_session_messages_role")),
        sa.CheckConstraint("char_length(content) <= 100000", name=op.f("ck_ai_session_messages_content_length")),
        link("author_id", "users", "SET NULL"),
        link("session_id", "ai_sessions", "CASCADE"),
        sa.UniqueConstraint("account_id", "session_id", "seq"),
    )
    op.create_index("ix_ai_session_messages_search", "ai_session_messages", ["search"], postgresql_using="gin")
    protect(op, "ai_session_messages")


def turns() -> None:
    op.create_table(
        "ai_session_turns",
        *tenant_columns(),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("client_turn_id", UUID, nullable=False),
        sa.Column("user_id", UUID, nullable=False),
        sa.Column("user_message_id", UUID, nullable=False),
        sa.Column("reply_message_id", UUID),
        sa.Column("retry_of", UUID),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("engine", sa.String(8)),
        sa.Column("provider", sa.String(32)),
        sa.Column("model", sa.String(128)),
        sa.Column("text_so_far", sa.Text(), server_default="", nullable=False),
        sa.Column("error_code", sa.String(64)),
        sa.Column("error_text", sa.Text()),
        sa.Column("retryable", sa.Boolean()),
        sa.Column("markers", JSONB, server_default="{}", nullable=False),
        sa.Column("usage", JSONB, server_default="{}", nullable=False),
        sa.Column("notices", JSONB, server_default="[]", nullable=False),
        sa.Column("suggested_flows", JSONB, server_default="[]", nullable=False),
        sa.Column("state_version_after", sa.Integer()),
        sa.Column("started_at", TS),
        sa.Column("first_delta_at", TS),
        sa.Column("finished_at", TS),
        sa.CheckConstraint("engine IN ('guide', 'llm')", name=op.f("ck_ai_session_turns_engine")),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'finished', 'failed', 'interrupted', 'stopped')",
            name=op.f("ck_ai_session_turns_status"),
        ),
        link("reply_message_id", "ai_session_messages", "SET NULL"),
        link("retry_of", "ai_session_turns", "SET NULL"),
        link("session_id", "ai_sessions", "CASCADE"),
        link("user_id", "users"),
        link("user_message_id", "ai_session_messages", "CASCADE"),
        sa.UniqueConstraint("account_id", "session_id", "client_turn_id"),
    )
    op.create_index(
        "ix_ai_session_turns_account_id_session_id_created_at",
        "ai_session_turns",
        ["account_id", "session_id", "created_at"],
    )
    op.create_index(
        "uq_ai_session_turns_running",
        "ai_session_turns",
        ["account_id", "session_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('queued', 'running')"),
    )
    protect(op, "ai_session_turns")

    # Message and turn point at each other: this half is checked at commit.
    op.create_foreign_key(
        None,
        "ai_session_messages",
        "ai_session_turns",
        ["account_id", "turn_id"],
        ["account_id", "id"],
        ondelete="SET NULL (turn_id)",
        deferrable=True,
        initially="DEFERRED",
    )

    op.create_table(
        "ai_session_turn_events",
        sa.Column("turn_id", UUID, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("type", sa.String(24), nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("created_at", TS, server_default=NOW, nullable=False),
        link("session_id", "ai_sessions", "CASCADE"),
        link("turn_id", "ai_session_turns", "CASCADE"),
        sa.PrimaryKeyConstraint("turn_id", "event_id"),
    )
    op.create_index(
        "ix_ai_session_turn_events_account_id_session_id", "ai_session_turn_events", ["account_id", "session_id"]
    )
    op.create_index("ix_ai_session_turn_events_created_at", "ai_session_turn_events", ["created_at"])
    protect(op, "ai_session_turn_events")

    op.create_table(
        "ai_session_turn_raw",
        sa.Column("turn_id", UUID, nullable=False),
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("expires_at", TS, nullable=False),
        sa.Column("created_at", TS, server_default=NOW, nullable=False),
        link("session_id", "ai_sessions", "CASCADE"),
        link("turn_id", "ai_session_turns", "CASCADE"),
        sa.PrimaryKeyConstraint("turn_id"),
    )
    op.create_index("ix_ai_session_turn_raw_account_id_session_id", "ai_session_turn_raw", ["account_id", "session_id"])
    op.create_index("ix_ai_session_turn_raw_expires_at", "ai_session_turn_raw", ["expires_at"])
    protect(op, "ai_session_turn_raw")


def lane_and_facts() -> None:
    op.create_table(
        "session_lane_items",
        *tenant_columns(),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("match_hash", sa.CHAR(length=64), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("context", sa.String(1000)),
        sa.Column("description", sa.String(1000)),
        sa.Column("options", JSONB, server_default="[]", nullable=False),
        sa.Column("command", sa.String(8000)),
        sa.Column("shell", sa.String(12)),
        sa.Column("command_risk", sa.String(12)),
        sa.Column("risk_reason", sa.String(300)),
        sa.Column("state", sa.String(10), server_default="open", nullable=False),
        sa.Column("answer", sa.String(4000)),
        sa.Column("answer_kind", sa.String(8)),
        sa.Column("option_index", sa.Integer()),
        sa.Column("output", sa.Text()),
        sa.Column("output_cut", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("skip_reason", sa.String(300)),
        sa.Column("settled_by", UUID),
        sa.Column("settled_at", TS),
        sa.Column("first_turn_id", UUID),
        sa.Column("last_turn_id", UUID),
        sa.Column("sent_turn_id", UUID),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("updated_at", TS, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "answer_kind IN ('text', 'option', 'unknown')", name=op.f("ck_session_lane_items_answer_kind")
        ),
        sa.CheckConstraint(
            "command_risk IN ('read_only', 'changes', 'destructive', 'unknown')",
            name=op.f("ck_session_lane_items_command_risk"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(options) = 'array' AND jsonb_array_length(options) <= 8",
            name=op.f("ck_session_lane_items_options_shape"),
        ),
        sa.CheckConstraint(
            "kind = 'check' OR (state <> 'done' AND command IS NULL AND output IS NULL)",
            name=op.f("ck_session_lane_items_outputs_are_of_checks"),
        ),
        sa.CheckConstraint(
            "kind = 'question' OR (state <> 'answered' AND answer IS NULL AND answer_kind IS NULL AND option_index IS NULL AND options = '[]'::jsonb)",
            name=op.f("ck_session_lane_items_answers_are_of_questions"),
        ),
        sa.CheckConstraint("kind IN ('question', 'check')", name=op.f("ck_session_lane_items_kind")),
        sa.CheckConstraint(
            "shell IN ('powershell', 'bash', 'cmd', 'python', 'network')", name=op.f("ck_session_lane_items_shell")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'skipped', 'done', 'retired')", name=op.f("ck_session_lane_items_state")
        ),
        link("first_turn_id", "ai_session_turns", "SET NULL"),
        link("last_turn_id", "ai_session_turns", "SET NULL"),
        link("sent_turn_id", "ai_session_turns", "SET NULL"),
        link("session_id", "ai_sessions", "CASCADE"),
        link("settled_by", "users", "SET NULL"),
        sa.UniqueConstraint("account_id", "session_id", "kind", "match_hash"),
    )
    op.create_index(
        "ix_session_lane_items_account_id_session_id_position",
        "session_lane_items",
        ["account_id", "session_id", "position"],
    )
    protect(op, "session_lane_items")

    op.create_table(
        "session_facts",
        *tenant_columns(),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("turn_id", UUID),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.Column("source_type", sa.String(20), nullable=False),
        sa.Column("source_ref", UUID),
        sa.Column("source_summary", sa.String(200)),
        sa.Column("evidence", JSONB),
        sa.Column("grounding", sa.String(10), nullable=False),
        sa.Column("created_by", UUID),
        sa.Column("updated_at", TS, server_default=NOW, nullable=False),
        sa.Column("deleted_at", TS),
        sa.Column("deleted_by", UUID),
        sa.Column("search", TSV, sa.Computed("rf_text_search(account_id, text)", persisted=True), nullable=False),
        sa.CheckConstraint(
            "grounding IN ('verified', 'unverified', 'person')", name=op.f("ck_session_facts_grounding")
        ),
        sa.CheckConstraint(
            "source_ref IS NULL OR source_type IN ('question', 'diagnostic_check')",
            name=op.f("ck_session_facts_ref_has_item"),
        ),
        sa.CheckConstraint(
            "source_type IN ('question', 'diagnostic_check', 'user_note', 'ai_synthesis')",
            name=op.f("ck_session_facts_source_type"),
        ),
        link("created_by", "users", "SET NULL"),
        link("deleted_by", "users", "SET NULL"),
        link("session_id", "ai_sessions", "CASCADE"),
        link("source_ref", "session_lane_items", "SET NULL"),
        link("turn_id", "ai_session_turns", "SET NULL"),
    )
    op.create_index("ix_session_facts_account_id_source_ref", "session_facts", ["account_id", "source_ref"])
    op.create_index(
        "ix_session_facts_live",
        "session_facts",
        ["account_id", "session_id", "created_at"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_session_facts_search", "session_facts", ["search"], postgresql_using="gin")
    op.create_index(
        "uq_session_facts_live_text",
        "session_facts",
        ["account_id", "session_id", sa.text("md5(lower(text::text))")],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    protect(op, "session_facts")

    op.create_table(
        "session_hypotheses",
        *tenant_columns(),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("turn_id", UUID),
        sa.Column("fork_id", UUID, nullable=False),
        sa.Column("fork_reason", sa.String(500)),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("description", sa.String(1000)),
        sa.Column("status", sa.String(12), server_default="open", nullable=False),
        sa.Column("weight", REAL),
        sa.Column("closed_by_fact", UUID),
        sa.Column("closed_at", TS),
        sa.CheckConstraint(
            "status IN ('open', 'confirmed', 'ruled_out', 'superseded')", name=op.f("ck_session_hypotheses_status")
        ),
        link("closed_by_fact", "session_facts", "SET NULL"),
        link("session_id", "ai_sessions", "CASCADE"),
        link("turn_id", "ai_session_turns", "SET NULL"),
    )
    op.create_index(
        "ix_session_hypotheses_account_id_session_id_status",
        "session_hypotheses",
        ["account_id", "session_id", "status"],
    )
    protect(op, "session_hypotheses")


def fixes() -> None:
    op.create_table(
        "session_suggested_fixes",
        *tenant_columns(),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("turn_id", UUID),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.String(10000), nullable=False),
        sa.Column("confidence_pct", sa.Integer(), nullable=False),
        sa.Column("script_template_id", UUID),
        sa.Column("ai_drafted_script", sa.Text()),
        sa.Column("ai_drafted_parameters", JSONB),
        sa.Column("edited_script", sa.Text()),
        sa.Column("parameters_used", JSONB),
        sa.Column("user_decision", sa.String(16)),
        sa.Column("decided_at", TS),
        sa.Column("decided_by", UUID),
        sa.Column("status", sa.String(20), server_default="proposed", nullable=False),
        sa.Column("applied_at", TS),
        sa.Column("applied_by", UUID),
        sa.Column("verified_at", TS),
        sa.Column("partial_notes", sa.String(500)),
        sa.Column("failure_reason", sa.String(500)),
        sa.Column("ai_outcome_proposal", JSONB),
        sa.Column("superseded_at", TS),
        sa.Column("superseded_by", UUID),
        sa.Column("updated_at", TS, server_default=NOW, nullable=False),
        sa.Column("search", TSV, sa.Computed("rf_text_search(account_id, title)", persisted=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'dismissed' OR superseded_at IS NOT NULL",
            name=op.f("ck_session_suggested_fixes_dismissed_is_superseded"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'applied_success', 'applied_failed', 'applied_partial', 'dismissed')",
            name=op.f("ck_session_suggested_fixes_status"),
        ),
        sa.CheckConstraint(
            "user_decision IN ('one_off', 'draft_template', 'build_template', 'dismissed')",
            name=op.f("ck_session_suggested_fixes_user_decision"),
        ),
        sa.CheckConstraint("confidence_pct BETWEEN 0 AND 100", name=op.f("ck_session_suggested_fixes_confidence_pct")),
        link("applied_by", "users", "SET NULL"),
        link("decided_by", "users", "SET NULL"),
        link("session_id", "ai_sessions", "CASCADE"),
        link("superseded_by", "session_suggested_fixes", "SET NULL"),
        link("turn_id", "ai_session_turns", "SET NULL"),
    )
    op.create_index(
        "ix_session_suggested_fixes_account_id_session_id_created_at",
        "session_suggested_fixes",
        ["account_id", "session_id", "created_at"],
    )
    op.create_index("ix_session_suggested_fixes_search", "session_suggested_fixes", ["search"], postgresql_using="gin")
    op.create_index(
        "uq_session_suggested_fixes_active",
        "session_suggested_fixes",
        ["account_id", "session_id"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    protect(op, "session_suggested_fixes")

    op.create_table(
        "session_fix_events",
        *tenant_columns(),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("fix_id", UUID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("from_status", sa.String(20)),
        sa.Column("to_status", sa.String(20)),
        sa.Column("detail", JSONB, server_default="{}", nullable=False),
        sa.Column("actor_id", UUID),
        sa.CheckConstraint(
            "from_status IN ('proposed', 'applied_success', 'applied_failed', 'applied_partial', 'dismissed')",
            name=op.f("ck_session_fix_events_from_status"),
        ),
        sa.CheckConstraint(
            "kind IN ('created', 'superseded', 'decision', 'applied', 'outcome', 'resumed', 'restored', 'script_attached', 'proposal_set', 'proposal_cleared')",
            name=op.f("ck_session_fix_events_kind"),
        ),
        sa.CheckConstraint(
            "to_status IN ('proposed', 'applied_success', 'applied_failed', 'applied_partial', 'dismissed')",
            name=op.f("ck_session_fix_events_to_status"),
        ),
        link("actor_id", "users", "SET NULL"),
        link("fix_id", "session_suggested_fixes", "CASCADE"),
        link("session_id", "ai_sessions", "CASCADE"),
    )
    op.create_index(
        "ix_session_fix_events_account_id_fix_id_created_at",
        "session_fix_events",
        ["account_id", "fix_id", "created_at"],
    )
    op.create_index("ix_session_fix_events_account_id_session_id", "session_fix_events", ["account_id", "session_id"])
    protect(op, "session_fix_events")


def documents() -> None:
    op.create_table(
        "session_documents",
        *tenant_columns(),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("state_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("markdown", sa.Text()),
        sa.Column("sentences", JSONB, server_default="[]", nullable=False),
        sa.Column("engine", sa.String(10)),
        sa.Column("model", sa.String(128)),
        sa.Column("error_code", sa.String(64)),
        sa.Column("generation", UUID, nullable=False),
        sa.Column("heartbeat_at", TS),
        sa.Column("generated_at", TS),
        sa.CheckConstraint("engine IN ('llm', 'builtin')", name=op.f("ck_session_documents_engine")),
        sa.CheckConstraint("kind IN ('resolution_note', 'escalation_package')", name=op.f("ck_session_documents_kind")),
        sa.CheckConstraint("status IN ('generating', 'ready', 'failed')", name=op.f("ck_session_documents_status")),
        link("session_id", "ai_sessions", "CASCADE"),
        sa.UniqueConstraint("account_id", "session_id", "kind", "state_version"),
    )
    protect(op, "session_documents")

    op.create_table(
        "session_document_drafts",
        *tenant_columns(),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("user_id", UUID, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("base_state_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", TS, server_default=NOW, nullable=False),
        sa.CheckConstraint(
            "kind IN ('resolution_note', 'escalation_package', 'status_update', 'email_draft', 'request_info')",
            name=op.f("ck_session_document_drafts_kind"),
        ),
        link("session_id", "ai_sessions", "CASCADE"),
        link("user_id", "users"),
        sa.UniqueConstraint("account_id", "session_id", "user_id", "kind"),
    )
    protect(op, "session_document_drafts")


def downgrade() -> None:
    run_sql("drop")
    op.drop_constraint("fk_psa_writes_account_id_session_id_ai_sessions", "psa_writes", type_="foreignkey")
    op.drop_constraint(
        "fk_ai_session_messages_account_id_turn_id_ai_session_turns", "ai_session_messages", type_="foreignkey"
    )
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION rf_session_search(uuid, varchar, varchar, varchar, varchar)")
    op.execute("DROP FUNCTION rf_text_search(uuid, varchar)")


def run_sql(name: str) -> None:
    """Run the statements of a file one by one; each starts in the first column after an empty line or a semicolon."""
    for statement in re.split(r";\n+(?=--|CREATE|DROP)", (SQL / f"{name}.sql").read_text()):
        op.get_bind().exec_driver_sql(statement)


def tenant_columns() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", UUID, primary_key=True),
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("created_at", TS, nullable=False, server_default=NOW),
        sa.UniqueConstraint("account_id", "id"),
    )


def link(column: str, table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """A foreign key inside the tenant."""
    rule = f"SET NULL ({column})" if ondelete == "SET NULL" else ondelete
    return sa.ForeignKeyConstraint(["account_id", column], [f"{table}.account_id", f"{table}.id"], ondelete=rule)
