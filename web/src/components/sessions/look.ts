import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleSlash,
  CircleX,
  Clock,
  LoaderCircle,
  type LucideIcon,
  Sparkles,
} from "lucide-react";
import type { SessionRow, SessionStatus } from "@/api/session-types";
import type { Tone } from "@/components/ui";

export interface Look {
  readonly tone: Tone;
  readonly word: string;
}

/** How a session stands or ended, in a few words. */
export interface Standing extends Look {
  readonly icon: LucideIcon | null;
}

const STATUS: Readonly<Record<SessionStatus, Look>> = {
  active: { tone: "accent", word: "Active" },
  paused: { tone: "warning", word: "Paused" },
  escalated: { tone: "danger", word: "Escalated" },
  requesting_escalation: { tone: "danger", word: "Escalated, posting to ticket" },
  resolved: { tone: "success", word: "Resolved" },
  abandoned: { tone: "neutral", word: "Closed without a resolution" },
};

/** The dot of a session and what it means. */
export function statusOf(row: Pick<SessionRow, "status">): Look {
  return STATUS[row.status];
}

export function isClosed(status: SessionStatus): boolean {
  return status === "resolved" || status === "abandoned";
}

const PARTLY: Standing = { tone: "info", word: "Partly applied", icon: CircleAlert };
const FAILED: Standing = { tone: "danger", word: "Didn't work", icon: CircleX };

/** What an open session waits for; null when there is nothing to say. */
export function standing(row: SessionRow): Standing | null {
  if (row.running_turn) {
    return { tone: "accent", word: "Answering", icon: LoaderCircle };
  }
  switch (row.fix_status) {
    case "proposed":
      return { tone: "warning", word: "Fix suggested", icon: Sparkles };
    case "verifying":
      return { tone: "warning", word: "Verifying", icon: Clock };
    case "applied_partial":
      return PARTLY;
    case "applied_success":
      return { tone: "success", word: "Fixed", icon: CircleCheck };
    case "applied_failed":
      return FAILED;
    default:
      return openItems(row);
  }
}

function openItems(row: SessionRow): Standing | null {
  const { open_questions: questions, open_checks: checks } = row;
  const words = [
    questions > 0 ? `${questions} ${questions === 1 ? "question" : "questions"}` : null,
    checks > 0 ? `${checks} ${checks === 1 ? "check" : "checks"}` : null,
  ].filter((part) => part !== null);
  if (words.length > 0) {
    return { tone: "neutral", word: `${words.join(", ")} open`, icon: null };
  }
  return row.status === "paused" ? { tone: "warning", word: "Paused", icon: null } : null;
}

/** How a session ended, as far as it is known; null while it is open and nothing was tried. */
export function outcomeOf(row: SessionRow, now: Date): Standing | null {
  switch (row.fix_status) {
    case "applied_success":
      return fixed(row, now);
    case "applied_partial":
      return PARTLY;
    case "applied_failed":
      return FAILED;
    default:
      return isClosed(row.status) ? { tone: "neutral", word: "No outcome recorded", icon: null } : null;
  }
}

/** How a closed session ended. */
export function endingOf(row: SessionRow, now: Date): Standing {
  if (row.status === "abandoned") {
    return { ...STATUS.abandoned, icon: CircleSlash };
  }
  return row.fix_status === "applied_success" ? fixed(row, now) : { ...STATUS.resolved, icon: CircleCheck };
}

/** Days a fix has to hold before it counts as fixed. */
const HOLDS = 30;

function fixed(row: SessionRow, now: Date): Standing {
  const until = row.resolved_at ? new Date(new Date(row.resolved_at).getTime() + HOLDS * 86_400_000) : null;
  if (until && until <= now) {
    return { tone: "success", word: "Fixed", icon: CircleCheck };
  }
  const day = until ? ` until ${DAY.format(until)}` : "";
  return { tone: "success", word: `Fixed, provisional${day}`, icon: CircleDashed };
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

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
  const { word } = statusOf(row);
  const fix = row.fix_status === null || isClosed(row.status) ? null : FIX_WORDS[row.fix_status];
  return fix ? `${word}, ${fix}` : word;
}

export const FIELD_WORDS: Readonly<Record<NonNullable<SessionRow["match"]>["field"], string>> = {
  title: "Title",
  problem: "Problem",
  client: "Client",
  ticket: "Ticket",
  message: "Message",
  fact: "Fact",
  fix: "Fix",
};

export function sessionTitle(session: { readonly title: string | null }): string {
  return session.title?.trim() || "Untitled session";
}

/** `48291` of `CW #48291`. */
export function bareRef(ref: string | null): string | null {
  return ref === null ? null : (/#?([^\s#]+)$/.exec(ref)?.[1] ?? ref);
}
