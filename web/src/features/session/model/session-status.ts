import type { SessionRow, SessionStatus } from "@/api/session-types";
import type { Tone } from "@/components/ui";

export interface StatusLook {
  readonly role: Tone;
  readonly word: string;
  readonly hollow: boolean;
}

const LOOKS: Record<SessionStatus, StatusLook> = {
  active: { role: "accent", word: "Active", hollow: false },
  paused: { role: "warning", word: "Paused", hollow: false },
  escalated: { role: "danger", word: "Escalated", hollow: false },
  requesting_escalation: { role: "danger", word: "Escalated, posting to ticket", hollow: false },
  resolved: { role: "success", word: "Resolved", hollow: false },
  abandoned: { role: "neutral", word: "Closed without a resolution", hollow: true },
};

export function statusLook(status: SessionStatus): StatusLook {
  return LOOKS[status];
}

const FIX_WORDS: Readonly<Record<NonNullable<SessionRow["fix_status"]>, string | null>> = {
  proposed: "fix suggested",
  verifying: "verifying the fix",
  applied_partial: "fix partly applied",
  applied_success: "fixed",
  applied_failed: "the fix didn't work",
  dismissed: null,
};

/** What the dot of a row says: its status and, while it is open, where its fix stands. */
export function rowWords(row: Pick<SessionRow, "status" | "fix_status">): string {
  const { word } = statusLook(row.status);
  const fix = row.fix_status === null || isClosed(row.status) ? null : FIX_WORDS[row.fix_status];
  return fix ? `${word}, ${fix}` : word;
}

export function isClosed(status: SessionStatus): boolean {
  return status === "resolved" || status === "abandoned";
}

export function sessionTitle(session: { readonly title: string | null }): string {
  return session.title?.trim() || "Untitled session";
}

/** Number of a priority such as "Priority 2 - High"; null when it has none. */
export function priorityLevel(priority: string | null): number | null {
  const found = /\b([1-4])\b/.exec(priority ?? "")?.[1];
  return found ? Number(found) : null;
}
