import { useQueryClient } from "@tanstack/react-query";
import { CircleAlert, Pencil, Play, RotateCcw } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import type { Message, Turn } from "@/api/session-types";
import { Button, TextButton } from "@/components/ui";
import { newId } from "@/lib/api";
import { messageOf } from "@/lib/api-error";
import { useSession } from "../context";
import { sendTurn } from "../model/turn-store";
import { useSessionUi } from "../session-ui";

/** Tries the latest turn again; the engineer's message is not stored twice. */
function useRetry(turnId: string) {
  const client = useQueryClient();
  const { id } = useSession();
  const key = useRef(newId());
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const retry = () => {
    setBusy(true);
    setError(null);
    sendTurn({ client, sessionId: id, request: { kind: "retry", turnId }, clientTurnId: key.current })
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return { retry, busy, error };
}

const WHY = {
  interrupted: "Interrupted on the server. Nothing you typed is lost.",
  failed: "The answer broke off. Nothing you typed is lost.",
} as const;

/** Under the pilot's text of a turn that did not come to its end. */
export function PilotTurnState({
  message,
  latest,
}: {
  readonly message: Message;
  readonly latest: Turn | null;
}): ReactNode {
  const { canWrite } = useSession();
  const { set } = useSessionUi();
  const status = message.turn?.status;
  const isLatest = latest !== null && latest.id === message.turn?.id;
  // The line of time and engine below says "Stopped": here stands the way on alone.
  if (status === "stopped") {
    return isLatest && canWrite ? (
      <p className="mt-1.5 px-0.5">
        <TextButton
          icon={Play}
          tone="accent"
          className="!mx-0 !px-0 !text-hint"
          onClick={() => set({ prefill: "Continue" })}
        >
          Continue
        </TextButton>
      </p>
    ) : null;
  }
  if (status === "interrupted" || status === "failed") {
    const told = status === "failed" && isLatest ? latest.error_text : null;
    return (
      <>
        <p className="mt-1.5 flex items-start gap-1.75 px-0.5 text-hint text-muted-foreground">
          <CircleAlert size={13} className="mt-0.5 flex-none text-warning" aria-hidden />
          {told ?? WHY[status]}
        </p>
        {isLatest && canWrite && (status === "interrupted" || latest.retryable === true) ? (
          <RetryButton turnId={latest.id} />
        ) : null}
      </>
    );
  }
  return null;
}

function RetryButton({ turnId }: { readonly turnId: string }): ReactNode {
  const { retry, busy, error } = useRetry(turnId);
  return (
    <div className="mt-1.75 flex flex-wrap items-center gap-2">
      <Button size="lane" icon={RotateCcw} busy={busy} onClick={retry}>
        Retry
      </Button>
      {error ? (
        <span role="alert" className="text-hint text-danger">
          {messageOf(error)}
        </span>
      ) : null}
    </div>
  );
}

/** Under the engineer's message of a turn that failed before it said anything. */
export function FailedCard({ turn, text }: { readonly turn: Turn; readonly text: string }): ReactNode {
  const { canWrite } = useSession();
  const { set } = useSessionUi();
  const { retry, busy, error } = useRetry(turn.id);
  const interrupted = turn.status === "interrupted";
  const retryable = interrupted || turn.retryable === true;
  return (
    <div
      role="alert"
      className="role-danger bg-role-block mt-2 grid max-w-140 grid-cols-[16px_minmax(0,1fr)] gap-x-2.5 self-end rounded-card border border-role-tint py-2.75 pl-3.5 pr-3 text-left text-row leading-normal"
    >
      <CircleAlert size={16} className="mt-px text-role" aria-hidden />
      <div>
        <p className="text-bubble font-semibold text-heading">
          {interrupted ? "Interrupted on the server" : "No answer this time"}
        </p>
        <p className="text-primary">
          {error ? messageOf(error) : (turn.error_text ?? "The answer could not be finished. Your message is kept.")}
        </p>
        {canWrite ? (
          <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1.5">
            {retryable ? (
              <Button size="lane" icon={RotateCcw} busy={busy} onClick={retry}>
                Retry
              </Button>
            ) : null}
            <TextButton icon={Pencil} className="text-primary" onClick={() => set({ prefill: text })}>
              Edit and send again
            </TextButton>
          </div>
        ) : null}
      </div>
    </div>
  );
}
