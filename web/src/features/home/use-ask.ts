import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { attemptOf, type StartAttempt, useStartSession } from "@/api/start";
import type { TicketSummaryOut } from "@/api/tickets";
import type { Pictures } from "@/components/compose/use-pictures";
import type { TicketInUse } from "@/components/tickets/start-flowpilot";
import { detail, isApiError } from "@/lib/api-error";

/** Characters of a first message. */
export const LIMIT = 50_000;

interface Asked {
  readonly text: string;
  readonly ticket: TicketSummaryOut | null;
  readonly pictures: Pictures;
  readonly onStarted: () => void;
}

/** Sends what was asked exactly once, however often it is pressed, and opens the session it became. */
export function useAsk({ text, ticket, pictures, onStarted }: Asked) {
  const navigate = useNavigate();
  const session = useStartSession();
  const attempt = useRef<StartAttempt | null>(null);
  const [inUse, setInUse] = useState<TicketInUse | null>(null);
  const message = text.trim();
  const refusal = pictures.uploading
    ? "The pictures are still being uploaded"
    : message === "" && ticket === null && pictures.ids.length === 0
      ? "Describe the problem first"
      : text.length > LIMIT
        ? `At most ${LIMIT} characters`
        : null;
  // From the press until the session is open: a second press in between would start a second session.
  const going = useRef(false);
  const open = async (id: string) => {
    await navigate({ to: "/pilot/{-$id}", params: { id } });
    going.current = false;
  };

  const send = (share = false) => {
    if (refusal || going.current) {
      return;
    }
    going.current = true;
    // A ticket alone says what is wrong in its summary: with it as the first message the pilot answers at once.
    const said = message || ticket?.summary.trim() || ticket?.ref || null;
    const sent = attemptOf(
      { message: said, ticketId: ticket?.id ?? null, share, pictures: pictures.ids },
      attempt.current,
    );
    attempt.current = sent;
    session.mutate(sent, {
      onSuccess: (answer) => {
        attempt.current = null;
        setInUse(null);
        onStarted();
        pictures.clear();
        void open(answer.session.id);
      },
      onError: (error) => {
        going.current = false;
        if (isApiError(error, "ticket_in_use") && ticket) {
          attempt.current = null;
          session.reset();
          setInUse({ ticket, sessionId: word(detail(error, "session_id")), title: word(detail(error, "title")) });
        }
      },
    });
  };

  return {
    send: () => send(),
    busy: session.isPending || session.isSuccess,
    error: session.error,
    refusal,
    reset: () => {
      if (session.isError) {
        session.reset();
      }
    },
    pilot: {
      start: () => send(true),
      starting: session.isPending ? (ticket?.id ?? null) : null,
      inUse,
      openOther: () => {
        if (inUse?.sessionId) {
          void open(inUse.sessionId);
        }
      },
      cancel: () => setInUse(null),
    },
  };
}

function word(value: string | number | null): string | null {
  return value === null ? null : String(value);
}
