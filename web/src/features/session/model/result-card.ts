import type { SessionDetail } from "@/api/session-types";
import type { PsaWrite, StepName, WriteStep } from "@/api/write-types";
import { clock } from "@/lib/time";

export type RowTone = "done" | "busy" | "attention" | "failed" | "neutral" | "waiting";

export interface ResultRow {
  readonly key: "note" | "time" | "status" | "session" | "next";
  readonly label: string;
  readonly tone: RowTone;
  readonly value: string;
  readonly detail: string | null;
}

export interface ResultCard {
  readonly title: string;
  readonly rows: readonly ResultRow[];
  readonly retryStatus: boolean;
  readonly finishWithoutStatus: boolean;
  readonly retry: boolean;
  readonly cancel: boolean;
}

const stepOf = (write: PsaWrite, name: StepName): WriteStep | null =>
  write.steps.find((step) => step.step === name) ?? null;
const at = (time: string | null) => (time ? clock(new Date(time)) : null);

/** What became of a resolution, in rows. Success is said only for what was read back. `write` null: resolved here alone. */
export function resultCard(write: PsaWrite | null, session: SessionDetail, psaName: string): ResultCard {
  if (!write) {
    return localCard(session);
  }
  const rows = [noteRow(write), timeRow(write), statusRow(write, psaName), sessionRow(write, session), nextRow(write)];
  const { actions } = write;
  return {
    title: titleOf(write, session),
    rows: saidOnce(rows.filter((row): row is ResultRow => row !== null)),
    retryStatus: actions.retry_status,
    finishWithoutStatus: actions.finish_without_status,
    // Where the status alone can be tried again, the whole write is not offered: its note is on the ticket.
    retry: actions.retry && !actions.retry_status,
    cancel: actions.cancel,
  };
}

/** The server gives one reason for a whole write: it stands in the first row it belongs to, and only there. */
function saidOnce(rows: readonly ResultRow[]): readonly ResultRow[] {
  const told = new Set<string>();
  return rows.map((row) => {
    if (row.detail === null || !told.has(row.detail)) {
      told.add(row.detail ?? "");
      return row;
    }
    return { ...row, detail: null };
  });
}

function localCard(session: SessionDetail): ResultCard {
  const resolved = session.status === "resolved";
  return {
    title: resolved ? "Resolved" : "Not resolved yet",
    rows: [
      {
        key: "session",
        label: "Session",
        tone: resolved ? "done" : "neutral",
        value: resolved ? `Resolved ${at(session.resolved_at) ?? ""}`.trim() : "Still open",
        detail: "Saved here only. Nothing was sent to a ticket.",
      },
    ],
    retryStatus: false,
    finishWithoutStatus: false,
    retry: false,
    cancel: false,
  };
}

/** True when the note was read back from the ticket. */
export function noteConfirmed(write: PsaWrite): boolean {
  return write.external_id !== null && stepOf(write, "note")?.state === "done";
}

function titleOf(write: PsaWrite, session: SessionDetail): string {
  if (write.state === "done" || write.state === "partial") {
    return session.status === "resolved" ? "Resolved" : "Note posted";
  }
  if (write.state === "cancelled") {
    return "Cancelled, nothing was written";
  }
  if (noteConfirmed(write)) {
    return write.problem?.kind === "not_verified" ? "Note posted, status not changed" : "Note posted, not finished yet";
  }
  if (stepOf(write, "note")?.state === "unknown") {
    return "Checking what reached the ticket";
  }
  if (write.state === "blocked") {
    return "Nothing was written";
  }
  return write.state === "waiting" ? "Waiting to try again" : "Writing to the ticket";
}

/** Why a step was skipped, in words; what is not here is said as it came. */
const SKIPPED: Readonly<Record<string, string>> = {
  kept: "As chosen.",
  finished_without_status: "As chosen.",
  no_target_status: "No target status is configured for its board.",
  already_set: "The ticket had it already.",
  no_member_mapping: "You are not matched to a person in the ticket system.",
};

