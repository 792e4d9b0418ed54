import { Link } from "@tanstack/react-router";
import { Paperclip } from "lucide-react";
import type { ReactNode } from "react";
import type { AttachmentOut, ConfigurationOut, TicketSummaryOut, TimeEntryOut } from "@/api/tickets";
import { StatusMark } from "@/components/tickets/marks";
import { Time } from "@/components/ui";
import { Section, type SectionState } from "./section";

export function Configurations({ state }: { readonly state: SectionState<ConfigurationOut> }): ReactNode {
  return (
    <Section title="Configurations" state={state} empty="None on this ticket.">
      {(items) => (
        <ul className="flex flex-col gap-1.5">
          {items.map((one) => (
            <li key={one.id} className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-row">
              <span className="font-medium text-primary [overflow-wrap:anywhere]">{one.name}</span>
              <span className="text-muted-foreground">{one.type}</span>
              {one.ip_address ? (
                <span className="font-mono text-mono text-muted-foreground">{one.ip_address}</span>
              ) : null}
              {one.os ? <span className="text-hint text-muted">{one.os}</span> : null}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

export function Related({
  state,
  searchFor,
}: {
  readonly state: SectionState<TicketSummaryOut>;
  readonly searchFor: (ticket: string) => Record<string, string | number>;
}): ReactNode {
  return (
    <Section
      title="Related"
      state={state}
      empty="No other ticket of the same device or contact in 90 days."
      aside={<span className="text-hint text-muted">Same device or contact, 90 days</span>}
    >
      {(items) => (
        <ul className="-mx-1.5">
          {items.map((ticket) => (
            <li key={ticket.id}>
              <Link
                to="/tickets"
                search={searchFor(ticket.id)}
                className="flex min-h-7 items-center gap-2 rounded-md px-1.5 text-row text-primary no-underline hover:bg-elevated coarse:min-h-11"
              >
                <span className="font-mono text-mono text-muted-foreground">{ticket.number}</span>
                <span className="min-w-0 flex-1 truncate">{ticket.summary}</span>
                <StatusMark status={ticket.status} className="flex-none text-muted-foreground" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Time and attachments are shown only when there are any, or when they could not be read. */
export function TimeEntries({ state }: { readonly state: SectionState<TimeEntryOut> }): ReactNode {
  if (!state.problem && !state.items?.length) {
    return null;
  }
  return (
    <Section title="Time" state={state} empty="">
      {(items) => (
        <ul className="flex flex-col gap-1">
          {items.map((entry) => (
            <li key={entry.id} className="flex items-baseline gap-2 text-row text-muted-foreground">
              <span className="tabular-nums text-primary">{duration(entry.minutes)}</span>
              <span className="min-w-0 flex-1 truncate" title={entry.notes}>
                {entry.member?.name ?? "Somebody"}
                {entry.notes ? `: ${entry.notes}` : ""}
              </span>
              <Time value={entry.started_at} className="font-mono text-mono text-muted" />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours ? `${hours} h` : "", rest || !hours ? `${rest} min` : ""].filter(Boolean).join(" ");
}

export function Attachments({ state }: { readonly state: SectionState<AttachmentOut> }): ReactNode {
  if (!state.problem && !state.items?.length) {
    return null;
  }
  return (
    <Section title="Attachments" state={state} empty="">
      {(items) => (
        <ul className="flex flex-col gap-1.5">
          {items.map((file) => (
            <li key={file.id} className="flex items-center gap-2 text-row text-primary">
              <Paperclip size={14} className="flex-none text-muted-foreground" aria-hidden />
              <span className="min-w-0 flex-1 truncate" title={file.file_name}>
                {file.title || file.file_name}
              </span>
              <Time value={file.created_at} className="font-mono text-mono text-muted" />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
