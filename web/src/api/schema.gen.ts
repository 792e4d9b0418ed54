// Generated from openapi.json by scripts/gen.mjs: npm run gen

export type AbandonSession = {
  readonly reason?: string;
};

/** Make a draft a template. Without `edited_body` the draft's script is taken as it is. */
export type AcceptDraft = {
  readonly name: string;
  readonly category_id: string;
  readonly parameters_schema: ParametersIn;
  readonly description?: string;
  readonly edited_body?: string;
};

/** Somebody of the account. `email` is for admins and the owner; null for others. */
export type AccountMember = {
  readonly id: string;
  readonly name: string;
  readonly role: "viewer" | "engineer" | "admin" | "owner";
  readonly is_active: boolean;
  readonly email: string | null;
};

export type AccountMemberList = {
  readonly items: readonly AccountMember[];
};

export type AccountOut = {
  readonly id: string;
  readonly name: string;
  readonly is_demo: boolean;
  readonly time_zone: string;
};

export type ActivityListOut = {
  readonly items: readonly ActivityOut[];
  readonly next_cursor: string | null;
};

/** What happened around the PSA. `actor_name` is null when the product did it by itself. */
export type ActivityOut = {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly actor_name: string | null;
  readonly connection_id: string | null;
  readonly write_id: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
};

/** All settings. `api_key` is write-only: left out keeps the stored one, null deletes it. `version` 0 = nothing stored yet. */
export type AiSettingsIn = {
  readonly mode: "guide" | "platform" | "own";
  readonly provider: "anthropic" | "google" | "openai_compatible" | null;
  readonly base_url: string | null;
  readonly api_key?: string | null;
  readonly model_fast: string | null;
  readonly model_standard: string | null;
  readonly monthly_budget_usd: number | null;
  readonly warn_percent: number;
  readonly ms_learn_enabled: boolean;
  readonly images_enabled: boolean;
  readonly prices: readonly Price[];
  readonly version: number;
};

/** `key_hint` and `problem` are for admins, null for others. `engine` is what answers the next turn. */
export type AiSettingsOut = {
  readonly mode: "guide" | "platform" | "own";
  readonly engine: "guide" | "llm";
  readonly provider: "anthropic" | "google" | "openai_compatible" | null;
  readonly base_url: string | null;
  readonly key_set: boolean;
  readonly key_hint: string | null;
  readonly model_fast: string | null;
  readonly model_standard: string | null;
  readonly monthly_budget_usd: number | null;
  readonly warn_percent: number;
  readonly ms_learn_enabled: boolean;
  readonly images_enabled: boolean;
  readonly prices: readonly PriceOut[];
  readonly unpriced_models: readonly string[];
  readonly list_prices_of: string;
  readonly platform: PlatformOut;
  readonly budget: BudgetOut;
  readonly problem: ProblemOut | null;
  readonly version: number;
  readonly updated_at: string | null;
};

/** What to test instead of the stored settings. A stored key is used only with the provider and address it was stored for. */
export type AiTestIn = {
  readonly provider: "anthropic" | "google" | "openai_compatible";
  readonly base_url?: string | null;
  readonly api_key?: string | null;
  readonly model_fast?: string | null;
  readonly model_standard: string;
};

export type AiTestOut = {
  readonly items: readonly TierTest[];
};

export type AiUsageOut = {
  readonly month: string;
  readonly group_by: "day" | "action" | "model" | "user" | "session";
  readonly items: readonly UsageRow[];
  readonly total: UsageFigures;
  readonly truncated: boolean;
  readonly budget: BudgetOut;
};

/** Exactly one of the three. `unknown` means the engineer does not know. */
export type Answer = {
  readonly answer?: string;
  readonly option_index?: number;
  readonly unknown?: true;
};

/** `replace`: the person becomes the primary one in place of whoever is. */
export type AssignIn = {
  readonly member_id: string;
  readonly replace?: boolean;
};

export type AssigneeOut = {
  readonly member: Named;
  readonly primary: boolean;
};

/** Who is on the ticket after it was read again. `changed`: something was sent. */
export type AssigneesOut = {
  readonly ticket: TicketOut;
  readonly revision: string;
  readonly assignees: readonly AssigneeOut[];
  readonly changed: boolean;
};

/** Replaces the drafted script and its parameters (left out: none). */
export type AttachScript = {
  readonly ai_drafted_script: string;
  readonly ai_drafted_parameters?: Readonly<Record<string, unknown>>;
};

export type AttachmentOut = {
  readonly id: string;
  readonly title: string;
  readonly file_name: string;
  readonly created_at: string | null;
};

/** One act. `actor_name` is looked up now: names are never stored in the log. */
export type AuditEventOut = {
  readonly seq: number;
  readonly at: string;
  readonly actor_kind: "user" | "api_key" | "system" | "super_admin";
  readonly actor_id: string | null;
  readonly actor_name: string | null;
  readonly impersonator_id: string | null;
  readonly action: string;
  readonly resource_type: string;
  readonly resource_id: string | null;
  readonly ip: string | null;
  readonly user_agent: string;
  readonly request_id: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hash: string;
};

export type AuditListOut = {
  readonly items: readonly AuditEventOut[];
  readonly next_cursor: string | null;
};

/** `first_bad_seq` names the first event that does not fit the chain; null when `ok`. */
export type AuditVerifyOut = {
  readonly ok: boolean;
  readonly rows: number;
  readonly first_bad_seq: number | null;
};

export type Blocker = {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>> | null;
};

/** The money of one month (UTC). `limit_usd` and `left_usd` are null without a budget. */
export type BudgetOut = {
  readonly month: string;
  readonly limit_usd: number | null;
  readonly spent_usd: number;
  readonly reserved_usd: number;
  readonly left_usd: number | null;
  readonly percent: number | null;
  readonly warn_percent: number;
  readonly state: "none" | "ok" | "warning" | "exhausted";
  readonly unpriced_calls: number;
};

/** Active categories by their order, then by name. */
export type CategoryList = {
  readonly items: readonly CategoryOut[];
};

/** A shelf of the library. `platform` = it comes with the product. */
export type CategoryOut = {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly platform: boolean;
};

/** The engineer's message, blank only with a picture. A repeated `client_turn_id` never runs twice: it attaches to the turn it started. */
export type ChatRequest = {
  readonly message: string;
  readonly client_turn_id: string;
  /** Up to three own pictures that are in no message. */
  readonly upload_ids?: readonly string[];
};

/** One check. `ok` is null for a right that only a write proves; `permission` is in the vendor's own words. */
export type CheckOut = {
  readonly check: string;
  readonly ok: boolean | null;
  readonly permission: string | null;
  readonly detail: string;
};

/** What the combined script printed, as it was copied from the console. */
export type CombinedOutput = {
  readonly text: string;
};

export type ConfigurationOut = {
  readonly id: string;
  readonly name: string;
  readonly type: string | null;
  readonly ip_address: string | null;
  readonly os: string | null;
};

export type Conflict = {
  readonly field: string;
  readonly then: string | null;
  readonly now: string | null;
  readonly by: string | null;
};

/** Only what is given changes. `config` fields that say where or as whom it signs in need all `secrets` again. */
export type ConnectionChangeIn = {
  readonly version: number;
  readonly name?: string | null;
  readonly is_active?: boolean | null;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
};

export type ConnectionIn = {
  readonly provider: "connectwise" | "halopsa" | "autotask";
  readonly config: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly name?: string | null;
};

export type ConnectionListOut = {
  readonly items: readonly ConnectionOut[];
};

/** `config` shows a client id by its last characters only; `key_hint` is the end of the public key or client id. */
export type ConnectionOut = {
  readonly id: string;
  readonly provider: "connectwise" | "halopsa" | "autotask";
  readonly label: string;
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
  readonly key_hint: string | null;
  readonly status: "ok" | "auth_failed" | "permission_missing" | "unreachable" | "rate_limited" | "disabled" | "untested";
  readonly status_detail: string | null;
  readonly is_active: boolean;
  readonly web_base: string | null;
  readonly checks: readonly CheckOut[];
  readonly checked_at: string | null;
  readonly check_seconds: number | null;
  readonly last_ok_at: string | null;
  readonly open_writes: number;
  readonly webhook: WebhookOut;
  readonly version: number;
};

/** `ok`: it could be connected. Rights may be missing all the same: see the checks. */
export type ConnectionTestOut = {
  readonly ok: boolean;
  readonly checks: readonly CheckOut[];
  readonly seconds: number;
};

export type ContactOut = {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly company_id: string | null;
};

/** A note of a person. */
export type CreateFact = {
  readonly text: string;
  readonly summary?: string;
};

/** Start a session from a text, a ticket, or both. A message or picture needs `client_turn_id`: the first turn starts at once. */
export type CreateSession = {
  readonly title?: string;
  readonly ticket_id?: string;
  /** Take the ticket although another open session works on it. */
  readonly share?: boolean;
  readonly follow_up_of?: string;
  readonly message?: string;
  readonly client_turn_id?: string;
  /** Up to three own pictures that are in no message. */
  readonly upload_ids?: readonly string[];
};

/** `expires_in_days` at most the account's `share_link_max_days`; 7 (or that, when it is less) when left out. */
export type CreateShare = {
  readonly expires_in_days?: number;
  readonly include_conversation?: boolean;
  readonly label?: string;
};

/** Keep an update; with `visibility` also post it to the linked ticket. `revision` is the ticket's from the preview of the write. */
export type CreateUpdate = {
  readonly audience: "status_update" | "email_draft" | "request_info";
  readonly markdown: string;
  readonly subject?: string;
  readonly visibility?: "internal" | "customer";
  readonly revision?: string;
  readonly acknowledge?: readonly ("ticket_changed" | "leak_suspected" | "unsupported_sentences")[];
};

export type CreatedSession = {
  readonly session: SessionDetail;
  readonly turn_id: string | null;
};

/** `url` holds the token and is shown this once: only its hash is stored. */
export type CreatedShare = {
  readonly id: string;
  readonly url: string;
  readonly expires_at: string;
};

/**
 * Which path to take with the script, or `dismissed`. The script is the edited one given, else the saved one, else the drafted one.
 *
 * `draft_template` runs it as `one_off` does and keeps it as a draft for the library.
 */
export type Decision = {
  readonly decision: "one_off" | "draft_template" | "dismissed";
  readonly edited_script?: string;
  readonly parameters_used?: Readonly<Record<string, unknown>>;
};

/** `rendered_script` is the exact script to run; null for a dismissal. `redirect_path` = a page to go on at, when there is one. */
export type DecisionResult = {
  readonly id: string;
  readonly user_decision: "one_off" | "draft_template" | "dismissed";
  readonly rendered_script: string | null;
  readonly draft_template_id: string | null;
  readonly redirect_path: string | null;
  readonly fix: FixOut;
};

export type DeltaEvent = {
  readonly event: "delta";
  readonly data: TurnDelta;
};

/** The demo sign-in of an installation that listens on loopback only. `email` is the one to try first; all share the password. */
export type DemoSignIn = {
  readonly email: string;
  readonly password: string;
  readonly users: readonly DemoUserOut[];
};

/** Somebody to try the demo as: what they do, and what they are good for. */
export type DemoUserOut = {
  readonly email: string;
  readonly name: string;
  readonly role: "viewer" | "engineer" | "admin" | "owner";
  readonly job: string;
  readonly good_for: string;
};