const skipWords = (reason: string | null | undefined): string | null =>
  reason ? (SKIPPED[reason] ?? reason.replaceAll("_", " ")) : null;

type Warning = PsaWrite["warnings"][number];

const NOTE_DOUBTS: Partial<Record<Warning, string>> = {
  duplicate_note: "The ticket shows it twice; nothing is sent again.",
  text_differs: "Its text differs from what was sent.",
  visibility_differs: "Its visibility is not the one that was asked for. Check it on the ticket now.",
  author_differs: "The ticket names another author.",
};

const TIME_DOUBTS: Partial<Record<Warning, string>> = {
  duplicate_time: "The ticket shows it twice; nothing is sent again.",
  time_differs: "The ticket shows other minutes or another person.",
  time_not_visible: "The ticket does not show it. Check it there.",
};

const said = (write: PsaWrite, doubts: Partial<Record<Warning, string>>): readonly string[] =>
  write.warnings.flatMap((warning) => doubts[warning] ?? []);

function noteRow(write: PsaWrite): ResultRow {
  const row = (tone: RowTone, value: string, detail: string | null): ResultRow => ({
    key: "note",
    label: "Note",
    tone,
    value,
    detail,
  });
  const step = stepOf(write, "note");
  if (noteConfirmed(write)) {
    const when = at(write.posted_at ?? step?.done_at ?? null);
    const who = write.visibility === "customer" ? "customer can see it" : "internal only";
    const doubts = said(write, NOTE_DOUBTS);
    if (doubts.length > 0) {
      return row(
        "attention",
        "On the ticket, but not as asked",
        `Note ${write.external_id}${when ? `, ${when}` : ""}. ${doubts.join(" ")}`,
      );
    }
    return row(
      "done",
      "On the ticket",
      `Note ${write.external_id}${when ? `, ${when}` : ""}, ${who}. It is never posted twice.`,
    );
  }
  switch (step?.state) {
    case "unknown":
      return row(
        "waiting",
        "Reply lost, checking",
        "The ticket is searched for the note before anything is sent again.",
      );
    case "failed":
      return row("failed", "Refused, nothing written", step.error ?? write.problem?.message ?? null);
    case "done":
      return row("busy", "Sent, reading it back", null);
    case "skipped":
      return row("neutral", "Skipped", skipWords(step.reason));
    default:
      break;
  }
  if (write.state === "blocked" || write.state === "cancelled") {
    return row(write.state === "blocked" ? "failed" : "neutral", "Nothing written", write.problem?.message ?? null);
  }
  return write.state === "waiting"
    ? row("waiting", "Not written yet", "Your text is kept and is sent as soon as the ticket system answers.")
    : row("busy", "Writing", null);
}

function timeRow(write: PsaWrite): ResultRow | null {
  const step = stepOf(write, "time");
  const unmatched = step?.reason === "no_member_mapping";
  if (!step || (step.state === "skipped" && !unmatched)) {
    return null;
  }
  const words = {
    done: "Recorded",
    failed: "Not recorded",
    skipped: "Not recorded",
    unknown: "Reply lost, checking",
  } as const;
  const doubts = step.state === "done" ? said(write, TIME_DOUBTS) : [];
  const value = step.state in words ? words[step.state as keyof typeof words] : "Waiting";
  return {
    key: "time",
    label: "Time",
    tone:
      doubts.length > 0 || step.state === "failed" || unmatched
        ? "attention"
        : step.state === "done"
          ? "done"
          : "neutral",
    value,
    detail: unmatched
      ? "You are not matched to a person in the ticket system, so no time could be booked for you."
      : [...doubts, step.error].filter(Boolean).join(" ") || step.reason,
  };
}

