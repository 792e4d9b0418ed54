import {
  CircleAlert,
  CircleCheck,
  CircleSlash,
  CircleX,
  Clock,
  LoaderCircle,
  type LucideIcon,
  Sparkles,
} from "lucide-react";
import type { SessionRow } from "@/api/session-types";
import type { Tone } from "@/components/ui";

export interface Look {
  readonly tone: Tone;
  readonly word: string;
}

/** The dot of a session and what it means. */
export function sessionDot(row: SessionRow): Look {
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
      return { tone: "neutral", word: "Closed without a resolution" };
  }
}

export interface Standing extends Look {
  readonly icon: LucideIcon | null;
}

/** What an open session waits for, in a few words; null when there is nothing to say. */
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
      return { tone: "info", word: "Partly applied", icon: CircleAlert };
    case "applied_success":
      return { tone: "success", word: "Fixed", icon: CircleCheck };
    case "applied_failed":
      return { tone: "danger", word: "Didn't work", icon: CircleX };
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

/** How a closed session ended. */
export function outcome(row: SessionRow): Standing {
  if (row.status === "abandoned") {
    return { tone: "neutral", word: "Closed without a resolution", icon: CircleSlash };
  }
  return row.fix_status === "applied_success"
    ? { tone: "success", word: "Fixed", icon: CircleCheck }
    : { tone: "success", word: "Resolved", icon: CircleCheck };
}

export function sessionTitle(row: SessionRow): string {
  return row.title?.trim() || "Untitled session";
}

/** `48291` of `CW #48291`. */
export function bareRef(ref: string | null): string | null {
  return ref === null ? null : (/#?([^\s#]+)$/.exec(ref)?.[1] ?? ref);
}
