import { CircleQuestionMark, Eye, type LucideIcon, Pencil, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Draft, DraftRow } from "@/api/drafts";
import { Pill, Time } from "@/components/ui";
import { cx } from "@/lib/cx";

const RISKS: Record<Draft["risk"], { readonly icon: LucideIcon; readonly word: string; readonly look: string }> = {
  read_only: { icon: Eye, word: "Read-only.", look: "text-muted-foreground" },
  changes: { icon: Pencil, word: "Changes.", look: "text-warning" },
  destructive: { icon: TriangleAlert, word: "Destructive.", look: "text-danger" },
  unknown: { icon: CircleQuestionMark, word: "Unknown.", look: "text-warning" },
};

export const LANGUAGES: Record<DraftRow["language"], string> = {
  powershell: "PowerShell",
  bash: "Bash",
  python: "Python",
};

/** Whether the fix the script was written for worked: the first thing a reviewer wants to know. */
export function FixMark({ status }: { readonly status: DraftRow["fix_status"] }): ReactNode {
  switch (status) {
    case "applied_success":
      return <Pill tone="success">It worked</Pill>;
    case "applied_failed":
      return <Pill tone="danger">It did not work</Pill>;
    case "applied_partial":
      return <Pill tone="info">It helped partly</Pill>;
    case "proposed":
      return <Pill tone="warning">Outcome open</Pill>;
    default:
      return null;
  }
}

/** Where the script comes from and what running it may do. */
export function Origin({ draft }: { readonly draft: Draft }): ReactNode {
  const risk = RISKS[draft.risk];
  return (
    <div className="flex flex-col gap-1.5">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-row text-muted-foreground">
        <span>{LANGUAGES[draft.language]}</span>
        <span aria-hidden>·</span>
        <span>
          {draft.source_ticket_ref ? `${draft.source_ticket_ref} - ` : ""}
          {draft.source_user.name}
        </span>
        <span aria-hidden>·</span>
        <Time value={draft.created_at} />
        <FixMark status={draft.fix_status} />
      </p>
      <p className={cx("flex items-start gap-1.5 text-row", risk.look)}>
        <risk.icon size={14} className="mt-0.5 flex-none" aria-hidden />
        <span>
          <span className="font-semibold">{risk.word}</span> {draft.risk === "read_only" ? "" : draft.risk_reason}
        </span>
      </p>
      {draft.extraction === "fallback" ? (
        <p className="text-row text-muted-foreground">
          No values could be proposed as parameters. The script is as it was run.
        </p>
      ) : null}
    </div>
  );
}