/** The generated document of this state. `from_cache`: it had been written before, here or on another server. */
export type DocumentPreview = {
  readonly kind: "resolution_note" | "escalation_package";
  readonly markdown: string;
  readonly sentences: readonly SentenceOut[];
  readonly marks: readonly MarkedSentence[];
  readonly left_out: LeftOutOfNote;
  readonly target_ticket_ref: string | null;
  readonly state_version: number;
  readonly from_cache: boolean;
  readonly engine: "llm" | "builtin";
  readonly draft: DraftOut | null;
};

export type DraftAccepted = {
  readonly draft_id: string;
  readonly promoted_template_id: string;
  readonly template_slug: string;
};

/** `id` is null for texts. `from` is the place in the text it was read from; null when it comes from the session's ticket. */
export type DraftField = {
  readonly id: string | null;
  readonly value: string;
  readonly confidence: "high" | "medium" | "low";
  readonly from: Span | null;
};

/** The caller's own edited text. `base_state_version` is the state it was written over. */
export type DraftOut = {
  readonly kind: "resolution_note" | "escalation_package" | "status_update" | "email_draft" | "request_info";
  readonly markdown: string;
  readonly base_state_version: number;
  readonly version: number;
  readonly updated_at: string;
};

export type DraftRejected = {
  readonly draft_id: string;
  readonly status: "pending" | "accepted" | "rejected";
};

export type DraftTemplateCount = {
  readonly pending: number;
};

/**
 * A draft with its script. `extracted` = the literal each parameter stands for, to put it back; secrets are not in it.
 *
 * `risk` is what running the script may do, with the reason.
 */
export type DraftTemplateOut = {
  readonly id: string;
  readonly proposed_name: string | null;
  readonly language: "powershell" | "bash" | "python";
  readonly status: "pending" | "accepted" | "rejected";
  readonly extraction: "pending" | "done" | "fallback";
  readonly parameter_count: number;
  readonly source_session_id: string | null;
  readonly source_user: DraftTemplatePerson;
  readonly source_ticket_ref: string | null;
  readonly fix_status: "proposed" | "applied_success" | "applied_failed" | "applied_partial" | "dismissed" | null;
  readonly created_at: string;
  readonly source_fix_id: string | null;
  readonly script_body: string;
  readonly original_body: string;
  readonly proposed_parameters: ParametersOut;
  readonly extracted: Readonly<Record<string, string>>;
  readonly proposed_category_id: string | null;
  readonly extraction_method: "model" | "rules" | "none" | null;
  readonly risk: "read_only" | "changes" | "destructive" | "unknown";
  readonly risk_reason: string;
  readonly resolved_at: string | null;
  readonly resolved_by: DraftTemplatePerson | null;
  readonly promoted_template_id: string | null;
  readonly template_slug: string | null;
};

/** Newest first. */
export type DraftTemplatePage = {
  readonly items: readonly DraftTemplateRow[];
  readonly next_cursor: string | null;
};

export type DraftTemplatePerson = {
  readonly id: string;
  readonly name: string;
};

/** A draft as a list shows it. `fix_status` = what became of the fix the script was written for, null when that is gone. */
export type DraftTemplateRow = {
  readonly id: string;
  readonly proposed_name: string | null;
  readonly language: "powershell" | "bash" | "python";
  readonly status: "pending" | "accepted" | "rejected";
  readonly extraction: "pending" | "done" | "fallback";
  readonly parameter_count: number;
  readonly source_session_id: string | null;
  readonly source_user: DraftTemplatePerson;
  readonly source_ticket_ref: string | null;
  readonly fix_status: "proposed" | "applied_success" | "applied_failed" | "applied_partial" | "dismissed" | null;
  readonly created_at: string;
};

/** What every error answer looks like. Clients switch on `code`; `message` is for a person. */
export type ErrorBody = {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly request_id: string;
};

/**
 * What proves a fact: `quote` is characters `start` to `end` of its source. `stale`: the source was changed since.
 *
 * `missing` lists the words of an unverified fact that stand in no evidence.
 */
export type Evidence = {
  readonly kind: "message" | "lane_item" | "ticket_field" | null;
  readonly message_id: string | null;
  readonly lane_item_id: string | null;
  readonly ticket_field: string | null;
  readonly quote: string | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly stale: boolean;
  readonly missing: readonly string[];
};

export type FactEvent = {
  readonly event: "fact";
  readonly data: FactOut;
};

export type FactList = {
  readonly facts: readonly FactOut[];
};

/** A fact in What we know. `editable` is false where the question or check it came from is to be edited instead. */
export type FactOut = {
  readonly id: string;
  readonly session_id: string;
  readonly turn_id: string | null;
  readonly text: string;
  readonly source_type: "question" | "diagnostic_check" | "user_note" | "ai_synthesis";
  readonly source_ref: string | null;
  readonly source_summary: string | null;
  readonly evidence: Evidence | null;
  readonly grounding: "verified" | "unverified" | "person";
  readonly created_by: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly editable: boolean;
};

/** One field as the PSA receives it; `field` is the PSA's own name. */
export type FieldChange = {
  readonly field: string;
  readonly from: string | number | boolean | null;
  readonly to: string | number | boolean | null;
};

export type FixDetail = {
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
  readonly status: "proposed" | "applied_success" | "applied_failed" | "applied_partial" | "dismissed";
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
  readonly events: readonly FixEventOut[];
};

export type FixEvent = {
  readonly event: "fix";
  readonly data: FixOut;
};

/** One step in the life of a fix. `actor_id` is null for the pilot. */
export type FixEventOut = {
  readonly id: string;
  readonly kind: "created" | "superseded" | "decision" | "applied" | "outcome" | "resumed" | "restored" | "script_attached" | "proposal_set" | "proposal_cleared";
  readonly from_status: "proposed" | "applied_success" | "applied_failed" | "applied_partial" | "dismissed" | null;
  readonly to_status: "proposed" | "applied_success" | "applied_failed" | "applied_partial" | "dismissed" | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly actor_id: string | null;
  readonly created_at: string;
};

export type FixList = {
  readonly fixes: readonly FixOut[];
};

/** A suggested fix. Active while `superseded_at` is null; being verified while `proposed` with `applied_at`. */
export type FixOut = {
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
  readonly status: "proposed" | "applied_success" | "applied_failed" | "applied_partial" | "dismissed";
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
};

export type HaloOutcomesIn = {
  readonly internal_id: string | null;
  readonly customer_id: string | null;
};

export type HaloOutcomesOut = {
  readonly internal_id: string | null;
  readonly customer_id: string | null;
};

export type HypothesisList = {
  readonly hypotheses: readonly HypothesisOut[];
};

/** A competing explanation the pilot keeps in mind. */
export type HypothesisOut = {
  readonly id: string;
  readonly label: string;
  readonly description: string | null;
  readonly fork_reason: string | null;
  readonly status: "open" | "confirmed" | "ruled_out" | "superseded";
  readonly weight: number | null;
  readonly closed_by_fact: string | null;
  readonly closed_at: string | null;
  readonly created_at: string;
};

/** `unsent` counts settled items not yet sent to the pilot. */
export type LaneCounts = {
  readonly open_questions: number;
  readonly open_checks: number;
  readonly settled: number;
  readonly retired: number;
  readonly unsent: number;
};

export type LaneEvent = {
  readonly event: "lane";
  readonly data: TurnLane;
};

/** A question or a check. `sent_turn_id` is null while its answer has not been sent to the pilot. */
export type LaneItemOut = {
  readonly id: string;
  readonly kind: "question" | "check";
  readonly text: string;
  readonly context: string | null;
  readonly description: string | null;
  readonly options: readonly string[];
  readonly command: string | null;
  readonly shell: "powershell" | "bash" | "cmd" | "python" | "network" | null;
  readonly command_risk: "read_only" | "changes" | "destructive" | "unknown" | null;
  readonly risk_reason: string | null;
  readonly state: "open" | "answered" | "skipped" | "done" | "retired";
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
};

/** The item as it is now. `affected_facts` lost their evidence by this change and became unverified. */
export type LaneItemResult = {
  readonly item: LaneItemOut;
  readonly affected_facts: readonly FactOut[];
  readonly state_version: number;
};

/** All items by position, retired ones included. */
export type LaneOut = {
  readonly questions: readonly LaneItemOut[];
  readonly checks: readonly LaneItemOut[];
  readonly counts: LaneCounts;
};

export type LeftOut = {
  readonly id: string;
  readonly reason: "no_command" | "other_shell" | "not_combinable" | "not_read_only";
};

/** What the document does not say: masked secrets and facts nobody proved or confirmed. */
export type LeftOutOfNote = {
  readonly masked_secrets: number;
  readonly unverified_facts: readonly UnverifiedFact[];
};

export type LinkTicket = {
  readonly ticket_id: string;
  /** Link although another open session works on the ticket. */
  readonly share?: boolean;
};

export type LoginIn = {
  readonly email: string;
  readonly password: string;
  readonly remember?: boolean;
  readonly transport?: "cookie" | "token";
};

export type LookupOut_ContactOut = {
  readonly items: readonly ContactOut[];
  readonly problem: PsaProblem | null;
};

export type LookupOut_MemberOut = {
  readonly items: readonly MemberOut[];
  readonly problem: PsaProblem | null;
};

export type LookupOut_MergedStatusOut = {
  readonly items: readonly MergedStatusOut[];
  readonly problem: PsaProblem | null;
};

export type LookupOut_Named = {
  readonly items: readonly Named[];
  readonly problem: PsaProblem | null;
};

export type LookupOut_OutcomeOut = {
  readonly items: readonly OutcomeOut[];
  readonly problem: PsaProblem | null;
};

export type LookupOut_StatusOut = {
  readonly items: readonly StatusOut[];
  readonly problem: PsaProblem | null;
};

/** `member_id` null takes the mapping away. */
export type MappingIn = {
  readonly user_id: string;
  readonly member_id: string | null;
};

export type MappingListOut = {
  readonly items: readonly MappingOut[];
};

/** A user of the account and who they are in the PSA; `matched_by` is null when nobody. */
export type MappingOut = {
  readonly user_id: string;
  readonly name: string;
  readonly email: string;
  readonly role: "viewer" | "engineer" | "admin" | "owner";
  readonly member: Named | null;
  readonly matched_by: "email" | "manual" | null;
};

export type MappingsIn = {
  readonly items: readonly MappingIn[];
};

/** A sentence without support: `no_fact`, or a name or number that is in no fact (`unknown_detail`). */
export type MarkedSentence = {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly mark: "no_fact" | "unknown_detail";
};

/** A secret that was masked in the message: which `«secret:n»`, what kind, and where it stands in `content`. */
export type MaskedSecret = {
  readonly number: number;
  readonly kind: string;
  readonly start: number;
  readonly end: number;
};

/** Where a search hit stands: plain text with offsets. */
export type Match = {
  readonly field: "title" | "problem" | "client" | "ticket" | "message" | "fact" | "fix";
  readonly text: string;
  readonly ranges: readonly MatchRange[];
};

/** A hit inside `text`: characters `start` to `end`. */
export type MatchRange = {
  readonly start: number;
  readonly end: number;
};

/** How many people were matched, found no member, or could be several. */
export type MatchedOut = {
  readonly matched: number;
  readonly unmatched: number;
  readonly ambiguous: number;
};

export type Me = {
  readonly user: UserOut;
  readonly account: AccountOut;
  readonly permissions: readonly string[];
  readonly features: readonly string[];
};

