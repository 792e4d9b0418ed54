import { ArrowUp, Lock, RotateCcw, Square } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { PictureStrip } from "@/components/compose/picture-strip";
import { type Pictures, picturesOf } from "@/components/compose/use-pictures";
import { Button, Kbd, TextButton } from "@/components/ui";
import { useGrow } from "@/components/ui/field";
import { messageOf } from "@/lib/api-error";
import { cx } from "@/lib/cx";
import { useDraft } from "@/lib/drafts";
import { useOnline, usePhone } from "@/lib/hooks";
import { keyLabel } from "@/lib/platform";
import { findSecrets, scrub, secretWarning } from "@/lib/secrets";
import { useShortcut } from "@/lib/shortcuts";

export interface ComposerProps {
  readonly draftKey: string;
  readonly placeholder: string;
  /** Resolves once the server has taken the text; rejects otherwise, and the text is put back. */
  readonly onSend: (text: string) => Promise<void>;
  readonly running?: boolean;
  readonly stopping?: boolean;
  readonly onStop?: (() => void) | undefined;
  /** Text offered by another part of the page; goes in when the field is empty, else after what stands there. */
  readonly prefill?: string | null;
  readonly onPrefilled?: () => void;
  /** Quiet acts in the row below; they add text through the function they are given. */
  readonly tools?: (insert: (text: string) => void) => ReactNode;
  readonly autoFocus?: boolean;
  readonly maxLength?: number;
  /** Pictures of the message: it may then be blank, and waits until they are uploaded. */
  readonly pictures?: Pictures;
}

const LIMIT = 50_000;

