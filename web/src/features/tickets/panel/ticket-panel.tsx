import { useQueryClient } from "@tanstack/react-query";
import { ChevronDown, ChevronUp, ExternalLink, MessageSquarePlus, Play, Ticket, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useCanAct, useSignedIn } from "@/api/auth";
import { useMembers, usePsaName } from "@/api/psa";
import { knownTicket, type TicketDetailOut, type TicketSummaryOut, useTicket } from "@/api/tickets";
import { priorityWord, shortRef } from "@/components/tickets/look";
import { Priority } from "@/components/tickets/marks";
import type { FlowPilotStart } from "@/components/tickets/start-flowpilot";
import { Button, Chip, IconButton, InlineError, StaleNote, Time } from "@/components/ui";
import { isApiError } from "@/lib/api-error";
import type { RowSteps } from "../use-row-keys";
import { Details } from "./details";
import { NoteResult, type PostedNote } from "./note-result";
import { NoteWriter } from "./note-writer";
import { Notes } from "./notes";
import { Attachments, Configurations, Related, TimeEntries } from "./parts";
import { Lines, type SectionState } from "./section";
import { StatusControl } from "./status-control";

interface TicketPanelProps {
  readonly id: string;
  readonly steps: RowSteps;
  readonly pilot: FlowPilotStart;
  readonly searchFor: (ticket: string) => Record<string, string | number>;
}

/** One ticket. What the list knows is shown at once; each section then loads, is empty or fails for itself. */
export function TicketPanel({ id, steps, pilot, searchFor }: TicketPanelProps): ReactNode {
  const client = useQueryClient();
  const read = useTicket(id);
  const [known] = useState(() => knownTicket(client, id));
  const canAct = useCanAct();
  const { user } = useSignedIn();
  const me = useMembers().data?.items.find((member) => member.is_me) ?? null;
  const ticket = read.data?.ticket ?? known;
  const section = sectionsOf(read);

  return (
    <>
      <PanelHead ticket={ticket} steps={steps} />
      {read.isError && read.data ? <StaleNote onRetry={() => void read.refetch()} retrying={read.isFetching} /> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard */}
      <section className="min-h-0 flex-1 overflow-y-auto" tabIndex={0} aria-label="Ticket details">
        {ticket ? (
          <>
            <div className="border-b border-default px-4 pb-3.5 pt-3.5">
              <h2 className="text-[1rem] leading-snug [overflow-wrap:anywhere]">
                {ticket.summary || "Without a summary"}
              </h2>
              <div className="mt-2.5 flex flex-wrap items-center gap-2">
                <StatusControl ticket={ticket} revision={read.data?.revision ?? null} canAct={canAct} />
                {ticket.priority ? (
                  <span className="inline-flex items-center gap-1.5 text-row font-medium text-primary">
                    <Priority priority={ticket.priority} />
                    {priorityWord(ticket.priority.name)}
                  </span>
                ) : null}
              </div>
            </div>
            <Details
              ticket={ticket}
              full={read.data?.ticket ?? null}
              assignees={section("assignees")}
              me={me?.id ?? null}
            />
          </>
        ) : null}
        {read.isError && !read.data ? (
          <div className="p-4">
            <Unreadable
              error={read.error}
              onRetry={() => void read.refetch()}
              retrying={read.isFetching}
              onClose={steps.close}
            />
          </div>
        ) : ticket ? (
          <>
            <Notes state={section("notes")} me={me?.name ?? user.name} />
            <Configurations state={section("configurations")} />
            <Related state={section("related")} searchFor={searchFor} />
            <TimeEntries state={section("time")} />
            <Attachments state={section("attachments")} />
          </>
        ) : (
          <Lines className="p-4" />
        )}
      </section>
      {canAct && ticket && !(read.isError && !read.data) ? <Acts ticket={ticket} pilot={pilot} /> : null}
    </>
  );
}

