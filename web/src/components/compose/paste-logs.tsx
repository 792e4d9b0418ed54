import { Lock, SquareTerminal } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { Button, Chip, Dialog, Field, Textarea } from "@/components/ui";
import { useDraft } from "@/lib/drafts";
import { findSecrets, recognisedCommand, scrub, secretWarning } from "@/lib/secrets";

interface PasteLogsProps {
  /** Whose draft it is: a session, or the page a session starts from. */
  readonly draftKey: string;
  readonly onClose: () => void;
  readonly onInsert: (text: string) => void;
}

/** A mono sheet for logs and command output: says how many lines, what they look like, and which secrets will be masked. */
export function PasteLogs({ draftKey, onClose, onInsert }: PasteLogsProps): ReactNode {
  const draft = useDraft(`logs/${draftKey}`, scrub);
  const field = useRef<HTMLTextAreaElement>(null);
  const { text } = draft;
  const lines = text.trim() === "" ? 0 : text.trimEnd().split("\n").length;
  const command = recognisedCommand(text);
  const secrets = findSecrets(text);
  const insert = () => {
    onInsert(fenced(text));
    draft.discard();
    onClose();
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Paste logs"
      description="Goes into your message as a block, exactly as it is. Nothing is sent yet."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" disabledReason={lines === 0 ? "Paste something first" : null} onClick={insert}>
            Insert
          </Button>
        </>
      }
    >
      <Field label="Log or output" hideLabel>
        <Textarea
          ref={field}
          rows={14}
          value={text}
          spellCheck={false}
          wrap="off"
          placeholder="Paste here"
          onChange={(event) => draft.setText(event.target.value)}
          className="!font-mono !text-hint"
        />
      </Field>
      <div className="mt-2.5 flex min-h-6 flex-wrap items-center gap-2 text-hint text-muted-foreground">
        <span className="tabular-nums">{lines === 1 ? "1 line" : `${lines} lines`}</span>
        {command ? <Chip icon={SquareTerminal}>Looks like {command}</Chip> : null}
        {secrets.length > 0 ? (
          <span className="flex items-center gap-1.5 text-warning">
            <Lock size={13} aria-hidden />
            {secretWarning(secrets.length)}
          </span>
        ) : null}
      </div>
    </Dialog>
  );
}

/** The text as a fenced block, with a fence longer than any inside. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.replace(/\s+$/, "")}\n${fence}`;
}
