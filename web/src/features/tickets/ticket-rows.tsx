import { Link } from "@tanstack/react-router";
import { ArrowDown } from "lucide-react";
import type { ReactNode } from "react";
import type { TicketSummaryOut } from "@/api/tickets";
import { Priority, StatusMark } from "@/components/tickets/marks";
import { Avatar, ROW_LINK, Skeleton, Table, Td, Th, Time, Tr } from "@/components/ui";
import { cx } from "@/lib/cx";

export interface RowsProps {
  readonly tickets: readonly TicketSummaryOut[];
  /** Id of the ticket whose panel is open. */
  readonly selected: string | null;
  readonly searchFor: (ticket: string) => Record<string, string | number>;
  /** The caller's own member id in the PSA, when known. */
  readonly myMember: string | null;
}

// Columns leave one after the other as the list gets narrower, least needed first.
const WHO = "@max-[700px]:hidden";
const CLIENT = "@max-[600px]:hidden";
const UPDATED = "@max-[480px]:hidden";

/** The tickets as a dense table: one link per row, 36 px. */
export function TicketTable({ tickets, selected, searchFor, myMember }: RowsProps): ReactNode {
  return (
    <Table aria-label="Tickets">
      <Head />
      <tbody>
        {tickets.map((ticket) => (
          <Tr key={ticket.id} selected={ticket.id === selected}>
            <Td className="font-mono !text-mono">{ticket.number}</Td>
            <Td className={ticket.id === selected ? "!text-heading" : "!text-primary"}>
              <Link
                to="/tickets"
                search={searchFor(ticket.id)}
                data-ticket={ticket.id}
                title={ticket.summary}
                className={cx(
                  ROW_LINK,
                  "after:outline-offset-[-2px] focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent",
                )}
              >
                {ticket.summary || "Without a summary"}
              </Link>
            </Td>
            <Td className={CLIENT} title={ticket.company?.name}>
              {ticket.company?.name ?? "-"}
            </Td>
            <Td>
              <Priority priority={ticket.priority} />
            </Td>
            <Td>
              <StatusMark status={ticket.status} />
            </Td>
            <Td className={WHO}>
              <Owner owner={ticket.owner} myMember={myMember} />
            </Td>
            <Td className={cx("text-right font-mono !text-mono text-muted", UPDATED)}>
              <Time value={ticket.updated_at} />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function Head(): ReactNode {
  return (
    <thead>
      <tr>
        <Th className="w-21" aria-sort="descending">
          Number
          <ArrowDown size={12} className="ml-1 inline align-[-2px]" aria-hidden />
        </Th>
        <Th>Summary</Th>
        <Th className={cx("w-37", CLIENT)}>Client</Th>
        <Th className="w-12">Pri.</Th>
        <Th className="w-33.5">Status</Th>
        <Th className={cx("w-13", WHO)}>Who</Th>
        <Th className={cx("w-23 !text-right", UPDATED)}>Updated</Th>
      </tr>
    </thead>
  );
}

function Owner({
  owner,
  myMember,
}: {
  readonly owner: TicketSummaryOut["owner"];
  readonly myMember: string | null;
}): ReactNode {
  if (!owner) {
    return (
      <span title="Unassigned">
        <span aria-hidden>-</span>
        <span className="sr-only">Unassigned</span>
      </span>
    );
  }
  return (
    <span title={owner.name} className="inline-flex align-middle">
      <Avatar name={owner.name} size={22} {...(owner.id === myMember ? { tone: "accent" as const } : {})} />
    </span>
  );
}

/** The tickets as cards, for phones. */
export function TicketCards({ tickets, searchFor, myMember }: RowsProps): ReactNode {
  return (
    <ul aria-label="Tickets" className="flex flex-col gap-2 px-3 pb-4 pt-2.5">
      {tickets.map((ticket) => (
        <li key={ticket.id}>
          <Link
            to="/tickets"
            search={searchFor(ticket.id)}
            data-ticket={ticket.id}
            className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-2.5 gap-y-1.25 rounded-card border border-default bg-card px-3.5 pb-3 pt-2.75 no-underline active:bg-elevated"
          >
            <span className="flex items-center gap-2">
              <Priority priority={ticket.priority} />
              <span className="font-mono text-row leading-none text-muted-foreground">{ticket.number}</span>
            </span>
            <Time
              value={ticket.updated_at}
              className="self-center font-mono text-row leading-none text-muted-foreground"
            />
            <span className="col-span-2 text-[0.9375rem] font-medium leading-[1.35] text-heading">
              {ticket.summary || "Without a summary"}
            </span>
            <span className="col-span-2 flex min-w-0 items-center gap-2 text-bubble leading-5 text-muted-foreground">
              {ticket.owner ? <Owner owner={ticket.owner} myMember={myMember} /> : null}
              <span className="truncate">{ticket.company?.name ?? "No company"}</span>
              <StatusMark status={ticket.status} className="ml-auto flex-none" />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

const WIDTHS = ["w-64", "w-80", "w-56", "w-72", "w-60", "w-84", "w-52", "w-76"] as const;

/** Rows in their final geometry while the first page is on the way. */
export function TableSkeleton(): ReactNode {
  return (
    <Table aria-hidden>
      <Head />
      <tbody>
        {[...WIDTHS, ...WIDTHS].map((width, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
          <tr key={index}>
            <Td>
              <Skeleton className="w-9" />
            </Td>
            <Td>
              <Skeleton className={cx(width, "max-w-full")} />
            </Td>
            <Td className={CLIENT}>
              <Skeleton className="w-24" />
            </Td>
            <Td>
              <Skeleton className="h-4.5 w-6.5" />
            </Td>
            <Td>
              <Skeleton className="w-18" />
            </Td>
            <Td className={WHO}>
              <Skeleton className="size-5.5 !rounded-full" />
            </Td>
            <Td className={UPDATED}>
              <Skeleton className="ml-auto w-8" />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

export function CardsSkeleton(): ReactNode {
  return (
    <div aria-hidden className="flex flex-col gap-2 px-3 pt-2.5">
      {WIDTHS.map((width) => (
        <span
          key={width}
          className="flex h-24 flex-col justify-between rounded-card border border-default bg-card px-3.5 py-3.5"
        >
          <Skeleton className="w-20" />
          <Skeleton className={cx(width, "max-w-full")} />
          <Skeleton className="w-36" />
        </span>
      ))}
    </div>
  );
}
