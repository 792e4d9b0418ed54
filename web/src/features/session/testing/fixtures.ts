import type { Fact, Fix, Lane, LaneItem, Message, SessionDetail, SessionRow, Turn } from "@/api/session-types";
import type { NotePreview, PsaWrite, WritePreview } from "@/api/write-types";

/** One believable session for tests and drawings; every builder takes what differs. */

export const SESSION = "0198f000-0000-7000-8000-000000000001";
export const OTHER = "0198f000-0000-7000-8000-000000000002";
export const ME = { id: "0198f000-0000-7000-8000-0000000000aa", name: "Kit Tolland" };
const at = (time: string) => `2026-11-20T${time}:00Z`;
const id = (n: number) => `0198f000-0000-7000-8000-0000000001${String(n).padStart(2, "0")}`;

export function message(n: number, over: Partial<Message> = {}): Message {
  return {
    id: id(n),
    seq: n,
    role: "engineer",
    kind: "chat",
    author: ME,
    content: "Words",
    uploads: [],
    meta: { masked: [], fix_id: null, outcome: null, reason: null, ticket_ref: null },
    turn: null,
    created_at: at("14:16"),
    ...over,
  };
}

export function pilot(n: number, content: string, over: Partial<Message> = {}): Message {
  return message(n, {
    role: "pilot",
    author: null,
    content,
    turn: {
      id: id(50 + n),
      status: "finished",
      engine: "guide",
      notices: [],
      suggested_flows: [],
      error_text: null,
      retryable: null,
    },
    ...over,
  });
}

export function item(n: number, over: Partial<LaneItem> = {}): LaneItem {
  return {
    id: id(20 + n),
    kind: "question",
    text: `Question ${n}?`,
    context: null,
    description: null,
    options: [],
    command: null,
    shell: null,
    command_risk: null,
    risk_reason: null,
    state: "open",
    answer: null,
    answer_kind: null,
    option_index: null,
    output: null,
    output_cut: false,
    skip_reason: null,
    settled_by: null,
    settled_at: null,
    first_turn_id: null,
    last_turn_id: null,
    sent_turn_id: null,
    position: n,
    created_at: at("14:16"),
    updated_at: at("14:16"),
    ...over,
  };
}

export function lane(questions: readonly LaneItem[], checks: readonly LaneItem[] = []): Lane {
  const all = [...questions, ...checks];
  const settled = all.filter((one) => ["answered", "done", "skipped"].includes(one.state));
  return {
    questions,
    checks,
    counts: {
      open_questions: questions.filter((one) => one.state === "open").length,
      open_checks: checks.filter((one) => one.state === "open").length,
      settled: settled.length,
      retired: all.filter((one) => one.state === "retired").length,
      unsent: settled.filter((one) => one.sent_turn_id === null).length,
    },
  };
}

export function fact(n: number, over: Partial<Fact> = {}): Fact {
  return {
    id: id(40 + n),
    session_id: SESSION,
    turn_id: null,
    text: `Fact ${n}.`,
    source_type: "user_note",
    source_ref: null,
    source_summary: null,
    evidence: null,
    grounding: "person",
    created_by: ME.id,
    created_at: at("14:21"),
    updated_at: at("14:21"),
    editable: true,
    ...over,
  };
}

export function fix(over: Partial<Fix> = {}): Fix {
  return {
    id: id(60),
    session_id: SESSION,
    turn_id: null,
    title: "Unlock svc-scan and find the stale password",
    description:
      "Unlocks the account on TCV-DC01, then lists each device that still signs in with the old password.\n\n1. Run `Unlock-ADAccount svc-scan` on TCV-DC01.\n2. Store the new password on each copier.\n3. Send one scan from each copier.",
    confidence_pct: 94,
    script_template_id: null,
    ai_drafted_script: null,
    ai_drafted_parameters: null,
    edited_script: null,
    parameters_used: null,
    user_decision: null,
    decided_at: null,
    decided_by: null,
    status: "proposed",
    applied_at: null,
    applied_by: null,
    verified_at: null,
    partial_notes: null,
    failure_reason: null,
    ai_outcome_proposal: null,
    superseded_at: null,
    superseded_by: null,
    created_at: at("14:23"),
    updated_at: at("14:23"),
    messages_since_apply: 0,
    ...over,
  };
}

export function turn(over: Partial<Turn> = {}): Turn {
  return {
    id: id(70),
    session_id: SESSION,
    client_turn_id: id(71),
    user_message_id: id(1),
    reply_message_id: id(2),
    retry_of: null,
    status: "finished",
    engine: "guide",
    provider: null,
    model: null,
    text: "",
    error_code: null,
    error_text: null,
    retryable: null,
    markers: {},
    usage: {},
    notices: [],
    suggested_flows: [],
    state_version_after: 3,
    created_at: at("14:16"),
    started_at: at("14:16"),
    first_delta_at: at("14:16"),
    finished_at: at("14:16"),
    ...over,
  };
}