export type MeIn = {
  readonly name?: string | null;
  readonly ui_preferences?: UiPreferences | null;
};

export type MemberOut = {
  readonly id: string;
  readonly identifier: string;
  readonly name: string;
  readonly email: string | null;
  readonly is_me: boolean;
};

/** A status by name over several boards; the name is what the filter sends. */
export type MergedStatusOut = {
  readonly name: string;
  readonly closed: boolean;
  readonly board_ids: readonly string[];
};

/** Details of a message. System messages name what they speak of. */
export type MessageMeta = {
  readonly masked: readonly MaskedSecret[];
  readonly fix_id: string | null;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly ticket_ref: string | null;
};

/** One message: `content` is display text (never a marker), blank when it is pictures only. */
export type MessageOut = {
  readonly id: string;
  readonly seq: number;
  readonly role: "engineer" | "pilot" | "system";
  readonly kind: "chat" | "paused" | "resumed" | "abandoned" | "reopened" | "escalated" | "picked_up" | "returned" | "resolved" | "fix_applied" | "fix_outcome" | "fix_replaced" | "fix_restored" | "ticket_linked" | "update_posted" | "handler_changed";
  readonly author: Person | null;
  readonly content: string;
  readonly uploads: readonly UploadOut[];
  readonly meta: MessageMeta;
  readonly turn: MessageTurn | null;
  readonly created_at: string;
};

/** Oldest first. `has_more`: there are older ones, ask with `before_seq` = the first `seq`. */
export type MessagePage = {
  readonly items: readonly MessageOut[];
  readonly has_more: boolean;
};

/** The turn a message belongs to, as far as the message shows it. */
export type MessageTurn = {
  readonly id: string;
  readonly status: "queued" | "running" | "finished" | "failed" | "interrupted" | "stopped";
  readonly engine: "guide" | "llm" | null;
  readonly notices: readonly Notice[];
  readonly suggested_flows: readonly SuggestedFlowLink[];
  readonly error_text: string | null;
  readonly retryable: boolean | null;
};

export type MyMappingOut = {
  readonly member: Named | null;
};

export type Named = {
  readonly id: string;
  readonly name: string;
};

/** `role`: what the ticket is to the session it is opened for. */
export type NewTicketIn = {
  readonly summary: string;
  readonly description?: string;
  readonly company_id: string;
  readonly board_id: string;
  readonly contact_id?: string | null;
  readonly status_id?: string | null;
  readonly priority_id?: string | null;
  readonly configuration_ids?: readonly string[];
  readonly assignee_id?: string | null;
  readonly session_id?: string | null;
  readonly role?: "primary" | "spin_off";
  readonly notify?: boolean;
  readonly acknowledge?: readonly ("ticket_changed" | "leak_suspected" | "unsupported_sentences")[];
};

/**
 * `created`: read back from the PSA, `ticket` as it shows it. `pending`: the outbox keeps trying; watch the write.
 *
 * `warnings`: what the PSA did not take over as asked. `assigned` is null when nobody was to be put on it.
 */
export type NewTicketOut = {
  readonly outcome: "created" | "pending";
  readonly write_id: string;
  readonly ticket: TicketOut | null;
  readonly assigned: boolean | null;
  readonly warnings: readonly string[];
};

export type NoteIn = {
  readonly text: string;
  readonly visibility: "internal" | "customer";
  readonly notify?: boolean;
  readonly acknowledge?: readonly ("ticket_changed" | "leak_suspected" | "unsupported_sentences")[];
};

/** `ours`: this product wrote it. `visibility` is what the PSA says now; `kinds` are the PSA's own flags. */
export type NoteOut = {
  readonly id: string;
  readonly author: string;
  readonly author_kind: "staff" | "customer" | "system";
  readonly text: string;
  readonly visibility: "internal" | "customer";
  readonly kinds: readonly string[];
  readonly created_at: string | null;
  readonly ours: boolean;
};

/** `posted`: read back on the ticket. `pending`: the outbox keeps trying; watch the write. */
export type NotePostOut = {
  readonly outcome: "posted" | "pending";
  readonly write_id: string;
  readonly external_id: string | null;
  readonly posted_at: string | null;
};

/** One quiet line under a message. */
export type Notice = {
  readonly kind: "secrets_masked" | "engine_fallback" | "marker_dropped" | "context_trimmed" | "docs_unavailable";
  readonly text: string;
};

export type NoticeEvent = {
  readonly event: "notice";
  readonly data: Notice;
};

/** The resolution write that is on its way to the PSA. */
export type OpenWrite = {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
};

/** Which of the other simulated PSAs to put to use. */
export type OtherPsaIn = {
  readonly provider: "halopsa" | "autotask";
};

/** Did the fix work. `applied_partial` needs notes; a failure's notes are its reason. */
export type Outcome = {
  readonly outcome: "applied_success" | "applied_failed" | "applied_partial" | "dismissed";
  readonly notes?: string;
};

/** What an action on a ticket may be filed under. `sends_email` is null when the PSA does not say. */
export type OutcomeOut = {
  readonly id: string;
  readonly name: string;
  readonly internal: boolean;
  readonly sends_email: boolean | null;
};

/** An outcome the pilot read in a message. Only a person's call records it. */
export type OutcomeProposal = {
  readonly fix_id: string;
  readonly outcome: "success" | "failure" | "partial";
  readonly reason: string;
  readonly message_id: string | null;
};

export type OutcomeProposalEvent = {
  readonly event: "outcome_proposal";
  readonly data: TurnOutcomeProposal;
};

/** What a check printed. Empty only for a check without a command (a step done by hand). */
export type Output = {
  readonly output: string;
};

/** `recorded` checks are done, `rest` is the text that belonged to none, `missing` open checks had no section. */
export type OutputsResult = {
  readonly recorded: readonly LaneItemOut[];
  readonly rest: string;
  readonly missing: readonly string[];
  readonly affected_facts: readonly FactOut[];
  readonly state_version: number;
};

/** A hole of a script. A secret has no default and its value never reaches the server. */
export type ParameterOut = {
  readonly key: string;
  readonly label: string;
  readonly type: "text" | "multi_text" | "textarea" | "number" | "boolean" | "select" | "password";
  readonly required: boolean;
  readonly default: string | number | boolean | readonly string[] | null;
  readonly options: readonly unknown[];
  readonly help: string;
  readonly secret: boolean;
  readonly validation: Readonly<Record<string, unknown>>;
};

/** The parameters of a template. What each must hold is checked by the service, which tells every fault at once. */
export type ParametersIn = {
  readonly parameters: readonly unknown[];
};

export type ParametersOut = {
  readonly parameters: readonly ParameterOut[];
};

export type ParseIn = {
  readonly text: string;
  readonly session_id?: string | null;
};

/** Only the fields given are changed; a blank or null summary clears it. */
export type PatchFact = {
  readonly text?: string;
  readonly summary?: string | null;
};

/** Only the fields given are changed. `problem_summary`, `problem_domain` and `client_name` may be cleared with null. */
export type PatchSession = {
  readonly title?: string;
  readonly problem_summary?: string | null;
  readonly problem_domain?: string | null;
  readonly client_name?: string | null;
};

/** What the caller may do with the session now. `reason` says why it may not be written; null when it may. */
export type Permissions = {
  readonly can_write: boolean;
  readonly can_resolve: boolean;
  readonly can_escalate: boolean;
  readonly can_share: boolean;
  readonly reason: "viewer" | "not_handler" | "closed" | "awaiting_pickup" | null;
};

/** Somebody of this account. */
export type Person = {
  readonly id: string;
  readonly name: string;
};

/** The operator's model, which an account may use without a key. */
export type PlatformOut = {
  readonly available: boolean;
  readonly provider: "anthropic" | "google" | "openai_compatible" | null;
  readonly model_fast: string | null;
  readonly model_standard: string | null;
};

export type PreferencesIn = {
  readonly preferences: Readonly<Record<string, unknown>>;
};

/** What is stored, and the same with defaults. */
export type PreferencesOut = {
  readonly preferences: Readonly<Record<string, unknown>>;
  readonly effective: Readonly<Record<string, unknown>>;
};

export type Preview = {
  /** Write it again although nothing changed. */
  readonly force?: boolean;
};

/**
 * Exactly what would be written. `steps` equal, field by field, what the PSA will receive (with the reference filled in).
 *
 * `proposed_minutes`: what the session's clock measured, rounded; null where no time is booked or nothing was measured.
 */
export type PreviewOut = {
  readonly ticket_id: string;
  readonly ticket_ref: string;
  readonly ticket_url: string;
  readonly ticket_updated_at: string | null;
  readonly status: Named | null;
  readonly target_status: Named | null;
  readonly proposed_minutes: number | null;
  readonly steps: readonly PreviewStep[];
  readonly rendered: string;
  readonly length: number;
  readonly masked: readonly string[];
  readonly marks: readonly string[];
  readonly revision: string;
  readonly conflicts: readonly Conflict[];
  readonly blockers: readonly Blocker[];
};

/** `why` says in words what happens and which e-mail may follow. A step without fields is skipped, `skip_reason` says why. */
export type PreviewStep = {
  readonly step: "check" | "create" | "assign" | "note" | "time" | "status" | "confirm";
  readonly fields: readonly FieldChange[];
  readonly visibility: "internal" | "customer" | null;
  readonly emails: "none" | "contact" | "resources" | "workflow" | "unknown";
  readonly why: string;
  readonly skip_reason: string | null;
};

/** Write an update from the record. `note`: what the engineer wants said beside it. */
export type PreviewUpdate = {
  readonly audience: "status_update" | "email_draft" | "request_info";
  readonly note?: string;
};

/** Show exactly what posting this text would write to the ticket; `note` = an update. Nothing is written. */
export type PreviewWrite = {
  readonly kind: "resolution" | "note";
  readonly markdown: string;
  readonly options?: WriteOptionsIn;
};

/** What a model costs, US dollars for a million tokens; null cache prices are the price of input. */
export type Price = {
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly cache_read?: number | null;
  readonly cache_write?: number | null;
};

/** A price in force, and whether it is the account's own or the vendor's list price. */
export type PriceOut = {
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly cache_read: number | null;
  readonly cache_write: number | null;
  readonly own: boolean;
};

/** Why the provider did not answer last, in its own words. */
export type ProblemOut = {
  readonly kind: string;
  readonly words: string;
  readonly model: string;
  readonly at: string;
};

/** Turn an answer or a check result into a fact: exactly one of `proposed_text` (a person's words) and `raw_input` (to be drafted from). */
export type PromoteFact = {
  readonly source_type: "question" | "diagnostic_check" | "ai_synthesis";
  readonly source_ref?: string;
  readonly proposed_text?: string;
  readonly raw_input?: string;
  readonly proposed_summary?: string;
};

/** Why a part could not be read. `permission` names the missing right in the PSA's own words. */
export type PsaProblem = {
  readonly code: string;
  readonly permission: string | null;
  readonly message: string;
};

/** The settings of the connection that everybody's screens follow. */
export type PsaRulesOut = {
  readonly auto_push: "off" | "ask" | "on";
  readonly time_entry: "off" | "prompt" | "auto";
  readonly time_rounding: "15" | "30" | "exact" | "none";
  readonly prompt_on_close: boolean;
};

