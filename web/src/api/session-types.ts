/** Shapes of the session endpoints, as the server's schemas state them. Times are ISO 8601, ids UUIDs, offsets count code points. */

export type SessionStatus = "active" | "paused" | "requesting_escalation" | "escalated" | "resolved" | "abandoned";
export type TurnStatus = "queued" | "running" | "finished" | "failed" | "interrupted" | "stopped";
export type Engine = "guide" | "llm";
export type LaneKind = "question" | "check";
export type LaneState = "open" | "answered" | "skipped" | "done" | "retired";
export type Shell = "powershell" | "bash" | "cmd" | "python" | "network";
export type RunShell = "powershell" | "bash" | "cmd";
export type Risk = "read_only" | "changes" | "destructive" | "unknown";
export type FactSource = "question" | "diagnostic_check" | "user_note" | "ai_synthesis";
export type Grounding = "verified" | "unverified" | "person";
export type FixStatus = "proposed" | "applied_success" | "applied_failed" | "applied_partial" | "dismissed";
export type FixOutcome = Exclude<FixStatus, "proposed">;
export type NoWriteReason = "viewer" | "not_handler" | "closed" | "awaiting_pickup";
export type NoticeKind =
  | "secrets_masked"
  | "engine_fallback"
  | "marker_dropped"
  | "context_trimmed"
  | "docs_unavailable";

export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface Permissions {
  readonly can_write: boolean;
  readonly can_resolve: boolean;
  readonly can_escalate: boolean;
  readonly can_share: boolean;
  readonly reason: NoWriteReason | null;
}

export interface Notice {
  readonly kind: NoticeKind;
  readonly text: string;
}

export interface SuggestedFlow {
  readonly slug: string;
  readonly name: string;
}

export interface MessageTurn {
  readonly id: string;
  readonly status: TurnStatus;
  readonly engine: Engine | null;
  readonly notices: readonly Notice[];
  readonly suggested_flows: readonly SuggestedFlow[];
  readonly error_text: string | null;
  readonly retryable: boolean | null;
}