export function session(over: Partial<SessionDetail> = {}): SessionDetail {
  return {
    id: SESSION,
    title: "Scan to folder fails on both copiers",
    title_source: "auto",
    status: "active",
    problem_summary: null,
    problem_domain: null,
    intake_type: "psa_ticket",
    intake_text: null,
    client_name: "Thistlecombe Vets",
    contact_name: "Orla Penfold",
    priority: "Priority 2 - High",
    psa_connection_id: id(80),
    psa_ticket_id: "48213",
    ticket_ref: "CW #48213",
    psa_context_status: "ready",
    psa_context_at: at("14:15"),
    follow_up_of: null,
    state_version: 7,
    message_count: 4,
    resolution_summary: null,
    resolution_note_markdown: null,
    resolution_note_posted_at: null,
    resolution_note_external_id: null,
    resolution_note_withdrawn: [],
    escalation_reason: null,
    abandon_reason: null,
    created_at: at("14:15"),
    updated_at: at("14:23"),
    last_activity_at: at("14:23"),
    paused_at: null,
    escalated_at: null,
    resolved_at: null,
    abandoned_at: null,
    owner: ME,
    handler: null,
    counts: { open_questions: 0, open_checks: 0, facts: 0, fixes: 1 },
    permissions: { can_write: true, can_resolve: true, can_escalate: false, can_share: false, reason: null },
    running_turn_id: null,
    open_write: null,
    spin_offs: [],
    messages: { items: [], has_more: false },
    lane: lane([]),
    facts: [],
    fix: null,
    turn: null,
    ...over,
  };
}

export function row(over: Partial<SessionRow> = {}): SessionRow {
  return {
    id: SESSION,
    title: "Scan to folder fails on both copiers",
    status: "active",
    client_name: "Thistlecombe Vets",
    ticket_ref: "CW #48213",
    priority: null,
    owner: ME,
    handler: null,
    fix_status: null,
    open_questions: 0,
    open_checks: 0,
    running_turn: false,
    can_write: true,
    created_at: at("14:15"),
    last_activity_at: at("14:23"),
    resolved_at: null,
    match: null,
    ...over,
  };
}

export function notePreview(over: Partial<NotePreview> = {}): NotePreview {
  const markdown =
    "## Problem\nScanning to the shared folder stopped on both copiers this morning.\n\n## Resolution\nThe account was unlocked. Test scans arrived in the folder.\n";
  const span = (text: string) => ({ start: markdown.indexOf(text), end: markdown.indexOf(text) + text.length });
  return {
    kind: "resolution_note",
    markdown,
    sentences: [
      {
        ...span("Scanning to the shared folder stopped on both copiers this morning."),
        fact_ids: [id(41)],
        mark: null,
      },
      { ...span("The account was unlocked."), fact_ids: [id(41), id(42)], mark: null },
      { ...span("Test scans arrived in the folder."), fact_ids: [], mark: "no_fact" },
    ],
    marks: [
      { ...span("Test scans arrived in the folder."), text: "Test scans arrived in the folder.", mark: "no_fact" },
    ],
    left_out: { masked_secrets: 1, unverified_facts: [{ id: id(44), text: "TCV-COP02 still signs in." }] },
    target_ticket_ref: "CW #48213",
    state_version: 7,
    from_cache: true,
    engine: "builtin",
    draft: null,
    ...over,
  };
}

export function writePreview(over: Partial<WritePreview> = {}): WritePreview {
  return {
    ticket_id: "48213",
    ticket_ref: "CW #48213",
    ticket_url: "https://psa.example/48213",
    ticket_updated_at: at("14:05"),
    status: { id: "2", name: "In progress" },
    proposed_minutes: null,
    target_status: { id: "5", name: "Resolved" },
    steps: [
      {
        step: "note",
        fields: [
          { field: "text", from: null, to: "The note" },
          { field: "detailDescriptionFlag", from: null, to: true },
          { field: "processNotifications", from: null, to: false },
        ],
        visibility: "customer",
        emails: "none",
        why: "A discussion note",
        skip_reason: null,
      },
      {
        step: "status",
        fields: [{ field: "status", from: "In progress", to: "Resolved" }],
        visibility: null,
        emails: "none",
        why: "The target status of the board",
        skip_reason: null,
      },
    ],
    rendered: "The note",
    length: 486,
    masked: [],
    marks: [],
    revision: "r1",
    conflicts: [],
    blockers: [],
    ...over,
  };
}

export function psaWrite(over: Partial<PsaWrite> = {}): PsaWrite {
  const step = (name: PsaWrite["steps"][number]["step"], state: PsaWrite["steps"][number]["state"]) => ({
    step: name,
    state,
    fields: [],
    external_id: null,
    reason: null,
    error: null,
    sent_at: null,
    done_at: null,
  });
  return {
    id: id(90),
    kind: "resolution",
    state: "done",
    ticket_id: "48213",
    ticket_ref: "CW #48213",
    ticket_url: "https://psa.example/48213",
    session_id: SESSION,
    reference: "RF-ABCDEFGHJK",
    requested_by: ME.id,
    requested_by_name: ME.name,
    acting_member: null,
    text: "The note",
    visibility: "customer",
    attempts: 1,
    next_attempt_at: null,
    external_id: "91764",
    posted_at: at("14:33"),
    verified_status_id: "5",
    verified_status_name: "Resolved",
    expected_status_name: "Resolved",
    shown_author: null,
    warnings: [],
    skipped: [],
    problem: null,
    steps: [step("check", "done"), step("note", "done"), step("status", "done"), step("confirm", "done")],
    actions: { retry: false, retry_status: false, finish_without_status: false, cancel: false },
    created_at: at("14:32"),
    updated_at: at("14:33"),
    ...over,
  };
}
