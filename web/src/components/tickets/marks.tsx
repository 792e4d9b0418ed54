import type { ReactNode } from "react";
import type { TicketSummaryOut } from "@/api/tickets";
import { Dot, PriorityMark } from "@/components/ui";
import { cx } from "@/lib/cx";
import { priorityLevel, statusTone } from "./look";

/** Dot and name of a ticket's status. */
export function StatusMark({
  status,
  className,
}: {
  readonly status: TicketSummaryOut["status"];
  readonly className?: string;
}): ReactNode {
  return (
    <span className={cx("inline-flex min-w-0 max-w-full items-center gap-1.75 align-middle", className)}>
      <Dot tone={statusTone(status)} />
      <span className="truncate">{status?.name ?? "No status"}</span>
    </span>
  );
}

/** P1 to P4; the whole name in the tooltip. A priority without a number is shown by its name. */
export function Priority({ priority }: { readonly priority: TicketSummaryOut["priority"] }): ReactNode {
  if (!priority) {
    return null;
  }
  const level = priorityLevel(priority.name);
  return (
    <span title={priority.name} className="inline-flex max-w-full align-middle">
      {level === null ? <span className="truncate text-hint">{priority.name}</span> : <PriorityMark level={level} />}
    </span>
  );
}
