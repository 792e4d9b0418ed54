import type { TicketSummaryOut } from "@/api/tickets";
import type { Tone } from "@/components/ui";

/** Words of a status name and what they mean for whoever scans a list. The names are each board's own, so this is a guess at tone only. */
const TONES: ReadonlyArray<readonly [RegExp, Tone]> = [
  [/escalat|overdue|breach/i, "danger"],
  [/wait|hold|pending|snooz|customer|vendor/i, "warning"],
  [/schedul|plan|onsite/i, "info"],
  [/progress|assign|work|accept|re-?open|active/i, "accent"],
];

/** Colour of the dot before a status. The name always stands beside it. */
export function statusTone(status: { readonly name: string; readonly closed: boolean } | null): Tone {
  if (!status) {
    return "neutral";
  }
  return status.closed ? "success" : (TONES.find(([words]) => words.test(status.name))?.[1] ?? "neutral");
}

/** 1 to 4 from a priority such as "Priority 2 - High" or "P2"; null when its name has no such number. */
export function priorityLevel(name: string | null | undefined): number | null {
  const found = /(?:^|[^\d])([1-4])(?!\d)/.exec(name ?? "")?.[1];
  return found ? Number(found) : null;
}

/** What a priority is called beside its mark: "High" of "Priority 2 - High". */
export function priorityWord(name: string): string {
  return name.replace(/^\s*(?:priority|prio|p)?\s*[1-4]\s*[-:.]?\s*/i, "").trim() || name;
}

/** The ticket's own number with the mark people write before it: `#48291`. */
export function shortRef(ticket: Pick<TicketSummaryOut, "ref" | "number">): string {
  return /#\S+/.exec(ticket.ref)?.[0] ?? ticket.number;
}
