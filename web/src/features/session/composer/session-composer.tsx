import { useQueryClient } from "@tanstack/react-query";
import { ClipboardPaste, ListChecks, type LucideIcon, Paperclip, RotateCcw, Ticket } from "lucide-react";
import { type ReactNode, useCallback, useRef, useState } from "react";
import { useStatusAct } from "@/api/sessions";
import { AttachPictures } from "@/components/compose/attach-button";
import { PasteLogs } from "@/components/compose/paste-logs";
import { usePictures } from "@/components/compose/use-pictures";
import { Button } from "@/components/ui";
import { newId } from "@/lib/api";
import { isApiError } from "@/lib/api-error";
import { useLaneDrawer, usePhone } from "@/lib/hooks";
import { clock } from "@/lib/time";
import { useSession } from "../context";
import { isPartial, isVerifying } from "../model/banner-state";
import { openItems } from "../model/lane-model";
import { sendTurn, stopLiveTurn, useLivePart } from "../model/turn-store";
import { isRunning } from "../model/turn-stream";
import { useSessionUi } from "../session-ui";
import { Composer } from "./composer";

/** The message field of an open session; one line instead for whoever may not write. */
export function SessionComposer({ onOpenTicket }: { readonly onOpenTicket: () => void }): ReactNode {
  const { canWrite } = useSession();
  return canWrite ? <OpenComposer onOpenTicket={onOpenTicket} /> : <ClosedLine />;
}

function OpenComposer({ onOpenTicket }: { readonly onOpenTicket: () => void }): ReactNode {
  const client = useQueryClient();
  const { id, detail, fix } = useSession();
  const { prefill, set } = useSessionUi();
  const running = useLivePart(id, isRunning);
  const stopping = useLivePart(id, (turn) => turn?.stopping ?? false);
  const drawer = useLaneDrawer();
  const [pasting, setPasting] = useState(false);
  // The same words sent again after a lost answer are the same turn, so that nothing is said twice.
  const attempt = useRef<{ text: string; id: string } | null>(null);
  const pictures = usePictures(`composer/${id}`);
  const { ids, clear } = pictures;

  const onSend = useCallback(
    async (text: string) => {
      const said = [text, ...ids].join("\n");
      const key = attempt.current?.text === said ? attempt.current.id : newId();
      attempt.current = { text: said, id: key };
      set({ tab: "chat" });
      try {
        await sendTurn({
          client,
          sessionId: id,
          request: { kind: "chat", message: text, pictures: ids },
          clientTurnId: key,
        });
        attempt.current = null;
        clear();
      } catch (error) {
        if (isApiError(error, "turn_in_progress")) {
          attempt.current = null;
        }
        throw error;
      }
    },
    [client, id, set, ids, clear],
  );

  return (
    <Composer
      draftKey={`composer/${id}`}
      placeholder={
        isVerifying(fix) || isPartial(fix)
          ? "Tell what happened, or use an outcome above"
          : "Answer, paste output or ask"
      }
      onSend={onSend}
      pictures={pictures}
      running={running}
      stopping={stopping}
      onStop={() => void stopLiveTurn(id)}
      prefill={prefill}
      onPrefilled={() => set({ prefill: null })}
      tools={(insert) => (
        <>
          <AttachPictures pictures={pictures}>
            {(open) => <Tool icon={Paperclip} label="Attach" onClick={open} first />}
          </AttachPictures>
          <Tool icon={ClipboardPaste} label="Paste logs" onClick={() => setPasting(true)} />
          {detail.ticket_ref ? <Tool icon={Ticket} label="Ticket context" onClick={onOpenTicket} /> : null}
          {drawer ? <TasksButton /> : null}
          {pasting ? <PasteLogs draftKey={id} onClose={() => setPasting(false)} onInsert={insert} /> : null}
        </>
      )}
    />
  );
}

interface ToolProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly onClick: () => void;
  readonly first?: boolean;
}

export function Tool({ icon: Icon, label, onClick, first = false }: ToolProps): ReactNode {
  const phone = usePhone();
  return (
    <button
      type="button"
      onClick={onClick}
      aria-label={phone ? label : undefined}
      title={phone ? label : undefined}
      className={`inline-flex h-6 items-center gap-1.5 rounded-[6px] px-2 text-hint font-medium text-muted-foreground hover:bg-elevated hover:text-primary coarse:h-11 max-sm:size-11 max-sm:justify-center max-sm:px-0 ${first ? "-ml-2" : ""}`}
    >
      <Icon size={phone ? 18 : 14} aria-hidden />
      {phone ? null : label}
    </button>
  );
}

/** Opens the lane where it is a drawer, with the number of open items. */
function TasksButton(): ReactNode {
  const { lane } = useSession();
  const { set } = useSessionUi();
  const open = openItems(lane).length;
  return (
    <Button
      size="md"
      icon={ListChecks}
      onClick={() => set({ laneOpen: true })}
      className="order-last !ml-auto max-sm:!h-11"
    >
      Tasks
      {open > 0 ? (
        <span className="grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 text-pill font-semibold text-on-accent tabular-nums">
          {open}
          <span className="sr-only"> open</span>
        </span>
      ) : null}
    </Button>
  );
}

/** Why nothing can be written here, and the way on where there is one. */
function ClosedLine(): ReactNode {
  const { detail, id } = useSession();
  const act = useStatusAct(id);
  const { reason } = detail.permissions;
  const mayReopen = reason === "closed";
  const drawer = useLaneDrawer();
  return (
    <section
      aria-label="Composer"
      data-print="hide"
      className="flex min-h-17 flex-none items-center gap-3 border-t border-default bg-page px-5 py-3.5 text-bubble text-muted-foreground"
    >
      <span className="flex-1">{closedWords(detail)}</span>
      {mayReopen ? (
        <Button icon={RotateCcw} busy={act.isPending} onClick={() => act.mutate({ act: "reopen" })}>
          Reopen
        </Button>
      ) : null}
      {drawer ? <TasksButton /> : null}
    </section>
  );
}

function closedWords(detail: ReturnType<typeof useSession>["detail"]): string {
  const { reason } = detail.permissions;
  if (detail.status === "resolved" && detail.resolved_at) {
    return `Resolved ${clock(new Date(detail.resolved_at))}`;
  }
  if (detail.status === "abandoned" && detail.abandoned_at) {
    return `Closed ${clock(new Date(detail.abandoned_at))} without a resolution`;
  }
  if (reason === "awaiting_pickup") {
    return "Waiting for pick-up";
  }
  return "Read access";
}
