import {
  CircleAlert,
  CircleCheck,
  CircleDot,
  Clock,
  Copy,
  ExternalLink,
  LoaderCircle,
  type LucideIcon,
  TriangleAlert,
  X,
} from "lucide-react";
import type { ReactNode } from "react";
import { usePsaStatus } from "@/api/psa";
import type { PsaWrite } from "@/api/write-types";
import { useResolutionWrite, useWriteAct, type WriteAct } from "@/api/writes";
import { Button, Chip, IconButton, InlineError, Skeleton, TextButton } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { cx } from "@/lib/cx";
import { useCopy } from "@/lib/hooks";
import { useSession } from "../context";
import { type ResultCard, type ResultRow, type RowTone, resultCard, resultText } from "../model/result-card";
import { Withdrawn } from "../updates/withdrawn";
import { KeepScripts } from "./keep-scripts";
import { PanelTitle } from "./panel";

const TONES: Record<RowTone, { readonly icon: LucideIcon; readonly look: string }> = {
  done: { icon: CircleCheck, look: "text-success" },
  busy: { icon: LoaderCircle, look: "animate-spin text-muted-foreground" },
  attention: { icon: TriangleAlert, look: "text-warning" },
  failed: { icon: CircleAlert, look: "text-danger" },
  neutral: { icon: CircleDot, look: "text-muted-foreground" },
  waiting: { icon: Clock, look: "text-muted-foreground" },
};

/** What became of the note, the status and the session; live, and what may be done next. */
export function ResultPanel({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { detail, id } = useSession();
  const psa = usePsaStatus();
  const write = useResolutionWrite(id, detail.ticket_ref !== null);
  if (write.isPending && detail.ticket_ref !== null) {
    return (
      <div role="status" className="p-4">
        <span className="sr-only">Looking up what was written</span>
        <Skeleton className="mb-3 w-48" />
        <Skeleton className="h-30" />
      </div>
    );
  }
  if (write.isError && !write.data) {
    return (
      <div className="p-4">
        <InlineError
          title="What was written could not be looked up"
          error={write.error}
          onRetry={() => void write.refetch()}
          retrying={write.isFetching}
        >
          <TextButton className="text-primary" onClick={onClose}>
            Close
          </TextButton>
        </InlineError>
      </div>
    );
  }
  const shown = write.data ?? null;
  const card = resultCard(shown, detail, psaWord(psa.data?.provider ?? null));
  return (
    <>
      <Head card={card} write={shown} onClose={onClose} />
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-1.5 pt-1" aria-live="polite">
        {card.rows.map((row) => (
          <RowView key={row.key} row={row} />
        ))}
        {detail.resolution_note_withdrawn.length > 0 ? <Withdrawn facts={detail.resolution_note_withdrawn} /> : null}
      </div>
      <KeepScripts />
      <Foot card={card} write={shown} />
    </>
  );
}

function psaWord(provider: string | null): string {
  const words: Readonly<Record<string, string>> = {
    connectwise: "ConnectWise",
    halopsa: "HaloPSA",
    autotask: "Autotask",
  };
  return (provider && words[provider]) || "the ticket";
}

function Head({
  card,
  write,
  onClose,
}: {
  readonly card: ResultCard;
  readonly write: PsaWrite | null;
  readonly onClose: () => void;
}): ReactNode {
  const { detail } = useSession();
  return (
    <header className="flex flex-none items-center gap-2 border-b border-default py-2.75 pl-4 pr-2.5">
      <div className="min-w-0 flex-1">
        <PanelTitle>{card.title}</PanelTitle>
        <p className="flex items-center gap-1.75 text-row text-muted-foreground">
          {write ? (
            <Chip kind="ref" className="!h-auto !bg-transparent !px-0">
              {write.ticket_ref}
            </Chip>
          ) : (
            "Saved here"
          )}
          {detail.client_name ? <span className="truncate">{detail.client_name}</span> : null}
        </p>
      </div>
      {write?.ticket_url ? (
        <a
          href={write.ticket_url}
          target="_blank"
          rel="noreferrer"
          className="inline-flex h-7 items-center gap-1.75 rounded-md px-2 text-row font-medium text-muted-foreground no-underline hover:bg-elevated hover:text-primary coarse:h-11"
        >
          <ExternalLink size={14} aria-hidden />
          Open ticket
        </a>
      ) : null}
      <IconButton icon={X} label="Close" onClick={onClose} />
    </header>
  );
}

function RowView({ row }: { readonly row: ResultRow }): ReactNode {
  const tone = TONES[row.tone];
  return (
    <div className="grid grid-cols-[16px_64px_minmax(0,1fr)] gap-x-2.5 border-b border-default py-2.75 last:border-b-0">
      <tone.icon size={16} className={cx("mt-px", tone.look)} aria-hidden />
      <p className="text-row leading-[1.45] text-muted-foreground">{row.label}</p>
      <div>
        <p
          className={cx(
            "text-bubble font-semibold leading-[1.4]",
            row.tone === "attention" ? "text-warning" : row.tone === "failed" ? "text-danger" : "text-heading",
          )}
        >
          {row.value}
        </p>
        {row.detail ? (
          <p className="mt-px text-row leading-normal text-muted-foreground [overflow-wrap:anywhere]">{row.detail}</p>
        ) : null}
      </div>
    </div>
  );
}

function Foot({ card, write }: { readonly card: ResultCard; readonly write: PsaWrite | null }): ReactNode {
  const { id } = useSession();
  const act = useWriteAct(id);
  const { copied, copy } = useCopy();
  const press = (what: WriteAct) => {
    if (write) {
      act.mutate({ write, act: what });
    }
  };
  const busy = (what: WriteAct) => act.isPending && act.variables.act === what;
  return (
    <footer className="flex flex-none flex-wrap items-center gap-2 border-t border-default px-4 pb-3.5 pt-2.75">
      {act.error ? (
        <p role="alert" className="basis-full text-row text-danger">
          {messageOf(act.error)}
        </p>
      ) : null}
      <TextButton icon={Copy} className="!mx-0" onClick={() => void copy(resultText(card, write))}>
        {copied ? "Copied" : "Copy details"}
      </TextButton>
      <span className="ml-auto flex flex-wrap justify-end gap-2">
        {card.cancel ? (
          <Button busy={busy("cancel")} onClick={() => press("cancel")}>
            Cancel the write
          </Button>
        ) : null}
        {card.finishWithoutStatus ? (
          <Button busy={busy("finish_without_status")} onClick={() => press("finish_without_status")}>
            Finish without status
          </Button>
        ) : null}
        {card.retry ? (
          <Button variant="primary" busy={busy("retry")} onClick={() => press("retry")}>
            Retry now
          </Button>
        ) : null}
        {card.retryStatus ? (
          <Button variant="primary" busy={busy("retry_status")} onClick={() => press("retry_status")}>
            Retry status only
          </Button>
        ) : null}
      </span>
    </footer>
  );
}
