import { CircleAlert, CircleCheck, CircleDashed, CircleX, type LucideIcon } from "lucide-react";
import type { SessionRow } from "@/api/session-types";
import type { Tone } from "@/components/ui";

export interface Look {
  readonly tone: Tone;
  readonly word: string;
}

export interface Outcome extends Look {
  readonly icon: LucideIcon | null;
}

/** Days a fix has to hold before it counts as fixed. */
const HOLDS = 30;

export function statusOf(row: SessionRow): Look {
  switch (row.status) {
    case "active":
      return { tone: "accent", word: "Active" };
    case "paused":
      return { tone: "warning", word: "Paused" };
    case "escalated":
      return { tone: "danger", word: "Escalated" };
    case "requesting_escalation":
      return { tone: "danger", word: "Escalated, posting to ticket" };
    case "resolved":
      return { tone: "success", word: "Resolved" };
    case "abandoned":
      return { tone: "neutral", word: "Closed" };
  }
}

/** How a session ended, as far as it is known; null while it is open and nothing was tried. */
export function outcomeOf(row: SessionRow, now: Date): Outcome | null {
  switch (row.fix_status) {
    case "applied_success":
      return fixed(row, now);
    case "applied_partial":
      return { tone: "info", word: "Partly fixed", icon: CircleAlert };
    case "applied_failed":
      return { tone: "danger", word: "Didn't work", icon: CircleX };
    default:
      return row.status === "resolved" || row.status === "abandoned"
        ? { tone: "neutral", word: "No outcome recorded", icon: null }
        : null;
  }
}

function fixed(row: SessionRow, now: Date): Outcome {
  const until = row.resolved_at ? new Date(new Date(row.resolved_at).getTime() + HOLDS * 86_400_000) : null;
  if (until && until <= now) {
    return { tone: "success", word: "Fixed", icon: CircleCheck };
  }
  const day = until ? ` until ${DAY.format(until)}` : "";
  return { tone: "success", word: `Fixed, provisional${day}`, icon: CircleDashed };
}

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

export const FIELD_WORDS: Readonly<Record<NonNullable<SessionRow["match"]>["field"], string>> = {
  title: "Title",
  problem: "Problem",
  client: "Client",
  ticket: "Ticket",
  message: "Message",
  fact: "Fact",
  fix: "Fix",
};

export function titleOf(row: SessionRow): string {
  return row.title?.trim() || "Untitled session";
}

/** `48291` of `CW #48291`. */
export function bareRef(ref: string | null): string | null {
  return ref === null ? null : (/#?([^\s#]+)$/.exec(ref)?.[1] ?? ref);
}
