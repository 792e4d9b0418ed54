import type { SessionStatus } from "@/api/session-types";
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
