import { CircleQuestionMark, Eye, type LucideIcon, Pencil, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { LaneItem, Risk } from "@/api/session-types";
import { cx } from "@/lib/cx";

const LOOKS: Record<Risk, { readonly icon: LucideIcon; readonly word: string; readonly look: string }> = {
  read_only: { icon: Eye, word: "Read-only", look: "text-muted-foreground" },
  changes: { icon: Pencil, word: "Changes", look: "text-warning" },
  destructive: { icon: TriangleAlert, word: "Destructive", look: "text-danger" },
  unknown: { icon: CircleQuestionMark, word: "Unknown", look: "text-warning" },
};

/** What running the command does, in a word, an icon and the reason. */
export function RiskLabel({ item, className }: { readonly item: LaneItem; readonly className?: string }): ReactNode {
  if (!item.command_risk) {
    return null;
  }
  const look = LOOKS[item.command_risk];
  return (
    <span
      className={cx(
        "inline-flex min-w-0 items-start gap-1.25 text-hint font-medium leading-[1.35]",
        look.look,
        className,
      )}
    >
      <look.icon size={13} className="mt-px flex-none" aria-hidden />
      <span>
        <span className="font-semibold">{look.word}</span>
        {item.command_risk !== "read_only" && item.risk_reason ? ` ${lowered(item.risk_reason)}` : ""}
      </span>
    </span>
  );
}

/** The reason reads on after the word: "Changes writes one file". Names in capitals stay. */
function lowered(reason: string): string {
  const first = /^\S+/.exec(reason)?.[0] ?? "";
  return /^[A-Z][a-z]+$/.test(first) ? reason[0]?.toLowerCase() + reason.slice(1) : reason;
}

export function isReadOnly(item: LaneItem): boolean {
  return item.command_risk === null || item.command_risk === "read_only";
}
