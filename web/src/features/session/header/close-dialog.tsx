import { type ReactNode, useRef, useState } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import { usePsaStatus } from "@/api/psa";
import { useStatusAct } from "@/api/sessions";
import { type SessionUpdate, useShareUpdate, useUpdateWrite } from "@/api/updates";
import { Button, Checkbox, Dialog, Field, Textarea } from "@/components/ui";
import { newIdempotencyKey } from "@/lib/api";
import { isApiError } from "@/lib/api-error";
import { useDraft } from "@/lib/drafts";
import { useDebounced } from "@/lib/hooks";
import { scrub } from "@/lib/secrets";
import { toast } from "@/lib/toast";
import { useSession } from "../context";
import { RefusalLine } from "../resolve/refusal";
import { Blockers, WritePanel } from "../resolve/write-panel";
import { fateOf } from "../updates/words";

const MOST_NOTE = 20_000;
const FIRST_WORDS = "Work on this ticket was stopped without a resolution.";

/** Closing a session without a resolution. Where the settings of the PSA say so, a linked one offers an internal note first. */
export function CloseDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { id, detail } = useSession();
  const rules = usePsaStatus().data?.rules;
  const act = useStatusAct(id);
  const [reason, setReason] = useState("");
  const [noting, setNoting] = useState(false);
  const note = useClosingNote(noting, reason);
  const offers = detail.ticket_ref !== null && rules?.prompt_on_close === true;
  const close = () => act.mutate({ act: "abandon", reason }, { onSuccess: onClose });
  return (
    <Dialog
      open
      onClose={onClose}
      unsaved={reason.trim() !== ""}
      wide={noting}
      title="Close without resolving"
      description={`${noting ? "" : "Nothing is written to the ticket. "}Facts and conversation stay, and the session can be reopened.`}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="danger"
            busy={act.isPending || note.busy}
            disabledReason={noting ? note.reason : null}
            onClick={() => (noting ? note.post(close) : close())}
          >
            {noting ? "Post note & close" : "Close session"}
          </Button>
        </>
      }
    >
      <Field label="Reason" hint="Optional, shown in the session" counter={{ length: reason.length, max: 500 }}>
        <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} rows={3} />
      </Field>
      {offers ? (
        <div className="mt-3">
          <Checkbox
            checked={noting}
            onChange={setNoting}
            label={<span className="text-primary">Leave an internal note on {detail.ticket_ref}</span>}
          />
        </div>
      ) : null}
      {noting ? note.form : null}
    </Dialog>
  );
}

/** The internal note of a session that is closed: what will be written, and posting it once. */
function useClosingNote(wanted: boolean, reason: string) {
  const { id, detail } = useSession();
  const { user } = useSignedIn();
  const draft = useDraft(`close-note/${id}`, scrub);
  const proposed = reason.trim() ? `${FIRST_WORDS} ${reason.trim()}` : FIRST_WORDS;
  const [touched, setTouched] = useState(false);
  const text = touched ? draft.text : draft.text || proposed;
  const settled = useDebounced(text, 400);
  const write = useUpdateWrite(id, settled, "internal", wanted && settled.trim() !== "");
  const share = useShareUpdate(id);
  const [changedOk, setChangedOk] = useState(false);
  const [leakOk, setLeakOk] = useState(false);
  const done = useRef<SessionUpdate | null>(null);
  const attempt = useRef({ of: "", key: "" });
  const mayPass = hasRole(user, "admin");
  const looked = write.data !== undefined && !write.isPlaceholderData && settled === text;
  const blocked = write.data?.blockers.some((one) => one.code !== "leak_suspected" || !(mayPass && leakOk)) ?? false;
  const changed = (write.data?.conflicts.length ?? 0) > 0 && !changedOk;

  const post = (then: () => void) => {
    // A note that is on its way is not sent again when closing itself failed.
    if (done.current) {
      then();
      return;
    }
    if (attempt.current.of !== text) {
      attempt.current = { of: text, key: newIdempotencyKey() };
    }
    share.mutate(
      {
        audience: "status_update",
        markdown: text,
        visibility: "internal",
        ...(write.data ? { revision: write.data.revision } : {}),
        acknowledge: [
          ...(changedOk ? ["ticket_changed" as const] : []),
          ...(leakOk ? ["leak_suspected" as const] : []),
        ],
        key: attempt.current.key,
      },
      {
        onSuccess: (update) => {
          done.current = update;
          draft.discard();
          toast.info(fateOf(update, detail.ticket_ref));
          then();
        },
        onError: (error) => {
          // A refusal is final for this key; only an answer that never came is asked for again.
          if (!(isApiError(error) && error.transient)) {
            attempt.current = { of: "", key: "" };
          }
        },
      },
    );
  };
  const form = (
    <div className="mt-3">
      <Field label="Internal note" counter={{ length: text.length, max: MOST_NOTE }}>
        <Textarea
          rows={4}
          value={text}
          maxLength={MOST_NOTE}
          onChange={(event) => {
            setTouched(true);
            draft.setText(event.target.value);
          }}
        />
      </Field>
      <div className="-mx-4">
        <WritePanel
          preview={write.data}
          error={write.error}
          loading={write.isFetching}
          onRetry={() => void write.refetch()}
          changedOk={changedOk}
          onChangedOk={setChangedOk}
        />
        {write.data ? <Blockers preview={write.data} mayPass={mayPass} leakOk={leakOk} onLeakOk={setLeakOk} /> : null}
        <RefusalLine error={share.error} />
      </div>
    </div>
  );
  return {
    form,
    post,
    busy: share.isPending,
    reason:
      text.trim() === ""
        ? "The note is empty"
        : !looked
          ? "Still looking up what will be written"
          : blocked
            ? "Something above stands in the way"
            : changed
              ? "The ticket changed. Tick that you post all the same."
              : null,
  };
}