/** Whether the account has a PSA. All fields but `connected` are null without one. */
export type PsaStatusOut = {
  readonly connected: boolean;
  readonly provider: "connectwise" | "halopsa" | "autotask" | null;
  readonly name: string | null;
  readonly status: "ok" | "auth_failed" | "permission_missing" | "unreachable" | "rate_limited" | "disabled" | "untested" | null;
  readonly web_base: string | null;
  readonly rules: PsaRulesOut | null;
};

export type RefreshIn = {
  readonly refresh_token?: string | null;
};

/** The answer of a resolve. `resolved_local`: nothing was sent. `pending`: the outbox keeps trying. */
export type ResolvePostOut = {
  readonly outcome: "resolved" | "resolved_local" | "pending";
  readonly write_id: string | null;
  readonly session_status: string;
  readonly external_id: string | null;
  readonly posted_at: string | null;
  readonly verified_status_id: string | null;
  readonly verified_status_name: string | null;
  readonly skipped: readonly SkippedStep[];
};

/** Post the note and resolve. `revision` is the ticket's revision from the preview of the write. */
export type ResolveRequest = {
  readonly markdown: string;
  readonly summary?: string;
  readonly state_version?: number;
  readonly post_to_psa?: boolean;
  readonly options?: WriteOptionsIn;
  readonly revision?: string;
  readonly acknowledge?: readonly ("ticket_changed" | "leak_suspected" | "unsupported_sentences")[];
};

export type RetryTurn = {
  readonly client_turn_id: string;
};

export type RotateIn = {
  readonly secrets: Readonly<Record<string, unknown>>;
};

/** A check in the combined script and the code its separator line prints. */
export type RunItem = {
  readonly id: string;
  readonly number: number;
  readonly code: string;
  readonly label: string;
};

/** One script for the engineer to run. The product runs nothing. */
export type RunScript = {
  readonly script: string;
  readonly shell: "powershell" | "bash" | "cmd";
  readonly items: readonly RunItem[];
  readonly left_out: readonly LeftOut[];
};

/** The edited text. `version` is the one it was loaded with, 0 for a new draft. */
export type SaveDraft = {
  readonly markdown: string;
  readonly base_state_version: number;
  readonly version: number;
};

export type SectionOut_AssigneeOut = {
  readonly items: readonly AssigneeOut[] | null;
  readonly problem: PsaProblem | null;
};

export type SectionOut_AttachmentOut = {
  readonly items: readonly AttachmentOut[] | null;
  readonly problem: PsaProblem | null;
};

export type SectionOut_ConfigurationOut = {
  readonly items: readonly ConfigurationOut[] | null;
  readonly problem: PsaProblem | null;
};

export type SectionOut_NoteOut = {
  readonly items: readonly NoteOut[] | null;
  readonly problem: PsaProblem | null;
};

export type SectionOut_TicketSummaryOut = {
  readonly items: readonly TicketSummaryOut[] | null;
  readonly problem: PsaProblem | null;
};

export type SectionOut_TimeEntryOut = {
  readonly items: readonly TimeEntryOut[] | null;
  readonly problem: PsaProblem | null;
};

/** Send the settled lane items as a message, with an optional text of the engineer. */
export type SendLane = {
  readonly client_turn_id: string;
  readonly message?: string;
};

/** Characters `start` to `end` of the Markdown and the facts it rests on. */
export type SentenceOut = {
  readonly start: number;
  readonly end: number;
  readonly fact_ids: readonly string[];
  readonly mark: "edited" | "no_fact" | "unknown_detail" | null;
};

/** Numbers the session view shows before its parts are loaded. */
export type SessionCounts = {
  readonly open_questions: number;
  readonly open_checks: number;
  readonly facts: number;
  readonly fixes: number;
};

/** A session. The parts named in `include` are filled, the others are null. */
export type SessionDetail = {
  readonly id: string;
  readonly title: string | null;
  readonly title_source: "auto" | "user";
  readonly status: "active" | "paused" | "escalated" | "requesting_escalation" | "resolved" | "abandoned";
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
  /** Facts behind the posted note that were withdrawn since. */
  readonly resolution_note_withdrawn: readonly WithdrawnFact[];
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
  readonly counts: SessionCounts;
  readonly permissions: Permissions;
  readonly running_turn_id: string | null;
  readonly open_write: OpenWrite | null;
  readonly spin_offs: readonly SpinOffTicket[];
  readonly messages: MessagePage | null;
  readonly lane: LaneOut | null;
  readonly facts: readonly FactOut[] | null;
  readonly fix: FixOut | null;
  /** The latest turn of the session. */
  readonly turn: TurnOut | null;
};

/** A page of sessions. `next_cursor` is null on the last one. */
export type SessionPage = {
  readonly items: readonly SessionRow[];
  readonly next_cursor: string | null;
};

/** A session in a list. `fix_status` is `verifying` once a proposed fix was carried out; `match` is set by a search only. */
export type SessionRow = {
  readonly id: string;
  readonly title: string | null;
  readonly status: "active" | "paused" | "escalated" | "requesting_escalation" | "resolved" | "abandoned";
  readonly client_name: string | null;
  readonly ticket_ref: string | null;
  readonly priority: string | null;
  readonly owner: Person;
  readonly handler: Person | null;
  readonly fix_status: "proposed" | "applied_success" | "applied_failed" | "applied_partial" | "dismissed" | "verifying" | null;
  readonly open_questions: number;
  readonly open_checks: number;
  readonly running_turn: boolean;
  readonly can_write: boolean;
  readonly created_at: string;
  readonly last_activity_at: string;
  readonly resolved_at: string | null;
  readonly match: Match | null;
};

export type SetHandler = {
  readonly user_id: string;
};

/** All settings. `version` is the one last read. */
export type SettingsIn = {
  readonly version: number;
  readonly auto_push: "off" | "ask" | "on";
  readonly time_entry: "off" | "prompt" | "auto";
  readonly time_rounding: "15" | "30" | "exact" | "none";
  readonly time_source: "active" | "wall";
  readonly work_type: string | null;
  readonly billable: string | null;
  readonly note_visibility: "customer" | "internal";
  readonly cw_resolution_target: "resolution" | "discussion" | "both";
  readonly include_steps: boolean;
  readonly notify_contact: boolean;
  readonly prompt_on_close: boolean;
  readonly warn_on_conflict: boolean;
  readonly halo_outcomes: HaloOutcomesIn;
  readonly target_statuses: readonly TargetIn[];
  readonly default_resolved: string;
  readonly default_escalated: string;
};

/** All settings with their defaults. `default_*`: the name of the status a board without a row of its own is moved to. */
export type SettingsOut = {
  readonly provider: "connectwise" | "halopsa" | "autotask";
  readonly version: number;
  readonly auto_push: "off" | "ask" | "on";
  readonly time_entry: "off" | "prompt" | "auto";
  readonly time_rounding: "15" | "30" | "exact" | "none";
  readonly time_source: "active" | "wall";
  readonly work_type: string | null;
  readonly billable: string | null;
  readonly note_visibility: "customer" | "internal";
  readonly cw_resolution_target: "resolution" | "discussion" | "both";
  readonly include_steps: boolean;
  readonly notify_contact: boolean;
  readonly prompt_on_close: boolean;
  readonly warn_on_conflict: boolean;
  readonly halo_outcomes: HaloOutcomesOut;
  readonly target_statuses: readonly TargetOut[];
  readonly default_resolved: string;
  readonly default_escalated: string;
};

/** Links newest first; `enabled` and `max_days` are the account's preferences. */
export type ShareList = {
  readonly items: readonly ShareOut[];
  readonly enabled: boolean;
  readonly max_days: number;
};

/** A link as its makers see it. `live`: it works now. */
export type ShareOut = {
  readonly id: string;
  readonly label: string | null;
  readonly include_conversation: boolean;
  readonly created_by_name: string;
  readonly created_at: string;
  readonly expires_at: string;
  readonly revoked_at: string | null;
  readonly view_count: number;
  readonly last_viewed_at: string | null;
  readonly live: boolean;
};

/** `quote`: the words that prove it, where they are known. */
export type SharedFact = {
  readonly text: string;
  readonly confirmed_by_person: boolean;
};

export type SharedFix = {
  readonly title: string;
  readonly outcome: "worked" | "partly" | "did_not_work";
  readonly at: string | null;
};

/** `from_pilot`: said by FlowPilot, else by an engineer. */
export type SharedMessage = {
  readonly from_pilot: boolean;
  readonly text: string;
  readonly at: string;
};

/** What a link shows. It names no person, ticket or company, and holds no id, output, image or internal note. */
export type SharedSession = {
  readonly title: string;
  readonly problem: string | null;
  readonly state: "open" | "resolved" | "closed";
  readonly opened_at: string;
  readonly updated_at: string;
  readonly resolved_at: string | null;
  readonly facts: readonly SharedFact[];
  readonly fixes: readonly SharedFix[];
  readonly resolution_markdown: string | null;
  /** Null unless the link includes the conversation. */
  readonly messages: readonly SharedMessage[] | null;
  /** Older messages were left out: the newest 500 are shown. */
  readonly more_messages: boolean;
  readonly expires_at: string;
};

/** What a person types in for a vendor; `GET P/vendors` names the fields. */
export type SignInIn = {
  readonly provider: "connectwise" | "halopsa" | "autotask";
  readonly config: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
};

/** Tokens are null for browsers: they are in HttpOnly cookies. `expires_in` is seconds of the access token. */
export type SignedIn = {
  readonly user: UserOut;
  readonly access_token: string | null;
  readonly refresh_token: string | null;
  readonly expires_in: number;
};

export type Skip = {
  readonly reason?: string;
};

export type SkippedStep = {
  readonly step: "check" | "create" | "assign" | "note" | "time" | "status" | "confirm";
  readonly reason: string;
};

/** Characters of the text, end exclusive. */
export type Span = {
  readonly start: number;
  readonly end: number;
};

/** A ticket that came out of the session beside its own. `reachable`: the connected PSA is the one that has it. */
export type SpinOffTicket = {
  readonly ticket_id: string;
  readonly ticket_ref: string;
  readonly created_at: string;
  readonly reachable: boolean;
};

export type StatusChangeIn = {
  readonly status_id: string;
  readonly revision: string;
  readonly notify?: boolean;
  readonly acknowledge?: readonly ("ticket_changed" | "leak_suspected" | "unsupported_sentences")[];
};

/** What the PSA shows after the ticket was read again. */
export type StatusChangeOut = {
  readonly ticket: TicketOut;
  readonly revision: string;
  readonly new_status_id: string;
  readonly new_status: string;
};

/** Sessions by status; those in transit are all counted as `escalated`. */
export type StatusCounts = {
  readonly active: number;
  readonly paused: number;
  readonly escalated: number;
  readonly resolved: number;
  readonly abandoned: number;
};

/** A status of one board. `closed`: a ticket in it counts as closed; `sends_email`: it has a mail template (null = not known). */
export type StatusOut = {
  readonly id: string;
  readonly name: string;
  readonly board_id: string | null;
  readonly closed: boolean;
  readonly sends_email: boolean | null;
};

export type SuggestedFlowLink = {
  readonly slug: string;
  readonly name: string;
};

export type TargetIn = {
  readonly board_id: string;
  readonly purpose: "resolved" | "escalated";
  readonly status_id: string;
};

export type TargetOut = {
  readonly board_id: string;
  readonly purpose: "resolved" | "escalated";
  readonly status_id: string;
};

