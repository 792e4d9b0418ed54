import { Eye, Lock, Send } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import { useMembers, usePsaName, usePsaStatus } from "@/api/psa";
import type { Visibility } from "@/api/tickets";
import { type NotePostOut, type TicketSummaryOut, useAddNote } from "@/api/tickets";
import { Button, Checkbox, Field, InlineError, Segmented, Textarea, TextButton, Time } from "@/components/ui";
import { newIdempotencyKey } from "@/lib/api";
import { isApiError } from "@/lib/api-error";
import { useDraft } from "@/lib/drafts";
import { findSecrets, scrub, secretWarning } from "@/lib/secrets";
import { useShortcut } from "@/lib/shortcuts";
import { type NotePlan, planNote } from "../note-plan";

const LIMIT = 20_000;
const VISIBILITIES = [
  { value: "internal", label: "Internal only" },
  { value: "customer", label: "Customer can see this" },
] as const;

interface NoteWriterProps {
  readonly ticket: TicketSummaryOut;
  readonly onPosted: (post: NotePostOut, visibility: Visibility) => void;
  readonly onClose: () => void;
}

/** Writes a note on the ticket. Says who will see it, whom it mails and what the PSA receives before anything is sent. */
export function NoteWriter({ ticket, onPosted, onClose }: NoteWriterProps): ReactNode {
  const draft = useDraft(`note/${ticket.id}`, scrub);
  const [visibility, setVisibility] = useState<Visibility>("internal");
  const [notify, setNotify] = useState(false);
  const [asked, setAsked] = useState(false);
  const plan = useNotePlan(visibility, notify);
  const post = usePost(ticket.id, { text: draft.text, visibility, notify });
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  useShortcut({ keys: "Escape", label: "Put the note aside", group: "Tickets" }, onClose);

  const text = draft.text.trim();
  const refusal =
    text === "" ? "Write the note first" : draft.text.length > LIMIT ? `At most ${LIMIT} characters` : null;
  const secrets = findSecrets(draft.text);
  const send = (leakOk = false) => {
    setAsked(true);
    if (refusal) {
      field.current?.focus();
      return;
    }
    post.send(leakOk, (answer) => {
      draft.discard();
      onPosted(answer, visibility);
    });
  };

  return (
    <form
      aria-label={`Note on ${ticket.ref}`}
      className="flex max-h-[75%] flex-none flex-col gap-2.5 overflow-y-auto border-t border-hover bg-card px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Field
        label="Note"
        error={asked ? refusal : null}
        counter={{ length: draft.text.length, max: LIMIT }}
        action={
          draft.restored && draft.text ? (
            <span className="flex items-center gap-2 text-hint text-muted-foreground">
              Draft restored
              <TextButton className="!text-hint" onClick={draft.discard}>
                Discard
              </TextButton>
            </span>
          ) : null
        }
      >
        <Textarea
          ref={field}
          rows={4}
          growTo={280}
          value={draft.text}
          placeholder="What was done, what was found"
          onChange={(event) => {
            draft.setText(event.target.value);
            post.reset();
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              send();
            }
          }}
        />
      </Field>
      <Segmented
        label="Who can see it"
        value={visibility}
        options={VISIBILITIES}
        onChange={setVisibility}
        size="sm"
        className="self-start"
      />
      {visibility === "customer" ? <Checkbox checked={notify} onChange={setNotify} label="E-mail the contact" /> : null}
      {secrets.length > 0 ? (
        <p role="status" className="flex items-center gap-1.5 text-hint text-warning">
          <Lock size={13} aria-hidden />
          {secretWarning(secrets.length)}
        </p>
      ) : null}
      <Written ticket={ticket} visibility={visibility} plan={plan} length={text.length} />
      {post.error ? <Refused error={post.error} onRetry={() => send()} onLeakOk={() => send(true)} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="ghost" onClick={onClose}>
          Put aside
        </Button>
        <Button type="submit" variant="primary" icon={Send} busy={post.busy}>
          {visibility === "customer" ? "Post to customer" : "Post internal note"}
        </Button>
      </div>
    </form>
  );
}

function useNotePlan(visibility: Visibility, notify: boolean): NotePlan {
  const provider = usePsaStatus().data?.provider ?? null;
  const { user } = useSignedIn();
  const members = useMembers();
  const unknown = !members.data || members.data.problem !== null;
  const member = unknown ? undefined : (members.data.items.find((one) => one.is_me)?.name ?? null);
  return planNote(provider, { visibility, notify }, { name: user.name, member });
}