/** The message field: grows with its text, keeps a draft, warns of secrets, sends with Enter. */
export function Composer(props: ComposerProps): ReactNode {
  const {
    draftKey,
    placeholder,
    onSend,
    running = false,
    onStop,
    prefill = null,
    onPrefilled,
    autoFocus = false,
  } = props;
  const draft = useDraft(draftKey, scrub);
  const { text, setText } = draft;
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [blocked, setBlocked] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  // Set at the press itself: a second one may come before the state of the first is drawn.
  const sending = useRef(false);
  const typedSince = useRef(false);
  const online = useOnline();
  const phone = usePhone();
  const secrets = findSecrets(text);
  const { pictures } = props;
  const says = text.trim() !== "" || (pictures?.ids.length ?? 0) > 0;
  const sendable = says && text.length <= LIMIT && !busy && !pictures?.uploading;
  useGrow(field, text, typeof window === "undefined" ? 320 : Math.round(window.innerHeight * 0.4));
  useShortcut({ keys: "/", label: "Write a message", group: "Session" }, () => field.current?.focus());
  useShortcut({ keys: "Mod+.", label: "Stop the answer", group: "Session" }, () => onStop?.(), running);

  // A press on *Continue*, *Edit and send again* and the like puts words here; only the person sends them.
  useEffect(() => {
    if (prefill !== null) {
      setText(text.trim() === "" ? prefill : `${text.trimEnd()}\n${prefill}`);
      field.current?.focus();
      onPrefilled?.();
    }
  }, [prefill, text, setText, onPrefilled]);
  useEffect(() => {
    if (!running) {
      setBlocked(false);
    }
  }, [running]);

  const send = async () => {
    if (running) {
      setBlocked(true);
      return;
    }
    if (!sendable || sending.current) {
      return;
    }
    sending.current = true;
    const sent = text;
    setError(null);
    setBusy(true);
    typedSince.current = false;
    draft.release();
    try {
      await onSend(sent);
      // What was typed meanwhile is the next message and has taken its place.
      if (!typedSince.current) {
        draft.discard();
      }
    } catch (refused) {
      setError(refused);
      setText(field.current?.value ? `${sent}\n${field.current.value}` : sent);
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void send();
    }
  };
  const insert = (more: string) => {
    setText(text.trim() === "" ? more : `${text.trimEnd()}\n\n${more}`);
    field.current?.focus();
  };

  return (
    <section
      aria-label="Composer"
      data-print="hide"
      onDragOver={(event) => {
        if (pictures && event.dataTransfer.types.includes("Files")) {
          event.preventDefault();
        }
      }}
      onDrop={(event) => {
        if (pictures && event.dataTransfer.files.length > 0) {
          event.preventDefault();
          pictures.add(event.dataTransfer.files);
        }
      }}
      className="flex-none border-t border-default bg-page px-5 pb-4 pt-3.5 max-sm:px-3 max-sm:pb-[max(12px,env(safe-area-inset-bottom))] max-sm:pt-2.5"
    >
      {error ? (
        <div role="alert" className="mb-2 flex flex-wrap items-center gap-2 text-row text-danger">
          <span className="min-w-0 flex-1">Not sent. {messageOf(error)}</span>
          <Button size="lane" icon={RotateCcw} onClick={() => void send()}>
            Retry
          </Button>
        </div>
      ) : null}
      {draft.restored && text ? (
        <p className="mb-1.5 flex items-center gap-2 text-hint text-muted-foreground">
          Draft restored
          <TextButton className="!text-hint" onClick={draft.discard}>
            Discard
          </TextButton>
        </p>
      ) : null}
      {pictures ? <PictureStrip pictures={pictures} className="mb-2" /> : null}
      <div className="flex items-end gap-2.5">
        <textarea
          ref={field}
          rows={1}
          // biome-ignore lint/a11y/noAutofocus: a new session exists to be typed into; nothing is skipped by it
          autoFocus={autoFocus}
          value={text}
          aria-label="Message"
          aria-describedby={secrets.length > 0 ? "composer-secrets" : undefined}
          placeholder={placeholder}
          onChange={(event) => {
            typedSince.current = true;
            setText(event.target.value);
          }}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const found = pictures ? picturesOf(event.clipboardData) : [];
            if (found.length > 0) {
              event.preventDefault();
              pictures?.add(found);
            }
          }}
          className="min-h-11 min-w-0 flex-1 resize-none rounded-bubble border border-control bg-input px-3.25 py-2.5 text-body leading-[1.55] text-primary placeholder:truncate placeholder:text-muted focus-visible:outline-offset-1 max-sm:py-2.25 max-sm:text-field"
        />
        {running ? (
          <button
            type="button"
            aria-label="Stop"
            title={`Stop (${keyLabel("Mod+.")})`}
            aria-busy={props.stopping || undefined}
            onClick={() => onStop?.()}
            className="grid size-11 flex-none place-items-center rounded-bubble border border-control bg-card text-heading hover:bg-elevated"
          >
            <Square size={14} className="fill-current" aria-hidden />
          </button>
        ) : (
          <button
            type="button"
            aria-label="Send"
            title="Send (Enter)"
            aria-disabled={!sendable || undefined}
            onClick={() => void send()}
            className={cx(
              "grid size-11 flex-none place-items-center rounded-bubble transition-colors duration-[120ms]",
              sendable
                ? "bg-accent text-on-accent hover:bg-accent-hover"
                : "border border-dashed border-hover bg-transparent text-muted",
            )}
          >
            <ArrowUp size={18} className="!stroke-[2.25]" aria-hidden />
          </button>
        )}
      </div>
      {secrets.length > 0 ? (
        <p id="composer-secrets" role="status" className="mt-1.5 flex items-center gap-1.5 text-hint text-warning">
          <Lock size={13} aria-hidden />
          {secretWarning(secrets.length)}
        </p>
      ) : null}
      {text.length > LIMIT * 0.8 ? (
        <p
          className={cx(
            "mt-1.5 text-right text-hint tabular-nums",
            text.length > LIMIT ? "text-danger" : "text-muted-foreground",
          )}
        >
          {text.length} / {LIMIT}
        </p>
      ) : null}
      <div className="mt-2 flex min-h-6 items-center gap-1">
        {props.tools?.(insert)}
        {phone ? null : <Hint running={running} blocked={blocked} online={online} />}
      </div>
      {blocked && running ? (
        <p role="status" className="sr-only">
          Stop or wait to send
        </p>
      ) : null}
    </section>
  );
}

function Hint({
  running,
  blocked,
  online,
}: {
  readonly running: boolean;
  readonly blocked: boolean;
  readonly online: boolean;
}): ReactNode {
  if (!online) {
    return <span className="ml-auto text-hint text-warning">Offline. Your text is kept here.</span>;
  }
  return (
    <span
      className={cx(
        "ml-auto flex items-center gap-1.25 whitespace-nowrap text-hint",
        blocked ? "text-warning" : "text-muted",
      )}
    >
      {running ? (
        <>
          Stop or wait to send <Kbd>{keyLabel("Mod+.")}</Kbd> stop
        </>
      ) : (
        <>
          <Kbd>Enter</Kbd> send <Kbd>Shift Enter</Kbd> new line
        </>
      )}
    </span>
  );
}