/** `revision` is opaque: send it back with a write so that a change in between is noticed. */
export type TicketDetailOut = {
  readonly ticket: TicketOut;
  readonly revision: string;
  readonly sections: TicketSectionsOut;
};

/** A draft for a person to look at; nothing was written. `source_ticket_ref`: the ticket of the session it is spun off from. */
export type TicketDraftOut = {
  readonly summary: DraftField;
  readonly description: DraftField;
  readonly company: DraftField | null;
  readonly contact: DraftField | null;
  readonly board: DraftField | null;
  readonly priority: DraftField | null;
  readonly source_ticket_ref: string | null;
  readonly unresolved: readonly Unresolved[];
};

/** `truncated`: the PSA could not be asked for everything. `problem`: why the list is empty or short. */
export type TicketListOut = {
  readonly items: readonly TicketSummaryOut[];
  readonly next_cursor: string | null;
  readonly truncated: boolean;
  readonly problem: PsaProblem | null;
};

/** A ticket with what the detail panel shows. Texts are the vendor's, untrusted. */
export type TicketOut = {
  readonly id: string;
  readonly number: string;
  readonly ref: string;
  readonly summary: string;
  readonly board: Named | null;
  readonly status: StatusOut | null;
  readonly priority: Named | null;
  readonly company: Named | null;
  readonly contact: Named | null;
  readonly owner: Named | null;
  readonly closed: boolean;
  readonly created_at: string | null;
  readonly updated_at: string | null;
  readonly url: string;
  readonly description: string;
  readonly type: string | null;
  readonly sla: string | null;
  readonly site: string | null;
  readonly contact_email: string | null;
};

export type TicketSectionsOut = {
  readonly notes: SectionOut_NoteOut;
  readonly configurations: SectionOut_ConfigurationOut;
  readonly assignees: SectionOut_AssigneeOut;
  readonly related: SectionOut_TicketSummaryOut;
  readonly time: SectionOut_TimeEntryOut;
  readonly attachments: SectionOut_AttachmentOut;
};

/** A ticket in a list. `ref` is what people see (`CW #48291`). */
export type TicketSummaryOut = {
  readonly id: string;
  readonly number: string;
  readonly ref: string;
  readonly summary: string;
  readonly board: Named | null;
  readonly status: StatusOut | null;
  readonly priority: Named | null;
  readonly company: Named | null;
  readonly contact: Named | null;
  readonly owner: Named | null;
  readonly closed: boolean;
  readonly created_at: string | null;
  readonly updated_at: string | null;
  readonly url: string;
};

/** One tiny call. `provider_message` is the model's answer, or the provider's own words about what is wrong. */
export type TierTest = {
  readonly tier: "fast" | "standard";
  readonly ok: boolean;
  readonly ms: number;
  readonly model: string;
  readonly message: string;
  readonly provider_message: string;
};

export type TimeEntryOut = {
  readonly id: string;
  readonly member: Named | null;
  readonly minutes: number;
  readonly notes: string;
  readonly started_at: string | null;
};

export type TurnDelta = {
  readonly text: string;
};

export type TurnFailed = {
  readonly status: "failed" | "interrupted";
  readonly code: string;
  readonly text: string;
  readonly retryable: boolean;
};

export type TurnFailedEvent = {
  readonly event: "turn.failed";
  readonly data: TurnFailed;
};

export type TurnFinished = {
  readonly turn: TurnOut;
  readonly state_version: number;
  readonly suggested_flows: readonly SuggestedFlowLink[];
  readonly usage: Readonly<Record<string, unknown>>;
};

export type TurnFinishedEvent = {
  readonly event: "turn.finished";
  readonly data: TurnFinished;
};

export type TurnLane = {
  readonly questions: readonly TurnLaneItem[];
  readonly checks: readonly TurnLaneItem[];
};

/** A question or check of the reply, before and after it is stored; what came of it is read from the lane. */
export type TurnLaneItem = {
  readonly id: string;
  readonly kind: "question" | "check";
  readonly text: string;
  readonly context: string | null;
  readonly description: string | null;
  readonly options: readonly string[];
  readonly command: string | null;
  readonly shell: "powershell" | "bash" | "cmd" | "python" | "network" | null;
  readonly state: "open" | "answered" | "skipped" | "done" | "retired";
};

/** A turn. `text` is what was shown so far; `engine` is null until it started. */
export type TurnOut = {
  readonly id: string;
  readonly session_id: string;
  readonly client_turn_id: string;
  readonly user_message_id: string;
  readonly reply_message_id: string | null;
  readonly retry_of: string | null;
  readonly status: "queued" | "running" | "finished" | "failed" | "interrupted" | "stopped";
  readonly engine: "guide" | "llm" | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly text: string;
  readonly error_code: string | null;
  readonly error_text: string | null;
  readonly retryable: boolean | null;
  readonly markers: Readonly<Record<string, unknown>>;
  readonly usage: Readonly<Record<string, unknown>>;
  readonly notices: readonly Notice[];
  readonly suggested_flows: readonly SuggestedFlowLink[];
  readonly state_version_after: number | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly first_delta_at: string | null;
  readonly finished_at: string | null;
};

export type TurnOutcomeProposal = {
  readonly fix_id: string;
  readonly outcome: "success" | "failure" | "partial";
  readonly reason: string;
};

export type TurnStarted = {
  readonly turn_id: string;
  readonly engine: "guide" | "llm";
  readonly model: string | null;
};

export type TurnStartedEvent = {
  readonly event: "turn.started";
  readonly data: TurnStarted;
};

export type UiPreferences = {
  readonly theme?: "system" | "light" | "dark" | null;
  readonly time_zone?: string | null;
  readonly sidebar_pinned?: boolean | null;
  readonly single_key_shortcuts?: boolean | null;
  readonly ask_before_leaving?: boolean | null;
};

/** Something the text names that the PSA's lists do not have, or have more than once. */
export type Unresolved = {
  readonly field: "company" | "contact" | "board" | "priority";
  readonly text: string;
  readonly reason: "unknown" | "ambiguous" | "unreadable";
};

export type UnverifiedFact = {
  readonly id: string;
  readonly text: string;
};

export type UpdateAuthor = {
  readonly id: string;
  readonly name: string;
};

/** Newest first, at most 100. */
export type UpdateList = {
  readonly items: readonly UpdateOut[];
};

/** An update. `write_state` tells how posting it goes; `posted_at` is set once the note was read back on the ticket. */
export type UpdateOut = {
  readonly id: string;
  readonly audience: "status_update" | "email_draft" | "request_info";
  readonly subject: string | null;
  readonly markdown: string;
  readonly visibility: "internal" | "customer" | null;
  readonly state_version: number;
  readonly created_by: UpdateAuthor;
  readonly created_at: string;
  readonly psa_write_id: string | null;
  readonly write_state: "queued" | "running" | "waiting" | "blocked" | "done" | "partial" | "cancelled" | null;
  readonly external_id: string | null;
  readonly posted_at: string | null;
  readonly withdrawn_facts: readonly WithdrawnFact[];
};

/**
 * A proposed text; nothing is stored. `draft` is the caller's own text of this audience, never overwritten.
 *
 * `engine` wrote it: the account's model, named in `model`, or the built-in writer.
 */
export type UpdatePreview = {
  readonly audience: "status_update" | "email_draft" | "request_info";
  readonly subject: string | null;
  readonly markdown: string;
  readonly engine: "llm" | "builtin";
  readonly model: string | null;
  readonly state_version: number;
  readonly target_ticket_ref: string | null;
  readonly draft: DraftOut | null;
};

/** A picture as it was stored: always re-encoded, sizes in pixels and bytes. */
export type UploadOut = {
  readonly id: string;
  readonly content_type: string;
  readonly width: number;
  readonly height: number;
  readonly size_bytes: number;
};

/**
 * `cached_share` of the input tokens, null without any. `cost_usd` is of the priced calls; `unpriced_calls` cost something unknown.
 *
 * `fallbacks` are calls that gave no answer, or were not made for lack of budget: the Guide or a template answered instead.
 */
export type UsageFigures = {
  readonly calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_share: number | null;
  readonly cost_usd: number;
  readonly unpriced_calls: number;
  readonly fallbacks: number;
};

/** `key` is a day, an action, a model, or the id of a person or session; null for what is not theirs to see or has none. */
export type UsageRow = {
  readonly calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_share: number | null;
  readonly cost_usd: number;
  readonly unpriced_calls: number;
  readonly fallbacks: number;
  readonly key: string | null;
  readonly label: string;
};

export type UserOut = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: "owner" | "admin" | "engineer" | "viewer";
  readonly is_super_admin: boolean;
  readonly ui_preferences: Readonly<Record<string, unknown>>;
};

export type VendorListOut = {
  readonly items: readonly VendorOut[];
};

/** A PSA this server can connect, and the fields it wants; those of `optional` may stay empty. */
export type VendorOut = {
  readonly provider: "connectwise" | "halopsa" | "autotask";
  readonly label: string;
  readonly config: readonly string[];
  readonly secrets: readonly string[];
  readonly optional: readonly string[];
};

/**
 * Whether the PSA tells us of changed tickets. `url` is where it calls, its secret end left out; `last_call_at` is kept to the minute.
 *
 * `reachable`: false when this server's address means nothing outside its own machine. `moved`: the server has another address now.
 */
export type WebhookOut = {
  readonly registered: boolean;
  readonly reachable: boolean;
  readonly moved: boolean;
  readonly url: string;
  readonly registered_at: string | null;
  readonly last_call_at: string | null;
};

/** `link`: the end of the printed address, after the `#`; not needed in a browser of the server's own machine. */
export type WelcomeIn = {
  readonly account_name: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly link?: string | null;
};

/** `ready`: the caller may make the first account; without it the link is missing, wrong or too old. */
export type WelcomeOut = {
  readonly ready: boolean;
};

/** A fact that was taken back after a posted text had rested on it. */
export type WithdrawnFact = {
  readonly id: string;
  readonly text: string;
};

/** What the caller may do with the write now. */
export type WriteActions = {
  readonly retry: boolean;
  readonly retry_status: boolean;
  readonly finish_without_status: boolean;
  readonly cancel: boolean;
};

export type WriteListOut = {
  readonly items: readonly WriteOut[];
  readonly next_cursor: string | null;
};

/** Options of a post. Left out: the settings of the connection decide. `status_id` null: the target status of the settings. */
export type WriteOptionsIn = {
  readonly visibility?: "internal" | "customer" | null;
  readonly notify?: boolean | null;
  readonly status_id?: string | null;
  readonly keep_status?: boolean;
  readonly time_minutes?: number | null;
};

/**
 * One write and what became of it. `text` is the note exactly as sent.
 *
 * `warnings` name where the note, as read back, differs from what was asked; `shown_author` is whom the PSA names.
 */