function statusRow(write: PsaWrite, psaName: string): ResultRow | null {
  const step = stepOf(write, "status");
  const row = (tone: RowTone, value: string, detail: string | null): ResultRow => ({
    key: "status",
    label: "Status",
    tone,
    value,
    detail,
  });
  const skipped = write.skipped.find((one) => one.step === "status");
  if (write.verified_status_name) {
    return row("done", write.verified_status_name, `Verified: ${psaName} shows ${write.verified_status_name}.`);
  }
  if (write.problem?.kind === "not_verified") {
    const { expected, observed, message } = write.problem;
    return row(
      "attention",
      "Not changed",
      expected && observed
        ? `Asked ${expected}, ${psaName} shows ${observed}. It accepted the request and kept its own status.`
        : message,
    );
  }
  if (skipped || step?.state === "skipped") {
    return row("neutral", "Stays as it is", skipWords(skipped?.reason ?? step?.reason));
  }
  if (step?.state === "failed") {
    return row("attention", "Not changed", step.error);
  }
  if (!step) {
    return null;
  }
  const asked = write.expected_status_name ? `${write.expected_status_name} will be asked for` : null;
  return step.state === "sending" || step.state === "done" || step.state === "unknown"
    ? row("busy", "Checking", asked)
    : row("waiting", "Waiting", asked);
}

function sessionRow(write: PsaWrite, session: SessionDetail): ResultRow {
  if (session.status === "resolved") {
    return {
      key: "session",
      label: "Session",
      tone: "done",
      value: "Resolved",
      detail: at(session.resolved_at) ? `At ${at(session.resolved_at)}.` : null,
    };
  }
  const because = !noteConfirmed(write)
    ? "Because the note is not confirmed on the ticket."
    : write.problem?.kind === "not_verified"
      ? "Because the status is not confirmed."
      : "Because the write is not finished.";
  return { key: "session", label: "Session", tone: "neutral", value: "Still open", detail: because };
}

function nextRow(write: PsaWrite): ResultRow | null {
  const row = (tone: RowTone, value: string, detail: string | null): ResultRow => ({
    key: "next",
    label: "Next",
    tone,
    value,
    detail,
  });
  if (write.state === "waiting" && write.next_attempt_at) {
    return row("waiting", `Trying again at ${at(write.next_attempt_at)}`, whyWaiting(write.problem?.message ?? ""));
  }
  if (write.state !== "blocked" || !write.problem) {
    return null;
  }
  const { problem } = write;
  switch (problem.kind) {
    case "permission":
      return row(
        "attention",
        "Needs a permission",
        problem.permission ? `Missing in the ticket system: ${problem.permission}` : problem.message,
      );
    case "auth":
      return row(
        "attention",
        "Needs the connection to sign in again",
        "An admin can renew it; the write then goes on by itself.",
      );
    case "conflict":
      return row(
        "attention",
        "The ticket changed meanwhile",
        problem.changes
          .map((change) => `${change.field}: ${change.then ?? "nothing"} to ${change.now ?? "nothing"}`)
          .join("; ") || problem.message,
      );
    case "gave_up":
      return row("failed", "Gave up after 24 hours", problem.message);
    case "not_verified":
      return row(
        "neutral",
        "Your choice",
        "Retry the status, or finish without it. The note is not sent again either way.",
      );
    case "rejected":
      return row("failed", "The ticket system refused it", problem.message);
    default:
      return row("neutral", "Waiting", problem.message);
  }
}

/** The cause alone: what the server advises a person to do next, the outbox does by itself. */
function whyWaiting(message: string): string {
  const cause = /^[^.]*\./.exec(message)?.[0];
  return cause ? `${cause} This goes on by itself.` : "This goes on by itself.";
}

/** The card as text for *Copy details*. */
export function resultText(card: ResultCard, write: PsaWrite | null): string {
  const lines = [
    card.title,
    ...card.rows.map((row) => `${row.label}: ${row.value}${row.detail ? ` - ${row.detail}` : ""}`),
  ];
  if (write) {
    lines.push(`Ticket: ${write.ticket_ref}`, `Reference: ${write.reference}`);
  }
  return lines.join("\n");
}
