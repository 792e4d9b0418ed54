import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** Says that something a posted text rests on was taken back. */
export function Withdrawn({
  facts,
}: {
  readonly facts: ReadonlyArray<{ readonly id: string; readonly text: string }>;
}): ReactNode {
  return (
    <div className="mt-1 flex items-start gap-1.5 text-row text-warning">
      <CircleAlert size={14} className="mt-0.5 flex-none" aria-hidden />
      <p className="min-w-0 [overflow-wrap:anywhere]">
        {facts.length === 1
          ? "A fact behind this note was withdrawn: "
          : `${facts.length} facts behind this note were withdrawn: `}
        <span className="text-primary">{facts.map((fact) => fact.text).join(" ")}</span>
      </p>
    </div>
  );
}