interface Wish {
  readonly text: string;
  readonly visibility: Visibility;
  readonly notify: boolean;
}

/** Sends the note; a press after a lost answer repeats the same request, so that the ticket gets one note. */
function usePost(ticketId: string, { text, visibility, notify }: Wish) {
  const add = useAddNote(ticketId);
  const attempt = useRef<{ readonly body: string; readonly key: string } | null>(null);
  return {
    busy: add.isPending,
    error: add.error,
    reset: () => {
      if (add.isError) {
        add.reset();
      }
    },
    send: (leakOk: boolean, onDone: (post: NotePostOut) => void) => {
      if (add.isPending) {
        return;
      }
      const wish = {
        text,
        visibility,
        notify: visibility === "customer" && notify,
        ...(leakOk ? { acknowledge: ["leak_suspected" as const] } : {}),
      };
      const body = JSON.stringify(wish);
      const key = attempt.current?.body === body ? attempt.current.key : newIdempotencyKey();
      attempt.current = { body, key };
      add.mutate(
        { ...wish, key },
        {
          onSuccess: onDone,
          onError: (error) => {
            // A refusal is final for this key; only an answer that never came is asked for again.
            if (!(isApiError(error) && error.transient)) {
              attempt.current = null;
            }
          },
        },
      );
    },
  };
}

interface WrittenProps {
  readonly ticket: TicketSummaryOut;
  readonly visibility: Visibility;
  readonly plan: NotePlan;
  readonly length: number;
}

/** *What exactly will be written*. */
function Written({ ticket, visibility, plan, length }: WrittenProps): ReactNode {
  const customer = visibility === "customer";
  const Icon = customer ? Eye : Lock;
  return (
    <section
      aria-label="What exactly will be written"
      className="rounded-card border border-default bg-page px-3 py-2.25"
    >
      <h3 className="mb-1 !font-sans text-row font-semibold !tracking-normal text-heading">
        What exactly will be written
      </h3>
      <dl className="grid grid-cols-[76px_minmax(0,1fr)] gap-x-3 gap-y-0.75 text-row leading-[1.45]">
        <dt className="text-muted-foreground">Ticket</dt>
        <dd className="text-primary">
          {ticket.ref}
          {ticket.updated_at ? (
            <>
              , last changed <Time value={ticket.updated_at} />
            </>
          ) : null}
        </dd>
        <dt className="text-muted-foreground">Note</dt>
        <dd className="text-primary">
          {plan.kind}, {length} {length === 1 ? "character" : "characters"} and a line with its reference
        </dd>
        <dt className="text-muted-foreground">Visibility</dt>
        <dd className="inline-flex items-center gap-1.5 font-semibold text-primary">
          <Icon size={14} aria-hidden />
          {customer ? "Customer can see this" : "Internal only"}
        </dd>
        <dt className="text-muted-foreground">E-mail</dt>
        <dd className="text-primary">{plan.mail}</dd>
        <dt className="text-muted-foreground">Author</dt>
        <dd className="text-primary">{plan.author}</dd>
        <dt className="text-muted-foreground">Status</dt>
        <dd className="text-primary">Stays as it is</dd>
      </dl>
      {plan.fields.length > 0 ? (
        <p className="mt-1.25 font-mono text-mono text-muted [overflow-wrap:anywhere]">{plan.fields.join(", ")}</p>
      ) : null}
    </section>
  );
}

function Refused({
  error,
  onRetry,
  onLeakOk,
}: {
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly onLeakOk: () => void;
}): ReactNode {
  const { user } = useSignedIn();
  const psa = usePsaName();
  if (isApiError(error, "leak_suspected")) {
    return (
      <InlineError title="The note names another client" error={error}>
        {hasRole(user, "admin") ? (
          <Button size="lane" onClick={onLeakOk}>
            Post all the same
          </Button>
        ) : null}
      </InlineError>
    );
  }
  const unsure = isApiError(error) && error.transient;
  return (
    <InlineError
      title={unsure ? `No answer from ${psa}` : "The note was not posted"}
      error={error}
      {...(unsure ? { onRetry } : {})}
    />
  );
}