export type WriteOut = {
  readonly id: string;
  readonly kind: "resolution" | "escalation" | "note" | "status" | "assign" | "unassign" | "time" | "create";
  readonly state: "queued" | "running" | "waiting" | "blocked" | "done" | "partial" | "cancelled";
  readonly ticket_id: string;
  readonly ticket_ref: string;
  readonly ticket_url: string | null;
  readonly session_id: string | null;
  readonly reference: string;
  readonly requested_by: string;
  readonly requested_by_name: string;
  readonly acting_member: Named | null;
  readonly text: string | null;
  readonly visibility: "internal" | "customer" | null;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly external_id: string | null;
  readonly posted_at: string | null;
  readonly verified_status_id: string | null;
  readonly verified_status_name: string | null;
  readonly expected_status_name: string | null;
  readonly shown_author: string | null;
  readonly warnings: readonly ("duplicate_note" | "text_differs" | "visibility_differs" | "author_differs" | "duplicate_time" | "time_differs" | "time_not_visible" | "ticket_differs" | "configurations_differ")[];
  readonly skipped: readonly SkippedStep[];
  readonly problem: WriteProblem | null;
  readonly steps: readonly WriteStepOut[];
  readonly actions: WriteActions;
  readonly created_at: string;
  readonly updated_at: string;
};

/** What stands in the way. `kind` for blocked writes; `expected` and `observed` when a status did not stick. */
export type WriteProblem = {
  readonly kind: "permission" | "auth" | "rejected" | "conflict" | "not_verified" | "gave_up" | "transient";
  readonly code: string;
  readonly message: string;
  readonly permission: string | null;
  readonly expected: string | null;
  readonly observed: string | null;
  readonly changes: readonly Conflict[];
};

/**
 * `steps` names the refused ones to try again (none: all); `["status"]` with a settled note retries the status alone.
 *
 * `status_id` chooses another status.
 */
export type WriteRetryIn = {
  readonly steps?: readonly ("create" | "assign" | "note" | "time" | "status")[] | null;
  readonly status_id?: string | null;
  readonly acknowledge?: readonly ("ticket_changed" | "leak_suspected" | "unsupported_sentences")[];
};

export type WriteStepOut = {
  readonly step: "check" | "create" | "assign" | "note" | "time" | "status" | "confirm";
  readonly state: "pending" | "sending" | "unknown" | "done" | "skipped" | "failed";
  readonly fields: readonly FieldChange[];
  readonly external_id: string | null;
  readonly reason: string | null;
  readonly error: string | null;
  readonly sent_at: string | null;
  readonly done_at: string | null;
};