export interface MaskedSecret {
  readonly number: number;
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

export interface MessageMeta {
  readonly masked: readonly MaskedSecret[];
  readonly fix_id: string | null;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly ticket_ref: string | null;
}

export interface Message {
  readonly id: string;
  readonly seq: number;
  readonly role: "engineer" | "pilot" | "system";
  readonly kind: string;
  readonly author: Person | null;
  readonly content: string;
  readonly meta: MessageMeta;
  readonly turn: MessageTurn | null;
  readonly created_at: string;
}

export interface MessagePage {
  readonly items: readonly Message[];
  readonly has_more: boolean;
}

export interface LaneItem {
  readonly id: string;
  readonly kind: LaneKind;
  readonly text: string;
  readonly context: string | null;
  readonly description: string | null;
  readonly options: readonly string[];
  readonly command: string | null;
  readonly shell: Shell | null;
  readonly command_risk: Risk | null;
  readonly risk_reason: string | null;
  readonly state: LaneState;
  readonly answer: string | null;
  readonly answer_kind: "text" | "option" | "unknown" | null;
  readonly option_index: number | null;
  readonly output: string | null;
  readonly output_cut: boolean;
  readonly skip_reason: string | null;
  readonly settled_by: string | null;
  readonly settled_at: string | null;
  readonly first_turn_id: string | null;
  readonly last_turn_id: string | null;
  readonly sent_turn_id: string | null;
  readonly position: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface LaneCounts {
  readonly open_questions: number;
  readonly open_checks: number;
  readonly settled: number;
  readonly retired: number;
  readonly unsent: number;
}

export interface Lane {
  readonly questions: readonly LaneItem[];
  readonly checks: readonly LaneItem[];
  readonly counts: LaneCounts;
}

export interface LaneItemResult {
  readonly item: LaneItem;
  readonly affected_facts: readonly Fact[];
  readonly state_version: number;
}

export type LeftOutReason = "no_command" | "other_shell" | "not_combinable" | "not_read_only";

export interface RunScript {
  readonly script: string;
  readonly shell: RunShell;
  readonly items: ReadonlyArray<{
    readonly id: string;
    readonly number: number;
    readonly code: string;
    readonly label: string;
  }>;
  readonly left_out: ReadonlyArray<{ readonly id: string; readonly reason: LeftOutReason }>;
}

export interface OutputsResult {
  readonly recorded: readonly LaneItem[];
  readonly rest: string;
  readonly missing: readonly string[];
  readonly affected_facts: readonly Fact[];
  readonly state_version: number;
}

export interface Evidence {
  readonly kind: "message" | "lane_item" | "ticket" | null;
  readonly message_id: string | null;
  readonly lane_item_id: string | null;
  readonly ticket_field: string | null;
  readonly quote: string | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly stale: boolean;
  readonly missing: readonly string[];
}

export interface Fact {
  readonly id: string;
  readonly session_id: string;
  readonly turn_id: string | null;
  readonly text: string;
  readonly source_type: FactSource;
  readonly source_ref: string | null;
  readonly source_summary: string | null;
  readonly evidence: Evidence | null;
  readonly grounding: Grounding;
  readonly created_by: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly editable: boolean;
}

export interface OutcomeProposal {
  readonly fix_id: string;
  readonly outcome: "success" | "failure" | "partial";
  readonly reason: string;
  readonly message_id: string | null;
}

export interface Fix {
  readonly id: string;
  readonly session_id: string;
  readonly turn_id: string | null;
  readonly title: string;
  readonly description: string;
  readonly confidence_pct: number;
  readonly script_template_id: string | null;
  readonly ai_drafted_script: string | null;
  readonly ai_drafted_parameters: Readonly<Record<string, unknown>> | null;
  readonly edited_script: string | null;
  readonly parameters_used: Readonly<Record<string, unknown>> | null;
  readonly user_decision: "one_off" | "draft_template" | "build_template" | "dismissed" | null;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
  readonly status: FixStatus;
  readonly applied_at: string | null;
  readonly applied_by: string | null;
  readonly verified_at: string | null;
  readonly partial_notes: string | null;
  readonly failure_reason: string | null;
  readonly ai_outcome_proposal: OutcomeProposal | null;
  readonly superseded_at: string | null;
  readonly superseded_by: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly messages_since_apply: number;
}

export interface FixDecisionResult {
  readonly id: string;
  readonly user_decision: "one_off" | "dismissed";
  readonly rendered_script: string | null;
  readonly fix: Fix;
}

export interface Turn {
  readonly id: string;
  readonly session_id: string;
  readonly client_turn_id: string;
  readonly user_message_id: string;
  readonly reply_message_id: string | null;
  readonly retry_of: string | null;
  readonly status: TurnStatus;
  readonly engine: Engine | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly text: string;
  readonly error_code: string | null;
  readonly error_text: string | null;
  readonly retryable: boolean | null;
  readonly notices: readonly Notice[];
  readonly suggested_flows: readonly SuggestedFlow[];
  readonly state_version_after: number | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly first_delta_at: string | null;
  readonly finished_at: string | null;
}

export interface OpenWrite {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
}

/** A session; the parts asked for with `include` are filled, the others null. */
export interface SessionDetail {
  readonly id: string;
  readonly title: string | null;
  readonly title_source: "auto" | "user";
  readonly status: SessionStatus;
  readonly problem_summary: string | null;
  readonly problem_domain: string | null;
  readonly intake_type: "free_text" | "psa_ticket";
  readonly intake_text: string | null;
  readonly client_name: string | null;
  readonly contact_name: string | null;
  readonly priority: string | null;
  readonly psa_connection_id: string | null;
  readonly psa_ticket_id: string | null;
  readonly ticket_ref: string | null;
  readonly psa_context_status: "none" | "pending" | "ready" | "failed";
  readonly psa_context_at: string | null;
  readonly follow_up_of: string | null;
  readonly state_version: number;
  readonly message_count: number;
  readonly resolution_summary: string | null;
  readonly resolution_note_markdown: string | null;
  readonly resolution_note_posted_at: string | null;
  readonly resolution_note_external_id: string | null;
  readonly escalation_reason: string | null;
  readonly abandon_reason: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly last_activity_at: string;
  readonly paused_at: string | null;
  readonly escalated_at: string | null;
  readonly resolved_at: string | null;
  readonly abandoned_at: string | null;
  readonly owner: Person;
  readonly handler: Person | null;
  readonly counts: {
    readonly open_questions: number;
    readonly open_checks: number;
    readonly facts: number;
    readonly fixes: number;
  };
  readonly permissions: Permissions;
  readonly running_turn_id: string | null;
  readonly open_write: OpenWrite | null;
  readonly messages: MessagePage | null;
  readonly lane: Lane | null;
  readonly facts: readonly Fact[] | null;
  readonly fix: Fix | null;
  readonly turn: Turn | null;
}

export interface SessionRow {
  readonly id: string;
  readonly title: string | null;
  readonly status: SessionStatus;
  readonly client_name: string | null;
  readonly ticket_ref: string | null;
  readonly priority: string | null;
  readonly owner: Person;
  readonly handler: Person | null;
  readonly fix_status: FixStatus | null;
  readonly open_questions: number;
  readonly open_checks: number;
  readonly running_turn: boolean;
  readonly can_write: boolean;
  readonly created_at: string;
  readonly last_activity_at: string;
  readonly resolved_at: string | null;
  readonly match: {
    readonly field: "title" | "problem" | "client" | "ticket" | "message" | "fact" | "fix";
    readonly text: string;
    readonly ranges: ReadonlyArray<{ readonly start: number; readonly end: number }>;
  } | null;
}
