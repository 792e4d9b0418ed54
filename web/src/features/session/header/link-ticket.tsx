import { Link } from "@tanstack/react-router";
import { Link2, Ticket } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useLinkTicket } from "@/api/sessions";
import { type TicketBrief, useTicketLookup } from "@/api/ticket-context";
import { Button, InlineError, Input, Popover, Skeleton, TextButton } from "@/components/ui";
import { detail as errorDetail, isApiError } from "@/lib/api-error";
import { useDebounced } from "@/lib/hooks";
import { useSession } from "../context";

/** *Link ticket*: search the PSA by words or number and choose one. */
export function LinkTicket(): ReactNode {
  const { id } = useSession();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<TicketBrief | null>(null);
  const lookup = useTicketLookup(useDebounced(text, 200), open);
  const link = useLinkTicket(id);
  const inUse = isApiError(link.error, "ticket_in_use") ? link.error : null;

  const choose = (ticket: TicketBrief, share = false) => {
    setChosen(ticket);
    link.mutate({ ticket_id: ticket.id, ...(share ? { share } : {}) }, { onSuccess: () => setOpen(false) });
  };

  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="Link a ticket"
      align="start"
      className="w-95 p-3"
      trigger={
        <button
          type="button"
          className="inline-flex h-5.5 flex-none items-center gap-1.25 rounded-[6px] border border-dashed border-hover px-2 text-hint font-medium text-muted-foreground hover:bg-elevated hover:text-primary coarse:h-8"
        >
          <Link2 size={13} aria-hidden />
          Link ticket
        </button>
      }
    >
      <Input
        aria-label="Find a ticket"
        placeholder="Number or words"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {inUse && chosen ? (
        <div
          role="alert"
          className="mt-2.5 rounded-card border border-warning-tint bg-warning-dim px-3 py-2.5 text-row text-primary"
        >
          <p>{inUse.message}</p>
          <div className="mt-2 flex items-center gap-2">
            {errorDetail(inUse, "session_id") ? (
              <Link
                to="/pilot/{-$id}"
                params={{ id: String(errorDetail(inUse, "session_id")) }}
                className="text-row font-medium"
              >
                Open that session
              </Link>
            ) : null}
            <Button size="lane" busy={link.isPending} onClick={() => choose(chosen, true)}>
              Link both
            </Button>
          </div>
        </div>
      ) : link.error ? (
        <InlineError className="mt-2.5" title="The ticket was not linked" error={link.error} />
      ) : null}
      <div className="mt-2 max-h-70 overflow-y-auto">
        {lookup.isPending ? <Skeleton className="my-3 w-56" /> : null}
        {lookup.error ? (
          <InlineError title="Tickets could not be read" error={lookup.error} onRetry={() => void lookup.refetch()} />
        ) : null}
        {lookup.data?.problem ? <p className="py-2 text-row text-warning">{lookup.data.problem.message}</p> : null}
        <ul>
          {lookup.data?.items.map((ticket) => (
            <li key={ticket.id}>
              <button
                type="button"
                aria-busy={link.isPending || undefined}
                onClick={() => choose(ticket)}
                className="flex w-full items-baseline gap-2 rounded-[6px] px-2 py-1.5 text-left hover:bg-elevated coarse:py-3"
              >
                <Ticket size={13} className="translate-y-0.5 text-muted-foreground" aria-hidden />
                <span className="font-mono text-mono text-info">{ticket.ref}</span>
                <span className="min-w-0 flex-1 truncate text-row text-primary">{ticket.summary}</span>
                <span className="truncate text-hint text-muted-foreground">{ticket.company?.name}</span>
              </button>
            </li>
          ))}
        </ul>
        {lookup.data?.items.length === 0 ? (
          <p className="py-2 text-row text-muted-foreground">
            Nothing matches. {text ? <TextButton onClick={() => setText("")}>Clear the search</TextButton> : null}
          </p>
        ) : null}
      </div>
    </Popover>
  );
}
