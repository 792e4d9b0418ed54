import { Ticket } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type TicketSummaryOut, useTicketSearch } from "@/api/tickets";
import { Button, InlineError, Input, Popover, Skeleton } from "@/components/ui";
import { useDebounced } from "@/lib/hooks";

/** *Link ticket*: search the PSA by words or number and choose one for the session to come. */
export function LinkTicket({ onChoose }: { readonly onChoose: (ticket: TicketSummaryOut) => void }): ReactNode {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const found = useTicketSearch(useDebounced(text, 200), open);
  const problem = found.data?.problem?.message ?? null;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="Link a ticket"
      align="start"
      className="w-105 p-3"
      trigger={
        <Button variant="ghost" size="lane" icon={Ticket}>
          Link ticket
        </Button>
      }
    >
      <Input
        aria-label="Find a ticket"
        placeholder="Number or words"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="mt-2 max-h-70 overflow-y-auto" aria-live="polite">
        {found.isPending ? <Skeleton className="mx-2 my-3 w-56" /> : null}
        {found.error ? (
          <InlineError title="Tickets could not be read" error={found.error} onRetry={() => void found.refetch()} />
        ) : null}
        {problem ? <p className="px-2 py-2 text-row text-warning">{problem}</p> : null}
        <ul>
          {found.data?.items.map((ticket) => (
            <li key={ticket.id}>
              <button
                type="button"
                onClick={() => {
                  onChoose(ticket);
                  setOpen(false);
                  setText("");
                }}
                className="flex w-full items-baseline gap-2 rounded-[6px] px-2 py-1.5 text-left hover:bg-elevated coarse:py-3"
              >
                <span className="flex-none font-mono text-mono text-info">{ticket.number}</span>
                <span className="min-w-0 flex-1 truncate text-row text-primary">{ticket.summary}</span>
                <span className="max-w-32 truncate text-hint text-muted-foreground">{ticket.company?.name}</span>
              </button>
            </li>
          ))}
        </ul>
        {found.data?.items.length === 0 && !problem ? (
          <p className="px-2 py-2 text-row text-muted-foreground">No open ticket matches.</p>
        ) : null}
      </div>
    </Popover>
  );
}
