import type { ComingItem, Fact, Fix, Lane, LaneItem, RunShell } from "@/api/session-types";

export function isSettled(item: LaneItem): boolean {
  return item.state === "answered" || item.state === "done" || item.state === "skipped";
}

/** Open questions, then open checks: the order of the keys 1 to 8 and of "next". */
export function openItems(lane: Lane): readonly LaneItem[] {
  return [...lane.questions, ...lane.checks].filter((item) => item.state === "open");
}

export function unsentItems(lane: Lane): readonly LaneItem[] {
  return [...lane.questions, ...lane.checks].filter((item) => isSettled(item) && item.sent_turn_id === null);
}

/** `answered / all` of the header: what is retired no longer counts. */
export function progress(lane: Lane): { readonly answered: number; readonly all: number } {
  const items = [...lane.questions, ...lane.checks].filter((item) => item.state !== "retired");
  return { answered: items.filter(isSettled).length, all: items.length };
}

/** Shown items of a section: open ones first as they came, settled ones after them, retired ones apart. */
export function arranged(items: readonly LaneItem[]): {
  readonly open: readonly LaneItem[];
  readonly settled: readonly LaneItem[];
  readonly retired: readonly LaneItem[];
} {
  return {
    open: items.filter((item) => item.state === "open"),
    settled: items.filter(isSettled),
    retired: items.filter((item) => item.state === "retired"),
  };
}

/** Items of the running answer that the stored lane does not hold yet. */
export function provisional(items: readonly LaneItem[], streamed: readonly ComingItem[]): readonly ComingItem[] {
  const known = new Set(items.map((item) => item.id));
  return streamed.filter((item) => !known.has(item.id));
}

const COMBINABLE: ReadonlySet<string> = new Set<RunShell>(["powershell", "bash", "cmd"]);

/** Shells for which there are open checks to copy in one go, with how many of them are read-only. */
export function combinableShells(
  checks: readonly LaneItem[],
): ReadonlyArray<{ readonly shell: RunShell; readonly count: number }> {
  const counts = new Map<RunShell, number>();
  for (const item of checks) {
    if (
      item.state === "open" &&
      item.command &&
      item.shell &&
      COMBINABLE.has(item.shell) &&
      item.command_risk === "read_only"
    ) {
      const shell = item.shell as RunShell;
      counts.set(shell, (counts.get(shell) ?? 0) + 1);
    }
  }
  return [...counts].map(([shell, count]) => ({ shell, count }));
}

/** What a settled item says about itself, and whether that became a fact. */
export function resultLine(
  item: LaneItem,
  facts: readonly Fact[],
): { readonly word: string; readonly note: string; readonly fact: Fact | null } {
  const fact = facts.find((one) => one.source_ref === item.id) ?? null;
  const note = item.sent_turn_id === null ? "Not sent yet" : fact ? "Promoted to What we know" : "Sent";
  if (item.state === "skipped") {
    return { word: "Skipped", note: item.skip_reason ?? (item.sent_turn_id === null ? "Not sent yet" : ""), fact };
  }
  if (item.kind === "question") {
    return { word: item.answer_kind === "unknown" ? "Don't know" : (item.answer ?? ""), note, fact };
  }
  return { word: item.command ? "Output pasted" : item.output ? item.output : "Done", note, fact };
}

/** Fixes put aside untried, and fixes that were tried; newest first, without the one in the banner. */
export function fixHistory(fixes: readonly Fix[]): {
  readonly dismissed: readonly Fix[];
  readonly tried: readonly Fix[];
} {
  const untried = (fix: Fix) => fix.status === "dismissed" || (fix.status === "proposed" && fix.superseded_at !== null);
  const over = (fix: Fix) =>
    fix.status === "applied_success" ||
    fix.status === "applied_failed" ||
    (fix.status === "applied_partial" && fix.superseded_at !== null);
  return { dismissed: fixes.filter(untried), tried: fixes.filter(over) };
}
