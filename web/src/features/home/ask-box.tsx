import { CircleAlert, ClipboardPaste, Lock, type LucideIcon, Paperclip, Play, Ticket, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { usePsaStatus } from "@/api/psa";
import type { TicketSummaryOut } from "@/api/tickets";
import { AttachPictures } from "@/components/compose/attach-button";
import { PasteLogs } from "@/components/compose/paste-logs";
import { PictureStrip } from "@/components/compose/picture-strip";
import { picturesOf, usePictures } from "@/components/compose/use-pictures";
import { TicketInUseDialog } from "@/components/tickets/start-flowpilot";
import { Button, Chip, IconButton, InlineError, Kbd, TextButton } from "@/components/ui";
import { useGrow } from "@/components/ui/field";
import { cx } from "@/lib/cx";
import { useDraft } from "@/lib/drafts";
import { useOnline, usePhone } from "@/lib/hooks";
import { findSecrets, scrub, secretWarning } from "@/lib/secrets";
import { useShortcut } from "@/lib/shortcuts";
import { LinkTicket } from "./link-ticket";
import { LIMIT, useAsk } from "./use-ask";

/** "What are you troubleshooting?": words, a log, pictures, a ticket; *Start session* sends them once and opens the session. */
export function AskBox(): ReactNode {
  const draft = useDraft("home", scrub);
  const [ticket, setTicket] = useState<TicketSummaryOut | null>(null);
  const [pasting, setPasting] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const connected = usePsaStatus().data?.connected === true;
  const online = useOnline();
  const phone = usePhone();
  const [asked, setAsked] = useState(false);
  const { text, setText } = draft;
  const pictures = usePictures("home");
  const start = useAsk({ text, ticket, pictures, onStarted: draft.discard });
  const secrets = findSecrets(text);
  useGrow(field, text, typeof window === "undefined" ? 320 : Math.round(window.innerHeight * 0.4));
  useShortcut({ keys: "/", label: "Describe a problem", group: "Home" }, () => field.current?.focus());

  const insert = (more: string) => {
    setText(text.trim() === "" ? more : `${text.trimEnd()}\n\n${more}`);
    field.current?.focus();
  };
  const go = () => {
    setAsked(true);
    if (start.refusal) {
      field.current?.focus();
      return;
    }
    start.send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      go();
    }
  };

  return (
    <section
      aria-label="New session"
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes("Files")) {
          event.preventDefault();
        }
      }}
      onDrop={(event) => {
        if (event.dataTransfer.files.length > 0) {
          event.preventDefault();
          pictures.add(event.dataTransfer.files);
        }
      }}
    >
      <div className="flex flex-col rounded-bubble border border-control bg-card focus-within:border-transparent focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent">
        <textarea
          ref={field}
          rows={3}
          // biome-ignore lint/a11y/noAutofocus: Home exists to describe a problem; nothing is skipped by it
          autoFocus
          value={text}
          readOnly={start.busy}
          aria-label="What are you troubleshooting?"
          aria-describedby={secrets.length > 0 ? "ask-secrets" : undefined}
          placeholder={
            phone
              ? "What are you troubleshooting?"
              : connected
                ? "Describe the problem, paste a log or link a ticket"
                : "Describe the problem or paste a log"
          }
          onChange={(event) => {
            setAsked(false);
            setText(event.target.value);
            start.reset();
          }}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const found = picturesOf(event.clipboardData);
            if (found.length > 0) {
              event.preventDefault();
              pictures.add(found);
            }
          }}
          className="min-h-19 resize-none bg-transparent px-4 pb-1 pt-3.25 text-body text-primary outline-none placeholder:text-muted focus-visible:outline-none max-sm:text-field"
        />
        {ticket ? <LinkedTicket ticket={ticket} onRemove={() => setTicket(null)} /> : null}
        <PictureStrip pictures={pictures} className="px-4 pb-1.5" />
        <div className="flex flex-wrap items-center gap-0.5 px-2 pb-2 pt-1">
          <AttachPictures pictures={pictures}>
            {(open) => <Tool icon={Paperclip} label="Attach" onClick={open} />}
          </AttachPictures>
          <Tool icon={ClipboardPaste} label="Paste logs" onClick={() => setPasting(true)} />
          {connected && !ticket ? <LinkTicket onChoose={setTicket} /> : null}
          <span className="ml-auto flex items-center gap-2">
            <span className="flex items-center gap-1.5 text-hint text-muted max-sm:hidden coarse:hidden">
              {online ? (
                <>
                  <Kbd>Enter</Kbd> start
                </>
              ) : (
                <span className="text-warning">Offline. Your text is kept here.</span>
              )}
            </span>
            <Button variant="primary" icon={Play} busy={start.busy} onClick={go}>
              Start session
            </Button>
          </span>
        </div>
      </div>
      {asked && start.refusal ? (
        <p role="alert" className="mt-1.5 flex items-center gap-1.5 text-hint text-danger">
          <CircleAlert size={13} aria-hidden />
          {start.refusal}
        </p>
      ) : null}
      <Notes
        restored={draft.restored && text !== ""}
        onDiscard={draft.discard}
        secrets={secrets.length}
        length={text.length}
      />
      {start.error ? (
        <InlineError className="mt-2.5" title="The session was not started" error={start.error} onRetry={start.send} />
      ) : null}
      {pasting ? <PasteLogs draftKey="home" onClose={() => setPasting(false)} onInsert={insert} /> : null}
      <TicketInUseDialog pilot={start.pilot} />
    </section>
  );
}

interface ToolProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly onClick: () => void;
}

/** A quiet act under the field; an icon where there is little room. */
function Tool({ icon, label, onClick }: ToolProps): ReactNode {
  return usePhone() ? (
    <IconButton icon={icon} label={label} size="touch" onClick={onClick} />
  ) : (
    <Button variant="ghost" size="lane" icon={icon} onClick={onClick}>
      {label}
    </Button>
  );
}

function LinkedTicket({
  ticket,
  onRemove,
}: {
  readonly ticket: TicketSummaryOut;
  readonly onRemove: () => void;
}): ReactNode {
  return (
    <p className="flex items-center gap-2 px-4 pb-1.5 text-row">
      <Chip kind="ref" icon={Ticket}>
        {ticket.ref}
      </Chip>
      <span className="min-w-0 truncate text-primary">{ticket.summary}</span>
      <span className="flex-none text-muted-foreground max-sm:hidden">{ticket.company?.name}</span>
      <IconButton icon={X} size="sm" label={`Unlink ${ticket.ref}`} onClick={onRemove} />
    </p>
  );
}

interface NotesProps {
  readonly restored: boolean;
  readonly onDiscard: () => void;
  readonly secrets: number;
  readonly length: number;
}

function Notes({ restored, onDiscard, secrets, length }: NotesProps): ReactNode {
  return (
    <>
      {restored ? (
        <p className="mt-1.5 flex items-center gap-2 text-hint text-muted-foreground">
          Draft restored
          <TextButton className="!text-hint" onClick={onDiscard}>
            Discard
          </TextButton>
        </p>
      ) : null}
      {secrets > 0 ? (
        <p id="ask-secrets" role="status" className="mt-1.5 flex items-center gap-1.5 text-hint text-warning">
          <Lock size={13} aria-hidden />
          {secretWarning(secrets)}
        </p>
      ) : null}
      {length > LIMIT * 0.8 ? (
        <p className={cx("mt-1.5 text-hint tabular-nums", length > LIMIT ? "text-danger" : "text-muted-foreground")}>
          {length} / {LIMIT}
        </p>
      ) : null}
    </>
  );
}
