import { useNavigate } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { attemptOf, type StartAttempt, useStartSession } from "@/api/start";
import { Button, Dialog } from "@/components/ui";
import { detail, isApiError } from "@/lib/api-error";
import { cx } from "@/lib/cx";
import { toast } from "@/lib/toast";

/** What starting needs to know of a ticket. */
export interface Startable {
  readonly id: string;
  readonly ref: string;
  readonly summary: string;
}

/** Another open session that works on the ticket; its id and title are known only to those who may read it. */
export interface TicketInUse {
  readonly ticket: Startable;
  readonly sessionId: string | null;
  readonly title: string | null;
}

export interface FlowPilotStart {
  /** Starts a session on the ticket and opens it. The ticket's summary is its first message, so that the pilot answers at once. */
  readonly start: (ticket: Startable, share?: boolean) => void;
  /** Ticket whose session is being started. */
  readonly starting: string | null;
  readonly inUse: TicketInUse | null;
  readonly openOther: () => void;
  readonly cancel: () => void;
}

export function useFlowPilotStart(): FlowPilotStart {
  const navigate = useNavigate();
  const session = useStartSession();
  const attempt = useRef<StartAttempt | null>(null);
  const [inUse, setInUse] = useState<TicketInUse | null>(null);
  // From the press until the session is open: a second press in between would start a second session.
  const going = useRef(false);
  const open = async (id: string) => {
    await navigate({ to: "/pilot/{-$id}", params: { id } });
    going.current = false;
  };

  const start = (ticket: Startable, share = false) => {
    if (going.current) {
      return;
    }
    going.current = true;
    const message = ticket.summary.trim() || ticket.ref;
    const sent = attemptOf({ message, ticketId: ticket.id, share, pictures: [] }, attempt.current);
    attempt.current = sent;
    session.mutate(sent, {
      onSuccess: (answer) => {
        attempt.current = null;
        setInUse(null);
        void open(answer.session.id);
      },
      onError: (error) => {
        going.current = false;
        if (isApiError(error, "ticket_in_use")) {
          attempt.current = null;
          setInUse({ ticket, sessionId: text(detail(error, "session_id")), title: text(detail(error, "title")) });
          return;
        }
        toast.error(error, { label: "Retry", run: () => start(ticket, share) });
      },
    });
  };

  return {
    start,
    starting: session.isPending || session.isSuccess ? (session.variables.ticketId ?? null) : null,
    inUse,
    openOther: () => {
      if (inUse?.sessionId) {
        setInUse(null);
        void open(inUse.sessionId);
      }
    },
    cancel: () => setInUse(null),
  };
}

function text(value: string | number | null): string | null {
  return value === null ? null : String(value);
}

/** Asks what to do when another open session works on the ticket. */
export function TicketInUseDialog({ pilot }: { readonly pilot: FlowPilotStart }): ReactNode {
  const { inUse } = pilot;
  if (!inUse) {
    return null;
  }
  const busy = pilot.starting === inUse.ticket.id;
  return (
    <Dialog
      open
      onClose={pilot.cancel}
      title={`${inUse.ticket.ref} is being worked on`}
      footer={
        <>
          <Button variant="ghost" onClick={pilot.cancel}>
            Cancel
          </Button>
          <Button
            variant={inUse.sessionId ? "default" : "primary"}
            busy={busy}
            onClick={() => pilot.start(inUse.ticket, true)}
          >
            Start another session
          </Button>
          {inUse.sessionId ? (
            <Button variant="primary" onClick={pilot.openOther}>
              Open that session
            </Button>
          ) : null}
        </>
      }
    >
      <p className="text-body text-primary">
        {inUse.title ? (
          <>
            The open session <span className="font-medium text-heading">{inUse.title}</span> already works on this
            ticket.
          </>
        ) : (
          "An open session of a teammate already works on this ticket. You cannot read it."
        )}
      </p>
      <p className="mt-2 text-bubble text-muted-foreground">
        Two sessions may share a ticket. Each writes its own note, so agree who resolves it.
      </p>
    </Dialog>
  );
}

interface StartButtonProps {
  readonly ticket: Startable;
  readonly pilot: FlowPilotStart;
  /** The one row that shows its words without being pointed at. */
  readonly worded?: boolean;
}

/** *Start FlowPilot* of a row: an icon that gains its words on hover or focus; its width is reserved. Needs `group` on the row. */
export function StartRowButton({ ticket, pilot, worded = false }: StartButtonProps): ReactNode {
  const busy = pilot.starting === ticket.id;
  return (
    <span className="relative z-1 inline-flex w-31.5 flex-none justify-end align-middle max-sm:w-11">
      <Button
        size="nudge"
        icon={Play}
        busy={busy}
        aria-label={`Start FlowPilot on ${ticket.ref}`}
        onClick={() => pilot.start(ticket)}
        className={cx(
          "!px-2",
          !worded &&
            "border-transparent bg-transparent text-muted-foreground group-focus-within:border-hover group-focus-within:bg-card group-focus-within:text-primary group-hover:border-hover group-hover:bg-card group-hover:text-primary",
        )}
      >
        <span
          className={cx(
            worded
              ? "max-sm:sr-only"
              : "sr-only group-focus-within:not-sr-only group-hover:not-sr-only coarse:!sr-only",
          )}
        >
          Start FlowPilot
        </span>
      </Button>
    </span>
  );
}
