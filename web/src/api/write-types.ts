/** Shapes of the resolution note, of what posting it writes, and of the write itself. Offsets count code points. */

export type Visibility = "internal" | "customer";
export type EmailEffect = "none" | "contact" | "resources" | "workflow" | "unknown";
export type StepName = "check" | "note" | "time" | "status" | "confirm";
export type StepState = "pending" | "sending" | "unknown" | "done" | "skipped" | "failed";
export type WriteState = "queued" | "running" | "waiting" | "blocked" | "done" | "partial" | "cancelled";
export type Acknowledge = "ticket_changed" | "leak_suspected" | "unsupported_sentences";

export interface NoteSentence {
  readonly start: number;
  readonly end: number;
  readonly fact_ids: readonly string[];
  readonly mark: "edited" | "no_fact" | "unknown_detail" | null;
}

export interface MarkedSentence {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly mark: "no_fact" | "unknown_detail";
}

export interface NoteDraft {
  readonly kind: "resolution_note";
  readonly markdown: string;
  readonly base_state_version: number;
  readonly version: number;
  readonly updated_at: string;
}

export interface NotePreview {
  readonly kind: "resolution_note";
  readonly markdown: string;
  readonly sentences: readonly NoteSentence[];
  readonly marks: readonly MarkedSentence[];
  readonly left_out: {
    readonly masked_secrets: number;
    readonly unverified_facts: ReadonlyArray<{ readonly id: string; readonly text: string }>;
  };
  readonly target_ticket_ref: string | null;
  readonly state_version: number;
  readonly from_cache: boolean;
  readonly engine: "llm" | "builtin";
  readonly draft: NoteDraft | null;
}

export interface WriteOptions {
  readonly visibility?: Visibility | null;
  readonly notify?: boolean | null;
  readonly status_id?: string | null;
  readonly keep_status?: boolean;
  readonly time_minutes?: number | null;
}

export interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

export interface PreviewStep {
  readonly step: StepName;
  readonly fields: readonly FieldChange[];
  readonly visibility: Visibility | null;
  readonly emails: EmailEffect;
  readonly why: string;
  readonly skip_reason: string | null;
}

export interface Conflict {
  readonly field: string;
  readonly then: string | null;
  readonly now: string | null;
  readonly by: string | null;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface WritePreview {
  readonly ticket_id: string;
  readonly ticket_ref: string;
  readonly ticket_url: string;
  readonly ticket_updated_at: string | null;
  readonly status: Named | null;
  readonly target_status: Named | null;
  readonly steps: readonly PreviewStep[];
  readonly rendered: string;
  readonly length: number;
  readonly masked: readonly string[];
  readonly marks: readonly string[];
  readonly revision: string;
  readonly conflicts: readonly Conflict[];
  readonly blockers: ReadonlyArray<{
    readonly code: string;
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>> | null;
  }>;
}

export interface ResolvePost {
  readonly outcome: "resolved" | "resolved_local" | "pending";
  readonly write_id: string | null;
  readonly session_status: string;
  readonly external_id: string | null;
  readonly posted_at: string | null;
  readonly verified_status_id: string | null;
  readonly verified_status_name: string | null;
  readonly skipped: ReadonlyArray<{ readonly step: StepName; readonly reason: string }>;
}

export interface WriteProblem {
  readonly kind: "permission" | "auth" | "rejected" | "conflict" | "not_verified" | "gave_up" | "transient";
  readonly code: string;
  readonly message: string;
  readonly permission: string | null;
  readonly expected: string | null;
  readonly observed: string | null;
  readonly changes: readonly Conflict[];
}

export interface WriteStep {
  readonly step: StepName;
  readonly state: StepState;
  readonly fields: readonly FieldChange[];
  readonly external_id: string | null;
  readonly reason: string | null;
  readonly error: string | null;
  readonly sent_at: string | null;
  readonly done_at: string | null;
}

/** One write to the ticket and what became of it. */
export interface PsaWrite {
  readonly id: string;
  readonly kind: string;
  readonly state: WriteState;
  readonly ticket_id: string;
  readonly ticket_ref: string;
  readonly ticket_url: string | null;
  readonly session_id: string | null;
  readonly reference: string;
  readonly requested_by: string;
  readonly requested_by_name: string;
  readonly acting_member: Named | null;
  readonly text: string | null;
  readonly visibility: Visibility | null;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly external_id: string | null;
  readonly posted_at: string | null;
  readonly verified_status_id: string | null;
  readonly verified_status_name: string | null;
  readonly expected_status_name: string | null;
  readonly skipped: ReadonlyArray<{ readonly step: StepName; readonly reason: string }>;
  readonly problem: WriteProblem | null;
  readonly steps: readonly WriteStep[];
  readonly actions: {
    readonly retry: boolean;
    readonly retry_status: boolean;
    readonly finish_without_status: boolean;
    readonly cancel: boolean;
  };
  readonly created_at: string;
  readonly updated_at: string;
}
