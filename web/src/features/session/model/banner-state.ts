import type { Fix, OutcomeProposal } from "@/api/session-types";

/** What the banner shows, derived from the stored fix alone, so that reload and other tabs agree (ui.md 8). */
export type BannerState =
  | { readonly kind: "hidden" }
  | { readonly kind: "proposed"; readonly fix: Fix; readonly replaced: boolean }
  | { readonly kind: "verifying"; readonly fix: Fix }
  | { readonly kind: "nudge"; readonly fix: Fix }
  | { readonly kind: "partial"; readonly fix: Fix }
  | { readonly kind: "outcome"; readonly fix: Fix; readonly proposal: OutcomeProposal };

/** Engineer messages after which Verifying asks again. */
export const NUDGE_AFTER = 3;

export interface BannerMemory {
  /** `messages_since_apply` when *Still checking* was last pressed for this fix; null when never. Kept in this browser. */
  readonly silencedAt: number | null;
  /** Another fix was active in this session before. */
  readonly replaced: boolean;
}

const TERMINAL: ReadonlySet<Fix["status"]> = new Set(["applied_success", "applied_failed", "dismissed"]);

export function bannerState(fix: Fix | null, memory: BannerMemory): BannerState {
  if (!fix || fix.superseded_at !== null || TERMINAL.has(fix.status)) {
    return { kind: "hidden" };
  }
  if (fix.ai_outcome_proposal) {
    return { kind: "outcome", fix, proposal: fix.ai_outcome_proposal };
  }
  if (fix.status === "applied_partial") {
    return { kind: "partial", fix };
  }
  if (fix.applied_at !== null) {
    return messagesToCount(fix, memory) >= NUDGE_AFTER ? { kind: "nudge", fix } : { kind: "verifying", fix };
  }
  return { kind: "proposed", fix, replaced: memory.replaced };
}

/** Messages since the latest of applied, resumed and *Still checking*. A resume sets the server's count back, so a larger mark is old. */
function messagesToCount(fix: Fix, memory: BannerMemory): number {
  const { silencedAt } = memory;
  return silencedAt === null || silencedAt > fix.messages_since_apply
    ? fix.messages_since_apply
    : fix.messages_since_apply - silencedAt;
}

export function isVerifying(fix: Fix | null): boolean {
  return fix !== null && fix.superseded_at === null && fix.status === "proposed" && fix.applied_at !== null;
}

export function isPartial(fix: Fix | null): boolean {
  return fix !== null && fix.superseded_at === null && fix.status === "applied_partial";
}

/** What *Apply fix* opens. Library templates do not exist yet: such a fix offers its written steps. */
export function surfaceOf(fix: Fix): "script" | "steps" {
  return fix.ai_drafted_script ? "script" : "steps";
}

/** A fix that is still open and has neither template nor script can be given a script. */
export function needsScript(fix: Fix | null): fix is Fix {
  return (
    fix !== null &&
    fix.superseded_at === null &&
    !TERMINAL.has(fix.status) &&
    fix.script_template_id === null &&
    !fix.ai_drafted_script
  );
}

export const OUTCOME_WORDS = {
  applied_success: "Worked",
  applied_failed: "Did not work",
  applied_partial: "Partly applied",
  dismissed: "Not tried",
  proposed: "Proposed",
} as const;

/** A part of a fix's description: its heading, its running text, and the steps it lists in order. */
export interface FixSection {
  readonly title: string | null;
  readonly text: string;
  readonly steps: readonly string[];
}

const TITLE = /^(?:#{1,6}\s+(.+?)|\*\*([^*]+?):?\*\*:?)\s*$/;
const STEP = /^\d{1,3}[.)]\s+(.+)$/;

/** The description by its headings. Numbered lines are steps, everything else stays text. */
export function fixSections(description: string): readonly FixSection[] {
  const sections: Array<{ title: string | null; lines: string[]; steps: string[] }> = [
    { title: null, lines: [], steps: [] },
  ];
  for (const line of description.split(/\r?\n/)) {
    const title = TITLE.exec(line.trim());
    if (title) {
      sections.push({ title: title[1] ?? title[2] ?? "", lines: [], steps: [] });
      continue;
    }
    const step = STEP.exec(line.trim())?.[1];
    const last = sections.at(-1);
    if (step) {
      last?.steps.push(step);
    } else {
      last?.lines.push(line);
    }
  }
  return sections
    .map(({ title, lines, steps }) => ({ title, text: lines.join("\n").trim(), steps }))
    .filter((section) => section.text !== "" || section.steps.length > 0);
}

/** What stands in the banner: the words before the first heading or step. */
export function fixIntro(description: string): string {
  const first = fixSections(description)[0];
  return (first?.text || description).replace(/\s+/g, " ").trim();
}
