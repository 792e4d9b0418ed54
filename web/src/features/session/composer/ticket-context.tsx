import { ExternalLink, Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTicketContext } from "@/api/ticket-context";
import { Chip, IconButton, InlineError, Sheet, Skeleton, TextButton, Time } from "@/components/ui";
import { usePhone } from "@/lib/hooks";
import { useSession } from "../context";

interface TicketDrawerProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onInsert: ((text: string) => void) | null;
}

/** The linked ticket beside the work: description, notes and configurations, each with *Insert* into the message. */
export function TicketDrawer({ open, onClose, onInsert }: TicketDrawerProps): ReactNode {
  const { detail } = useSession();
  const phone = usePhone();
  const context = useTicketContext(detail.psa_ticket_id, open);
  const ticket = context.data?.ticket;
  const add = onInsert
    ? (text: string) => {
        onInsert(text);
        onClose();
      }
    : null;
  return (
    <Sheet
      open={open}
      onClose={onClose}
      side={phone ? "bottom" : "right"}
      label="Ticket context"
      className="!z-popover"
    >
      <header className="flex h-13 flex-none items-center gap-2.5 border-b border-default pl-4 pr-2">
        <h2 className="text-body">Ticket context</h2>
        {detail.ticket_ref ? <Chip kind="ref">{detail.ticket_ref}</Chip> : null}
        <span className="flex-1" />
        {ticket?.url ? (
          <a
            href={ticket.url}
            target="_blank"
            rel="noreferrer"
            aria-label="Open the ticket in the PSA"
            title="Open the ticket in the PSA"
            className="grid size-7.5 place-items-center rounded-card text-muted-foreground hover:bg-elevated hover:text-primary coarse:size-11"
          >
            <ExternalLink size={16} aria-hidden />
          </a>
        ) : null}
        <IconButton icon={X} label="Close" onClick={onClose} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3.5">
        {context.isPending ? <Loading /> : null}
        {context.error ? (
          <InlineError
            title="The ticket could not be read"
            error={context.error}
            onRetry={() => void context.refetch()}
            retrying={context.isFetching}
          />
        ) : null}
        {ticket ? (
          <>
            <p className="text-bubble font-semibold text-heading">{ticket.summary}</p>
            <p className="mt-1 text-row text-muted-foreground">
              {[ticket.company?.name, ticket.contact?.name, ticket.site, ticket.status?.name, ticket.priority?.name]
                .filter(Boolean)
                .join(" · ")}
            </p>
            <Part title="Description" text={ticket.description} onInsert={add} />
          </>
        ) : null}
        {context.data ? <Sections data={context.data.sections} onInsert={add} /> : null}
      </div>
    </Sheet>
  );
}

type Sections = NonNullable<ReturnType<typeof useTicketContext>["data"]>["sections"];

function Sections({
  data,
  onInsert,
}: {
  readonly data: Sections;
  readonly onInsert: ((text: string) => void) | null;
}): ReactNode {
  return (
    <>
      <Heading>Configurations</Heading>
      <Problem text={data.configurations.problem?.message} />
      {data.configurations.items?.length === 0 ? <Nothing>None on the ticket</Nothing> : null}
      <ul className="space-y-1.5">
        {data.configurations.items?.map((item) => {
          const line = [item.name, item.type, item.ip_address, item.os].filter(Boolean).join(", ");
          return (
            <li key={item.id} className="flex items-center gap-2 text-row text-primary">
              <span className="min-w-0 flex-1 break-words font-mono text-mono">{line}</span>
              {onInsert ? <Insert onClick={() => onInsert(line)} /> : null}
            </li>
          );
        })}
      </ul>
      <Heading>Notes</Heading>
      <Problem text={data.notes.problem?.message} />
      {data.notes.items?.length === 0 ? <Nothing>No notes yet</Nothing> : null}
      <ul className="space-y-2">
        {data.notes.items?.map((note) => (
          <li key={note.id} className="rounded-card border border-default bg-card px-3 py-2.5">
            <p className="flex items-center gap-2 text-hint text-muted-foreground">
              <span className="font-medium text-primary">{note.author}</span>
              <Time value={note.created_at} className="font-mono text-mono" />
              <span className="flex-1">{note.visibility === "internal" ? "Internal" : "Customer can see it"}</span>
              {onInsert ? <Insert onClick={() => onInsert(quoted(note.text))} /> : null}
            </p>
            <p className="mt-1 whitespace-pre-wrap text-row text-primary [overflow-wrap:anywhere]">{note.text}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

function Part(props: {
  readonly title: string;
  readonly text: string;
  readonly onInsert: ((text: string) => void) | null;
}): ReactNode {
  const { title, text, onInsert } = props;
  return (
    <>
      <div className="flex items-center justify-between">
        <Heading>{title}</Heading>
        {onInsert && text.trim() ? <Insert onClick={() => onInsert(quoted(text))} /> : null}
      </div>
      {text.trim() ? (
        <p className="whitespace-pre-wrap rounded-card border border-default bg-card px-3 py-2.5 text-row text-primary [overflow-wrap:anywhere]">
          {text}
        </p>
      ) : (
        <Nothing>Nothing written</Nothing>
      )}
    </>
  );
}

function quoted(text: string): string {
  return text
    .trim()
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

function Insert({ onClick }: { readonly onClick: () => void }): ReactNode {
  return (
    <TextButton icon={Plus} className="!mx-0" onClick={onClick}>
      Insert
    </TextButton>
  );
}

function Heading({ children }: { readonly children: ReactNode }): ReactNode {
  return <h3 className="eyebrow mb-1.5 mt-4 text-muted-foreground">{children}</h3>;
}

function Nothing({ children }: { readonly children: ReactNode }): ReactNode {
  return <p className="text-row text-muted-foreground">{children}</p>;
}

function Problem({ text }: { readonly text: string | undefined }): ReactNode {
  return text ? <p className="mb-1.5 text-row text-warning">{text}</p> : null;
}

function Loading(): ReactNode {
  return (
    <div className="space-y-3" role="status">
      <span className="sr-only">Loading the ticket</span>
      <Skeleton className="w-3/4" />
      <Skeleton className="w-1/2" />
      <Skeleton className="h-24" />
    </div>
  );
}
