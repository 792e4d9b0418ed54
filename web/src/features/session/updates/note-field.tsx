import { PenLine } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Field, Input } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import type { Draft } from "@/lib/drafts";

const MAX = 500;

interface NoteFieldProps {
  /** The words, kept in this browser until the update is shared. */
  readonly draft: Draft;
  /** What the text below was asked to say. */
  readonly asked: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onWrite: (note: string) => void;
}

/** What the engineer wants said besides what is on record; the text is written anew with it. */
export function NoteField({ draft, asked, busy, error, onWrite }: NoteFieldProps): ReactNode {
  const note = draft.text.trim();
  const write = () => {
    if (!busy && (note !== "" || asked !== "")) {
      onWrite(note);
    }
  };
  return (
    <Field
      label="Add to it"
      hint={error ? undefined : "Optional. The text is written anew with it."}
      error={error ? `${messageOf(error)} The text below is still the one before.` : null}
      counter={{ length: draft.text.length, max: MAX }}
      action={
        <Button
          size="lane"
          icon={PenLine}
          busy={busy}
          disabledReason={note === "" && asked === "" ? "Say what to add first" : null}
          onClick={write}
        >
          Write again
        </Button>
      }
    >
      <Input
        value={draft.text}
        maxLength={MAX}
        placeholder="For example: a technician comes tomorrow at nine"
        onChange={(event) => draft.setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.nativeEvent.isComposing) {
            event.preventDefault();
            write();
          }
        }}
      />
    </Field>
  );
}
