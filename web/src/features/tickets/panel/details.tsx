import type { ReactNode } from "react";
import type { AssigneeOut, TicketOut, TicketSummaryOut } from "@/api/tickets";
import { CopyButton, Skeleton, Time } from "@/components/ui";
import { Assignees } from "./assignees";
import type { SectionState } from "./section";

interface DetailsProps {
  readonly ticket: TicketSummaryOut;
  /** The whole ticket; null while only its row is known. */
  readonly full: TicketOut | null;
  readonly assignees: SectionState<AssigneeOut>;
  readonly me: string | null;
}

/** Client, contact, board, times and who is on it. */
export function Details({ ticket, full, assignees, me }: DetailsProps): ReactNode {
  const client = [ticket.company?.name, full?.site].filter(Boolean).join(", ");
  const board = [ticket.board?.name, full?.type].filter(Boolean).join(", ");
  return (
    <section aria-label="Details" className="border-b border-default px-4 pb-3.5 pt-3">
      <dl className="grid grid-cols-[84px_minmax(0,1fr)] gap-x-3 gap-y-1.25 text-row leading-[1.4]">
        <Row name="Client">{client || "None"}</Row>
        <Row name="Contact">
          <span className="flex flex-wrap items-center gap-x-2">
            {ticket.contact?.name ?? "None"}
            {full?.contact_email ? (
              <span className="inline-flex min-w-0 items-center gap-0.5">
                <span className="truncate font-mono text-mono text-muted-foreground">{full.contact_email}</span>
                <span className="-my-1 coarse:hidden">
                  <CopyButton text={full.contact_email} label="Copy the e-mail address" size="sm" />
                </span>
              </span>
            ) : null}
          </span>
        </Row>
        <Row name="Board">{board || "None"}</Row>
        <Row name="Opened">
          <Time value={ticket.created_at} />
        </Row>
        {full?.sla ? <Row name="SLA">{full.sla}</Row> : null}
        <Row name="Assigned">
          {full === null ? (
            (ticket.owner?.name ?? <Skeleton className="my-1 w-32" />)
          ) : (
            <Assignees ticketId={ticket.id} state={assignees} me={me} />
          )}
        </Row>
      </dl>
    </section>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 text-primary [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}
