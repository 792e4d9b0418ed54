import { ArrowLeft, TextCursorInput, WandSparkles } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import { usePsaName } from "@/api/psa";
import { type NewTicketOut, useOpenTicket, useParseTicket } from "@/api/ticket-writes";
import { Button, Dialog, Field, InlineError, Textarea, TextButton } from "@/components/ui";
import { newIdempotencyKey } from "@/lib/api";
import { ApiError, isApiError } from "@/lib/api-error";
import { useDraft } from "@/lib/drafts";
import { scrub } from "@/lib/secrets";
import { toast } from "@/lib/toast";
import { EMPTY_FORM, edited, formOf, MAX_DESCRIPTION, missing, requestOf, storedForm, type TicketForm } from "./draft";
import { TicketFields } from "./form";

interface NewTicketProps {
  /** The session it is opened for; `ref` names its ticket when it has one, and the new one is spun off from that then. */
  readonly session?: { readonly id: string; readonly ref: string | null; readonly words: string };
  readonly onClose: () => void;
  readonly onOpened: (made: NewTicketOut) => void;
}

/**
 * Opens a ticket: from words, which fill the form where the PSA's own lists know them, or field by field. A person always looks at the
 * form before anything is written, and what is typed survives a reload.
 */
export function NewTicket({ session, onClose, onOpened }: NewTicketProps): ReactNode {
  const psa = usePsaName();
  const place = session?.id ?? "queue";
  const words = useDraft(`new-ticket-words/${place}`, scrub);
  const kept = useDraft(`new-ticket-form/${place}`, scrub);
  const form = storedForm(kept.text);
  const [source, setSource] = useState<string | null>(session?.ref ?? null);
  const [tried, setTried] = useState(false);
  const [started, setStarted] = useState(false);
  const parse = useParseTicket();
  const open = useOpenTicket();
  const { user } = useSignedIn();
  const attempt = useRef<{ readonly body: string; readonly key: string } | null>(null);

  // A session's own words are the first draft of the text.
  if (words.ready && kept.ready && !started) {
    setStarted(true);
    if (session && words.text === "" && form === null) {
      words.setText(session.words.slice(0, MAX_DESCRIPTION));
    }
  }
  const show = (next: TicketForm) => kept.setText(JSON.stringify(next));
  const read = () =>
    parse.mutate(
      { text: words.text.trim(), ...(session ? { session_id: session.id } : {}) },
      {
        onSuccess: (draft) => {
          setSource(draft.source_ticket_ref);
          show(formOf(draft));
        },
      },
    );
  const forget = () => {
    words.discard();
    kept.discard();
  };
  const submit = (leakOk = false) => {
    setTried(true);
    if (form === null || missing(form) !== null || open.isPending) {
      return;
    }
    const body = {
      ...requestOf(form, session ? { id: session.id, role: session.ref ? "spin_off" : "primary" } : null),
      ...(leakOk ? { acknowledge: ["leak_suspected" as const] } : {}),
    };
    // The same press again must not open a second ticket; a changed form is a new one.
    const shape = JSON.stringify(body);
    const lost = open.error instanceof ApiError && open.error.status === 0;
    const key = lost && attempt.current?.body === shape ? attempt.current.key : newIdempotencyKey();
    attempt.current = { body: shape, key };
    open.mutate(
      { ...body, key },
      {
        onSuccess: (made) => {
          forget();
          told(made, psa);
          onOpened(made);
        },
      },
    );
  };
  const leak = isApiError(open.error, "leak_suspected") && hasRole(user, "admin");

  if (form === null) {
    return (
      <Dialog
        open
        wide
        onClose={onClose}
        title="New ticket"
        description={
          session?.ref
            ? `Spun off from ${session.ref}. Nothing is written before you have looked at the form.`
            : `Describe it or paste the mail. Nothing is written to ${psa} before you have looked at the form.`
        }
        footer={
          <>
            <Button variant="ghost" icon={TextCursorInput} onClick={() => show(EMPTY_FORM)}>
              Fill it in myself
            </Button>
            <Button
              variant="primary"
              icon={WandSparkles}
              busy={parse.isPending}
              disabledReason={words.text.trim() === "" ? "Write or paste a few words first" : undefined}
              onClick={read}
            >
              Fill the form
            </Button>
          </>
        }
      >
        <div className="grid gap-3.5">
          <Field label="What is it about?" counter={{ length: words.text.length, max: MAX_DESCRIPTION }}>
            <Textarea
              value={words.text}
              growTo={320}
              rows={7}
              maxLength={MAX_DESCRIPTION}
              placeholder="Who, which client, what happens since when"
              onChange={(event) => words.setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && words.text.trim() !== "") {
                  event.preventDefault();
                  read();
                }
              }}
            />
          </Field>
          {parse.isError ? <InlineError title="The text could not be read" error={parse.error} onRetry={read} /> : null}
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="New ticket"
      description={
        source ? `Spun off from ${source}. Look it over, then open it.` : `Look it over, then open it in ${psa}.`
      }
      footer={
        <>
          <span className="mr-auto">
            <TextButton icon={ArrowLeft} onClick={() => kept.discard()}>
              Back to the words
            </TextButton>
          </span>
          <Button variant="ghost" onClick={onClose}>
            Keep for later
          </Button>
          <Button variant="primary" busy={open.isPending} onClick={() => submit()}>
            Open ticket
          </Button>
        </>
      }
    >
      <div className="grid gap-3.5">
        <TicketFields form={form} source={source} tried={tried} onChange={(change) => show(edited(form, change))} />
        {open.isError ? (
          <InlineError title="No ticket was opened" error={open.error}>
            {leak ? (
              <Button size="lane" onClick={() => submit(true)}>
                Open it anyway
              </Button>
            ) : null}
          </InlineError>
        ) : null}
      </div>
    </Dialog>
  );
}

/** What became of it, in words: opened as asked, opened with a difference, or still on its way. */
function told(made: NewTicketOut, psa: string): void {
  if (made.outcome === "pending" || made.ticket === null) {
    toast.info(`${psa} has not confirmed the ticket yet. It is opened once, and appears when ${psa} shows it.`);
  } else if (made.assigned === false) {
    toast.warning(`${made.ticket.ref} is open, but nobody was put on it`);
  } else if (made.warnings.length > 0) {
    toast.warning(`${made.ticket.ref} is open, but ${psa} shows some of it differently`);
  } else {
    toast.success(`${made.ticket.ref} is open`);
  }
}