/** Every operation by its id. */
export interface Operations {
  /** Which model answers, its prices and this month's budget. The key is never in the answer. */
  readonly get_ai_settings: {
    readonly method: "GET";
    readonly path: "/api/v1/accounts/me/ai";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: AiSettingsOut;
  };
  /** Store all model settings. A key left out stays, unless provider or address change; null deletes it. */
  readonly update_ai_settings: {
    readonly method: "PUT";
    readonly path: "/api/v1/accounts/me/ai";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: AiSettingsIn;
    readonly answer: AiSettingsOut;
  };
  /** One tiny call a tier, with the stored settings or with those given. Stores nothing but what it used. */
  readonly test_ai: {
    readonly method: "POST";
    readonly path: "/api/v1/accounts/me/ai/test";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: AiTestIn | null;
    readonly answer: AiTestOut;
  };
  /** Calls, tokens and cost of a month (UTC), summed by day, action, model, session or, for admins, user. */
  readonly ai_usage: {
    readonly method: "GET";
    readonly path: "/api/v1/accounts/me/ai/usage";
    readonly parameters: Record<never, never>;
    readonly query: { readonly month?: string | null; readonly group_by?: "day" | "action" | "model" | "user" | "session"; };
    readonly body: undefined;
    readonly answer: AiUsageOut;
  };
  /** What was done in the account, by whom and from where, newest first. */
  readonly list_audit: {
    readonly method: "GET";
    readonly path: "/api/v1/accounts/me/audit";
    readonly parameters: Record<never, never>;
    readonly query: { readonly actor?: string | null; readonly action?: string | null; readonly resource_type?: string | null; readonly resource_id?: string | null; readonly from?: string | null; readonly to?: string | null; readonly limit?: number; readonly cursor?: string | null; };
    readonly body: undefined;
    readonly answer: AuditListOut;
  };
  /** Walk the whole chain and tell whether an event was changed, removed or added past the product. */
  readonly verify_audit: {
    readonly method: "GET";
    readonly path: "/api/v1/accounts/me/audit/verify";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: AuditVerifyOut;
  };
  /** The people of the account, by name. */
  readonly list_members: {
    readonly method: "GET";
    readonly path: "/api/v1/accounts/me/members";
    readonly parameters: Record<never, never>;
    readonly query: { readonly search?: string; readonly include_inactive?: boolean; };
    readonly body: undefined;
    readonly answer: AccountMemberList;
  };
  /** The account's preferences: as stored, and with defaults. */
  readonly get_preferences: {
    readonly method: "GET";
    readonly path: "/api/v1/accounts/me/preferences";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: PreferencesOut;
  };
  /** Change the preferences given; null returns one to its default. */
  readonly update_preferences: {
    readonly method: "PATCH";
    readonly path: "/api/v1/accounts/me/preferences";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: PreferencesIn;
    readonly answer: PreferencesOut;
  };
  /** The sessions the caller may read, newest activity first, one page at a time. With `q` the best hits first. */
  readonly list_sessions: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions";
    readonly parameters: Record<never, never>;
    readonly query: { readonly scope?: "mine" | "all"; readonly group?: "active" | "recent"; readonly status?: readonly ("active" | "paused" | "escalated" | "requesting_escalation" | "resolved" | "abandoned")[]; readonly owner_id?: string; readonly client_name?: string; readonly ticket?: string; readonly from?: string; readonly to?: string; readonly tz?: string; readonly q?: string; readonly sort?: "activity" | "created"; readonly cursor?: string; readonly limit?: number; };
    readonly body: undefined;
    readonly answer: SessionPage;
  };
  /** Start a session from a text, a ticket or a closed session. With a message the first turn starts at once. */
  readonly create_session: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: CreateSession;
    readonly answer: CreatedSession;
  };
  /** How many sessions there are by status. */
  readonly count_sessions: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/counts";
    readonly parameters: Record<never, never>;
    readonly query: { readonly scope?: "mine" | "all"; };
    readonly body: undefined;
    readonly answer: StatusCounts;
  };
  /** One session, with the parts named in `include`. */
  readonly get_session: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}";
    readonly parameters: { readonly sid: string; };
    readonly query: { readonly include?: string | null; };
    readonly body: undefined;
    readonly answer: SessionDetail;
  };
  /** Change title, problem, domain or client. Only the fields given are touched. */
  readonly patch_session: {
    readonly method: "PATCH";
    readonly path: "/api/v1/ai-sessions/{sid}";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: PatchSession;
    readonly answer: SessionDetail;
  };
  /** Close a session without a resolution. */
  readonly abandon_session: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/abandon";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: AbandonSession;
    readonly answer: SessionDetail;
  };
  /** Send a message. The turn runs whether or not anybody watches; a repeated `client_turn_id` attaches to the turn it started. */
  readonly chat: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/chat";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: ChatRequest;
    readonly answer: TurnOut;
  };
  /** Keep the caller's edited text. Answers 409 with the current draft when another tab saved meanwhile. */
  readonly save_draft: {
    readonly method: "PUT";
    readonly path: "/api/v1/ai-sessions/{sid}/document-drafts/{kind}";
    readonly parameters: { readonly sid: string; readonly kind: "resolution_note" | "escalation_package" | "status_update" | "email_draft" | "request_info"; };
    readonly query: Record<never, never>;
    readonly body: SaveDraft;
    readonly answer: DraftOut;
  };
  /** Throw the caller's edited text away. */
  readonly delete_draft: {
    readonly method: "DELETE";
    readonly path: "/api/v1/ai-sessions/{sid}/document-drafts/{kind}";
    readonly parameters: { readonly sid: string; readonly kind: "resolution_note" | "escalation_package" | "status_update" | "email_draft" | "request_info"; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** The internal handoff document of the session as it is now, written once for everybody who asks. Admins may ask too. */
  readonly preview_escalation_package: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/escalation-package/preview";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: Preview;
    readonly answer: DocumentPreview;
  };
  /** What we know: all live facts, oldest first. */
  readonly list_facts: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}/facts";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: FactList;
  };
  /** Add a note of a person. */
  readonly create_fact: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/facts";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: CreateFact;
    readonly answer: FactOut;
  };
  /** Turn an answer or a check result into a fact. */
  readonly promote_fact: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/facts/promote";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: PromoteFact;
    readonly answer: FactOut;
  };
  /** Edit a note or a synthesis. The text then counts as said by a person. */
  readonly patch_fact: {
    readonly method: "PATCH";
    readonly path: "/api/v1/ai-sessions/{sid}/facts/{fact_id}";
    readonly parameters: { readonly sid: string; readonly fact_id: string; };
    readonly query: Record<never, never>;
    readonly body: PatchFact;
    readonly answer: FactOut;
  };
  /** Take a fact out of What we know. */
  readonly delete_fact: {
    readonly method: "DELETE";
    readonly path: "/api/v1/ai-sessions/{sid}/facts/{fact_id}";
    readonly parameters: { readonly sid: string; readonly fact_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Vouch for an unverified fact. */
  readonly confirm_fact: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/facts/{fact_id}/confirm";
    readonly parameters: { readonly sid: string; readonly fact_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: FactOut;
  };
  /** Give the session to another engineer, or take it: from then on they write it too. */
  readonly set_handler: {
    readonly method: "PUT";
    readonly path: "/api/v1/ai-sessions/{sid}/handler";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: SetHandler;
    readonly answer: SessionDetail;
  };
  /** Competing explanations, open ones first. */
  readonly list_hypotheses: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}/hypotheses";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: HypothesisList;
  };
  /** Questions and checks by position, retired ones included. */
  readonly get_lane: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}/lane";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: LaneOut;
  };
  /** Split the output of the combined script over its checks. */
  readonly record_outputs: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/lane/outputs";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: CombinedOutput;
    readonly answer: OutputsResult;
  };
  /** One script of the open checks' commands, for the engineer to run. */
  readonly get_run_script: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}/lane/run-script";
    readonly parameters: { readonly sid: string; };
    readonly query: { readonly shell: "powershell" | "bash" | "cmd"; readonly ids?: readonly string[]; };
    readonly body: undefined;
    readonly answer: RunScript;
  };
  /** Send the settled lane items as one message. */
  readonly send_lane: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/lane/send";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: SendLane;
    readonly answer: TurnOut;
  };
  /** Answer a question, from any state; a new answer replaces the old one. */
  readonly answer_question: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/lane/{iid}/answer";
    readonly parameters: { readonly sid: string; readonly iid: string; };
    readonly query: Record<never, never>;
    readonly body: Answer;
    readonly answer: LaneItemResult;
  };
  /** Record what a check printed, from any state. */
  readonly record_output: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/lane/{iid}/output";
    readonly parameters: { readonly sid: string; readonly iid: string; };
    readonly query: Record<never, never>;
    readonly body: Output;
    readonly answer: LaneItemResult;
  };
  /** Open an item again; its answer and output are cleared. Brings a retired item back. */
  readonly reopen_lane_item: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/lane/{iid}/reopen";
    readonly parameters: { readonly sid: string; readonly iid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: LaneItemResult;
  };
  /** Skip an open or retired item. */
  readonly skip_lane_item: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/lane/{iid}/skip";
    readonly parameters: { readonly sid: string; readonly iid: string; };
    readonly query: Record<never, never>;
    readonly body: Skip;
    readonly answer: LaneItemResult;
  };
  /** The newest messages (or those before `before_seq`), oldest first. */
  readonly list_messages: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}/messages";
    readonly parameters: { readonly sid: string; };
    readonly query: { readonly before_seq?: number | null; readonly limit?: number; };
    readonly body: undefined;
    readonly answer: MessagePage;
  };
  /** Pause an active session. A paused one stays as it is. */
  readonly pause_session: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/pause";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: SessionDetail;
  };
  /** Exactly what posting this text would write to the ticket. Reads only. */
  readonly preview_psa_write: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/psa-writes/preview";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: PreviewWrite;
    readonly answer: PreviewOut;
  };
  /** Open a closed session again. Posted notes, fixes and facts stay. */
  readonly reopen_session: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/reopen";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: SessionDetail;
  };
  /** Resolve the session and, when it is linked, write the note to the ticket and read it back. */
  readonly post_resolution_note: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/resolution-note/post";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: ResolveRequest;
    readonly answer: ResolvePostOut;
  };
  /** The resolution note of the session as it is now, written once for everybody who asks. */
  readonly preview_resolution_note: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/resolution-note/preview";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: Preview;
    readonly answer: DocumentPreview;
  };
  /** Go on with a paused session. */
  readonly resume_session: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/resume";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: SessionDetail;
  };
  /** The links of the session, newest first. */
  readonly list_shares: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}/shares";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: ShareList;
  };
  /** Make a link that shows the session without a sign-in. Its address is answered this once. */
  readonly create_share: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/shares";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: CreateShare;
    readonly answer: CreatedShare;
  };
  /** Withdraw a link: it stops working at once. */
  readonly revoke_share: {
    readonly method: "DELETE";
    readonly path: "/api/v1/ai-sessions/{sid}/shares/{share_id}";
    readonly parameters: { readonly sid: string; readonly share_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Every fix suggested in this session, newest first. */
  readonly list_fixes: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}/suggested-fixes";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: FixList;
  };
  /** The current fix. */
  readonly get_active_fix: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}/suggested-fixes/active";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: FixOut;
  };
  /** One fix with its whole life. */
  readonly get_fix: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}";
    readonly parameters: { readonly sid: string; readonly fid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: FixDetail;
  };
  /** Turn down the outcome the pilot proposed. */
  readonly clear_outcome_proposal: {
    readonly method: "DELETE";
    readonly path: "/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}/ai-outcome-proposal";
    readonly parameters: { readonly sid: string; readonly fid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: FixOut;
  };
  /** Say that the fix was carried out. Whether it worked is still open. */
  readonly apply_fix: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}/apply";
    readonly parameters: { readonly sid: string; readonly fid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: FixOut;
  };
  /** Run the drafted script once, run it and keep it as a draft for the library, or dismiss the fix. */
  readonly decide_fix: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}/decision";
    readonly parameters: { readonly sid: string; readonly fid: string; };
    readonly query: Record<never, never>;
    readonly body: Decision;
    readonly answer: DecisionResult;
  };
  /** Record whether the fix worked. */
  readonly record_outcome: {
    readonly method: "PATCH";
    readonly path: "/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}/outcome";
    readonly parameters: { readonly sid: string; readonly fid: string; };
    readonly query: Record<never, never>;
    readonly body: Outcome;
    readonly answer: FixOut;
  };
  /** Suggest an earlier fix again in place of the current one. */
  readonly restore_fix: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}/restore";
    readonly parameters: { readonly sid: string; readonly fid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: FixOut;
  };
  /** Take a partly applied fix up again. */
  readonly resume_fix: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}/resume";
    readonly parameters: { readonly sid: string; readonly fid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: FixOut;
  };
  /** Replace the script of a fix. */
  readonly attach_script: {
    readonly method: "PATCH";
    readonly path: "/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}/script";
    readonly parameters: { readonly sid: string; readonly fid: string; };
    readonly query: Record<never, never>;
    readonly body: AttachScript;
    readonly answer: FixOut;
  };
  /** Link the session to a ticket of the connected PSA. */
  readonly link_ticket: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/ticket";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: LinkTicket;
    readonly answer: SessionDetail;
  };
  /** Take the ticket off the session. The ticket itself is not touched. */
  readonly unlink_ticket: {
    readonly method: "DELETE";
    readonly path: "/api/v1/ai-sessions/{sid}/ticket";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: SessionDetail;
  };
  /** One turn as it is now. */
  readonly get_turn: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}/turns/{tid}";
    readonly parameters: { readonly sid: string; readonly tid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: TurnOut;
  };
  /** The events of a turn from its start, or after `Last-Event-ID`, until its closing event. */
  readonly turn_events: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}/turns/{tid}/events";
    readonly parameters: { readonly sid: string; readonly tid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: TurnStartedEvent | DeltaEvent | LaneEvent | FactEvent | FixEvent | OutcomeProposalEvent | NoticeEvent | TurnFinishedEvent | TurnFailedEvent;
  };
  /** Run the message of the latest turn again, when that turn failed or was interrupted. */
  readonly retry_turn: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/turns/{tid}/retry";
    readonly parameters: { readonly sid: string; readonly tid: string; };
    readonly query: Record<never, never>;
    readonly body: RetryTurn;
    readonly answer: TurnOut;
  };
  /** End the generation; the text so far and complete markers stay. An ended turn is returned unchanged. */
  readonly stop_turn: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/turns/{tid}/stop";
    readonly parameters: { readonly sid: string; readonly tid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: TurnOut;
  };
  /** The updates of a session, newest first. */
  readonly list_updates: {
    readonly method: "GET";
    readonly path: "/api/v1/ai-sessions/{sid}/updates";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: UpdateList;
  };
  /** Keep an update. With a visibility it is also written to the ticket, once, and read back. */
  readonly create_update: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/updates";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: CreateUpdate;
    readonly answer: UpdateOut;
  };
  /** A text for one audience, written from the record as it is now. Nothing is stored and nothing is sent. */
  readonly preview_update: {
    readonly method: "POST";
    readonly path: "/api/v1/ai-sessions/{sid}/updates/preview";
    readonly parameters: { readonly sid: string; };
    readonly query: Record<never, never>;
    readonly body: PreviewUpdate;
    readonly answer: UpdatePreview;
  };
  /** The demo sign-in of an installation that listens on loopback only. */
  readonly demo_sign_in: {
    readonly method: "GET";
    readonly path: "/api/v1/auth/demo";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: DemoSignIn;
  };
  /** Sign in with e-mail and password. Browsers get cookies, scripts (`transport: token`) get tokens. */
  readonly login: {
    readonly method: "POST";
    readonly path: "/api/v1/auth/login";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: LoginIn;
    readonly answer: SignedIn;
  };
  /** End this sign-in. Open streams of it end too. */
  readonly logout: {
    readonly method: "POST";
    readonly path: "/api/v1/auth/logout";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** End every sign-in of this person. */
  readonly logout_all: {
    readonly method: "POST";
    readonly path: "/api/v1/auth/logout-all";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** The signed-in person and their account. */
  readonly me: {
    readonly method: "GET";
    readonly path: "/api/v1/auth/me";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: Me;
  };
  /** Rotate the refresh token, from the cookie or the body. */
  readonly refresh: {
    readonly method: "POST";
    readonly path: "/api/v1/auth/refresh";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: RefreshIn | null;
    readonly answer: SignedIn;
  };
  /** Whether the caller may make the first account. Not found once there is one; the demo workspace does not count. */
  readonly read_welcome: {
    readonly method: "GET";
    readonly path: "/api/v1/auth/welcome";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: WelcomeOut;
  };
  /** Make the first account with its owner, who also runs the installation, and sign them in with cookies. */
  readonly welcome: {
    readonly method: "POST";
    readonly path: "/api/v1/auth/welcome";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: WelcomeIn;
    readonly answer: SignedIn;
  };
  /** Connect the demo workspace to another simulated PSA; the one in use is turned off and can be turned on again. */
  readonly connect_demo_psa: {
    readonly method: "POST";
    readonly path: "/api/v1/demo/psa";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: OtherPsaIn;
    readonly answer: undefined;
  };
  /** Put the demo workspace and its simulated PSA back to their first state. Everybody stays signed in. */
  readonly reset_demo: {
    readonly method: "POST";
    readonly path: "/api/v1/demo/reset";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Scripts of sessions that may become templates, newest first. */
  readonly list_drafts: {
    readonly method: "GET";
    readonly path: "/api/v1/draft-templates";
    readonly parameters: Record<never, never>;
    readonly query: { readonly session_id?: string | null; readonly cursor?: string | null; readonly limit?: number; readonly pending_only?: boolean; };
    readonly body: undefined;
    readonly answer: DraftTemplatePage;
  };
  /** How many drafts wait to be reviewed. */
  readonly count_drafts: {
    readonly method: "GET";
    readonly path: "/api/v1/draft-templates/count";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: DraftTemplateCount;
  };
  /** One draft with its script and the proposed parameters. */
  readonly get_draft: {
    readonly method: "GET";
    readonly path: "/api/v1/draft-templates/{draft_id}";
    readonly parameters: { readonly draft_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: DraftTemplateOut;
  };
  /** Make a draft a template of the account's library. */
  readonly accept_draft: {
    readonly method: "POST";
    readonly path: "/api/v1/draft-templates/{draft_id}/accept";
    readonly parameters: { readonly draft_id: string; };
    readonly query: Record<never, never>;
    readonly body: AcceptDraft;
    readonly answer: DraftAccepted;
  };
  /** Turn a draft down. It stays on record and leaves the list. */
  readonly reject_draft: {
    readonly method: "POST";
    readonly path: "/api/v1/draft-templates/{draft_id}/reject";
    readonly parameters: { readonly draft_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: DraftRejected;
  };
  /** Live events of what the caller may see, as Server-Sent Events. Resume with Last-Event-ID. */
  readonly live_stream: {
    readonly method: "GET";
    readonly path: "/api/v1/events/stream";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Failures, writes, and changes of connection, mapping and settings, newest first. */
  readonly psa_activity: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/activity";
    readonly parameters: Record<never, never>;
    readonly query: { readonly limit?: number; readonly cursor?: string | null; };
    readonly body: undefined;
    readonly answer: ActivityListOut;
  };
  /** Active service boards by name. */
  readonly psa_boards: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/boards";
    readonly parameters: Record<never, never>;
    readonly query: { readonly refresh?: boolean; };
    readonly body: undefined;
    readonly answer: LookupOut_Named;
  };
  /** Active statuses of one board in the board's own order. */
  readonly psa_board_statuses: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/boards/{board_id}/statuses";
    readonly parameters: { readonly board_id: string; };
    readonly query: { readonly refresh?: boolean; };
    readonly body: undefined;
    readonly answer: LookupOut_StatusOut;
  };
  /** Client companies by name. */
  readonly psa_companies: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/companies";
    readonly parameters: Record<never, never>;
    readonly query: { readonly query?: string; readonly limit?: number; readonly refresh?: boolean; };
    readonly body: undefined;
    readonly answer: LookupOut_Named;
  };
  /** The account's connections, the active one first. Never a secret. */
  readonly psa_list_connections: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/connections";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: ConnectionListOut;
  };
  /** Test the sign-in and store it as the active connection. Missing rights are stored as warnings. */
  readonly psa_create_connection: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/connections";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: ConnectionIn;
    readonly answer: ConnectionOut;
  };
  /** Try a sign-in: address, certificate, sign-in, then one read of everything that is used. Stores nothing. */
  readonly psa_test_connection: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/connections/test";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: SignInIn;
    readonly answer: ConnectionTestOut;
  };
  /** Rename it, turn it on or off, or change its fields. Where or as whom it signs in needs all secrets again. */
  readonly psa_change_connection: {
    readonly method: "PATCH";
    readonly path: "/api/v1/integrations/psa/connections/{connection_id}";
    readonly parameters: { readonly connection_id: string; };
    readonly query: Record<never, never>;
    readonly body: ConnectionChangeIn;
    readonly answer: ConnectionOut;
  };
  /** Remove it with keys, mappings, settings and stored answers. Open writes stop it unless they are given up. */
  readonly psa_remove_connection: {
    readonly method: "DELETE";
    readonly path: "/api/v1/integrations/psa/connections/{connection_id}";
    readonly parameters: { readonly connection_id: string; };
    readonly query: { readonly abandon_writes?: boolean; };
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Run the checks again with the stored keys; status and rights are updated, blocked writes go on. */
  readonly psa_check_connection: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/connections/{connection_id}/check";
    readonly parameters: { readonly connection_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: ConnectionOut;
  };
  /** Store new secrets after testing them; when the test fails the old ones stay in use. */
  readonly psa_rotate_connection: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/connections/{connection_id}/rotate";
    readonly parameters: { readonly connection_id: string; };
    readonly query: Record<never, never>;
    readonly body: RotateIn;
    readonly answer: ConnectionOut;
  };
  /** Ask the PSA to tell of changed tickets, so that open pages follow. The server must be reachable from the PSA. */
  readonly psa_register_webhook: {
    readonly method: "PUT";
    readonly path: "/api/v1/integrations/psa/connections/{connection_id}/webhook";
    readonly parameters: { readonly connection_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Take no more calls; the PSA's own record is removed when it lets us. */
  readonly psa_remove_webhook: {
    readonly method: "DELETE";
    readonly path: "/api/v1/integrations/psa/connections/{connection_id}/webhook";
    readonly parameters: { readonly connection_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Contacts, of one company when `company_id` is given. */
  readonly psa_contacts: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/contacts";
    readonly parameters: Record<never, never>;
    readonly query: { readonly company_id?: string | null; readonly query?: string; readonly limit?: number; readonly refresh?: boolean; };
    readonly body: undefined;
    readonly answer: LookupOut_ContactOut;
  };
  /** A call of the PSA about a ticket. Only its token and signature are believed; a repeated one is ignored. */
  readonly psa_hook: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/hooks/{connection_id}/{token}";
    readonly parameters: { readonly connection_id: string; readonly token: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: unknown;
  };
  /** Every active person of the account and who they are in the PSA. */
  readonly psa_member_mappings: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/member-mappings";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: MappingListOut;
  };
  /** Set who the people named are in the PSA; null takes a mapping away. All or none. */
  readonly psa_set_member_mappings: {
    readonly method: "PUT";
    readonly path: "/api/v1/integrations/psa/member-mappings";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: MappingsIn;
    readonly answer: MappingListOut;
  };
  /** Match people without a member by equal e-mail. A mail of two members, inactive and API members never match. */
  readonly psa_auto_match: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/member-mappings/auto-match";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: MatchedOut;
  };
  /** Who the caller is in the PSA; null when nobody. */
  readonly psa_my_member: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/member-mappings/me";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: MyMappingOut;
  };
  /** Active people of the PSA by name; `is_me` marks the one mapped to the caller. */
  readonly psa_members: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/members";
    readonly parameters: Record<never, never>;
    readonly query: { readonly query?: string; readonly refresh?: boolean; };
    readonly body: undefined;
    readonly answer: LookupOut_MemberOut;
  };
  /** What actions may be filed under, where the PSA wants that (HaloPSA). */
  readonly psa_outcomes: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/outcomes";
    readonly parameters: Record<never, never>;
    readonly query: { readonly board_id?: string | null; readonly refresh?: boolean; };
    readonly body: undefined;
    readonly answer: LookupOut_OutcomeOut;
  };
  /** Priorities. `board_id` narrows where the PSA has priorities by board; ConnectWise has one list for all. */
  readonly psa_priorities: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/priorities";
    readonly parameters: Record<never, never>;
    readonly query: { readonly board_id?: string | null; readonly refresh?: boolean; };
    readonly body: undefined;
    readonly answer: LookupOut_Named;
  };
  /** What is written to the PSA and how, with defaults. */
  readonly psa_settings: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/settings";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: SettingsOut;
  };
  /** Store all settings. Each target status must be on its board. */
  readonly psa_save_settings: {
    readonly method: "PUT";
    readonly path: "/api/v1/integrations/psa/settings";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: SettingsIn;
    readonly answer: SettingsOut;
  };
  /** Whether a PSA is connected and how it is doing. Reads our own records only. */
  readonly psa_status: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/status";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: PsaStatusOut;
  };
  /** Statuses of the given boards (none: all boards) merged by name. */
  readonly psa_statuses: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/statuses";
    readonly parameters: Record<never, never>;
    readonly query: { readonly board_ids?: readonly string[]; readonly refresh?: boolean; };
    readonly body: undefined;
    readonly answer: LookupOut_MergedStatusOut;
  };
  /** Tickets, newest id first. A number, `#n` or a ticket reference in `query` is looked up first. */
  readonly psa_list_tickets: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/tickets";
    readonly parameters: Record<never, never>;
    readonly query: { readonly query?: string; readonly assignment?: string; readonly board_ids?: readonly string[]; readonly status_id?: string | null; readonly status_name?: string | null; readonly priority_ids?: readonly string[]; readonly company_id?: string | null; readonly closed?: "open" | "closed" | "all"; readonly limit?: number; readonly cursor?: string | null; readonly refresh?: boolean; };
    readonly body: undefined;
    readonly answer: TicketListOut;
  };
  /** Open a ticket once and read it back; for a session it becomes its ticket or one of its spin-offs. */
  readonly psa_create_ticket: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/tickets";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: NewTicketIn;
    readonly answer: NewTicketOut;
  };
  /** A draft of a ticket from a pasted text. Ids come only from the PSA's lists; writes nothing. */
  readonly psa_parse_ticket: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/tickets/parse";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: ParseIn;
    readonly answer: TicketDraftOut;
  };
  /** One ticket. The sections are fetched in parallel; a failing one names its problem and never fails the rest. */
  readonly psa_get_ticket: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/tickets/{ticket_id}";
    readonly parameters: { readonly ticket_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: TicketDetailOut;
  };
  /** Put somebody on the ticket: primary where nobody is, else beside them. Already on it: 200, nothing is sent. */
  readonly psa_assign: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/tickets/{ticket_id}/assignees";
    readonly parameters: { readonly ticket_id: string; };
    readonly query: Record<never, never>;
    readonly body: AssignIn;
    readonly answer: AssigneesOut;
  };
  /** Take somebody off the ticket. Not on it: 200, nothing is sent. */
  readonly psa_unassign: {
    readonly method: "DELETE";
    readonly path: "/api/v1/integrations/psa/tickets/{ticket_id}/assignees/{member_id}";
    readonly parameters: { readonly ticket_id: string; readonly member_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: AssigneesOut;
  };
  /** Write a note through the outbox: sent once, then found again on the ticket. */
  readonly psa_add_note: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/tickets/{ticket_id}/notes";
    readonly parameters: { readonly ticket_id: string; };
    readonly query: Record<never, never>;
    readonly body: NoteIn;
    readonly answer: NotePostOut;
  };
  /** Move the ticket, then read it again and compare. 502 `psa_status_not_verified` when the PSA kept another status. */
  readonly psa_change_status: {
    readonly method: "PATCH";
    readonly path: "/api/v1/integrations/psa/tickets/{ticket_id}/status";
    readonly parameters: { readonly ticket_id: string; };
    readonly query: Record<never, never>;
    readonly body: StatusChangeIn;
    readonly answer: StatusChangeOut;
  };
  /** Statuses the ticket may be set to: those of its own board. */
  readonly psa_ticket_statuses: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/tickets/{ticket_id}/statuses";
    readonly parameters: { readonly ticket_id: string; };
    readonly query: { readonly refresh?: boolean; };
    readonly body: undefined;
    readonly answer: LookupOut_StatusOut;
  };
  /** The PSAs this server can connect and the fields each wants. */
  readonly psa_vendors: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/vendors";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: VendorListOut;
  };
  /** Writes of the account, newest first. A write for a session is listed only to those who may read the session. */
  readonly psa_list_writes: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/writes";
    readonly parameters: Record<never, never>;
    readonly query: { readonly session_id?: string | null; readonly ticket_id?: string | null; readonly state?: readonly ("queued" | "running" | "waiting" | "blocked" | "done" | "partial" | "cancelled")[]; readonly limit?: number; readonly cursor?: string | null; };
    readonly body: undefined;
    readonly answer: WriteListOut;
  };
  /** One write with its steps, exact text and fields. */
  readonly psa_get_write: {
    readonly method: "GET";
    readonly path: "/api/v1/integrations/psa/writes/{write_id}";
    readonly parameters: { readonly write_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: WriteOut;
  };
  /** Give up a write of which nothing was sent yet. */
  readonly psa_cancel_write: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/writes/{write_id}/cancel";
    readonly parameters: { readonly write_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: WriteOut;
  };
  /** Accept that the status stays as the PSA shows it. The note is on the ticket; the session counts as resolved. */
  readonly psa_finish_without_status: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/writes/{write_id}/finish-without-status";
    readonly parameters: { readonly write_id: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: WriteOut;
  };
  /** Try a waiting or blocked write again at once. A note that is on the ticket is never sent again. */
  readonly psa_retry_write: {
    readonly method: "POST";
    readonly path: "/api/v1/integrations/psa/writes/{write_id}/retry";
    readonly parameters: { readonly write_id: string; };
    readonly query: Record<never, never>;
    readonly body: WriteRetryIn;
    readonly answer: WriteOut;
  };
  /** The active categories of the account and of the product. */
  readonly list_script_categories: {
    readonly method: "GET";
    readonly path: "/api/v1/scripts/categories";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: CategoryList;
  };
  /** What a link shows. Needs no sign-in; unknown, ended, withdrawn and switched off are one answer. */
  readonly read_shared_session: {
    readonly method: "GET";
    readonly path: "/api/v1/shared/sessions/{token}";
    readonly parameters: { readonly token: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: SharedSession;
  };
  /** Store a picture for a message: PNG, JPEG, WebP or GIF, up to 10 MiB and 40 megapixels. It is re-encoded; the original is not kept. */
  readonly create_upload: {
    readonly method: "POST";
    readonly path: "/api/v1/uploads";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: UploadOut;
  };
  /** Throw away an own picture that is in no message yet. */
  readonly delete_upload: {
    readonly method: "DELETE";
    readonly path: "/api/v1/uploads/{uid}";
    readonly parameters: { readonly uid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** The picture itself: for who uploaded it, and once it is in a message for everybody who may read the session. */
  readonly upload_content: {
    readonly method: "GET";
    readonly path: "/api/v1/uploads/{uid}/content";
    readonly parameters: { readonly uid: string; };
    readonly query: Record<never, never>;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Change the own name or interface preferences; keys not sent stay, null returns a preference to its default. */
  readonly update_me: {
    readonly method: "PATCH";
    readonly path: "/api/v1/users/me";
    readonly parameters: Record<never, never>;
    readonly query: Record<never, never>;
    readonly body: MeIn;
    readonly answer: Me;
  };
}