type Sections = TicketDetailOut["sections"];
type ItemOf<Key extends keyof Sections> = NonNullable<Sections[Key]["items"]>[number];

/** The state of a section by its name; *Retry* reads the ticket again, since the server reads its parts together. */
function sectionsOf(read: ReturnType<typeof useTicket>) {
  return <Key extends keyof Sections>(key: Key): SectionState<ItemOf<Key>> => {
    const found = read.data?.sections[key];
    return {
      items: (found?.items ?? null) as readonly ItemOf<Key>[] | null,
      problem: found?.problem ?? null,
      onRetry: () => void read.refetch(),
      retrying: read.isFetching,
    };
  };
}

function PanelHead({
  ticket,
  steps,
}: {
  readonly ticket: TicketSummaryOut | null;
  readonly steps: RowSteps;
}): ReactNode {
  const psa = usePsaName();
  return (
    <header className="flex h-12 flex-none items-center gap-1 border-b border-default pl-4 pr-2.5 coarse:h-14">
      {ticket ? (
        <>
          <Chip kind="ref" icon={Ticket} title={ticket.ref}>
            {shortRef(ticket)}
          </Chip>
          {ticket.updated_at ? (
            <span className="ml-1.5 truncate text-hint text-muted-foreground">
              Changed <Time value={ticket.updated_at} />
            </span>
          ) : null}
        </>
      ) : null}
      <span className="ml-auto flex flex-none items-center gap-0.5">
        <IconButton
          icon={ChevronUp}
          label="Previous ticket"
          disabled={steps.before === null}
          onClick={() => steps.step(-1)}
        />
        <IconButton
          icon={ChevronDown}
          label="Next ticket"
          disabled={steps.after === null}
          onClick={() => steps.step(1)}
        />
        {ticket ? (
          <a
            href={ticket.url}
            target="_blank"
            rel="noreferrer"
            aria-label={`Open in ${psa}`}
            title={`Open in ${psa}`}
            className="grid size-7.5 place-items-center rounded-card text-muted-foreground hover:bg-elevated hover:text-primary coarse:size-11"
          >
            <ExternalLink size={16} aria-hidden />
          </a>
        ) : null}
        <IconButton icon={X} label="Close the ticket" onClick={steps.close} />
      </span>
    </header>
  );
}

function Unreadable({
  error,
  onRetry,
  retrying,
  onClose,
}: {
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly retrying: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const gone = isApiError(error, "psa_not_found");
  return (
    <InlineError
      title={gone ? "This ticket was not found" : "The ticket could not be read"}
      error={error}
      {...(gone ? {} : { onRetry, retrying })}
    >
      <Button size="lane" variant="ghost" onClick={onClose}>
        Back to the list
      </Button>
    </InlineError>
  );
}

/** The foot: add a note, start a session. While a note is written it takes the foot's place. */
function Acts({ ticket, pilot }: { readonly ticket: TicketSummaryOut; readonly pilot: FlowPilotStart }): ReactNode {
  const [writing, setWriting] = useState(false);
  const [posted, setPosted] = useState<PostedNote | null>(null);
  if (writing) {
    return (
      <NoteWriter
        ticket={ticket}
        onClose={() => setWriting(false)}
        onPosted={(post, visibility) => {
          setPosted({ post, visibility });
          setWriting(false);
        }}
      />
    );
  }
  return (
    <>
      {posted ? <NoteResult ticketId={ticket.id} note={posted} onClose={() => setPosted(null)} /> : null}
      <footer className="flex flex-none items-center justify-end gap-2 border-t border-default px-4 py-3 max-sm:pb-[max(12px,env(safe-area-inset-bottom))]">
        <Button icon={MessageSquarePlus} onClick={() => setWriting(true)}>
          Add note
        </Button>
        <Button variant="primary" icon={Play} busy={pilot.starting === ticket.id} onClick={() => pilot.start(ticket)}>
          Start FlowPilot
        </Button>
      </footer>
    </>
  );
}
