import { type ReactNode, useState } from "react";
import { useEditFact } from "@/api/facts";
import type { Fact } from "@/api/session-types";
import { Button, Field, Textarea, TextButton } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import type { Draft } from "@/lib/drafts";
import { useSession } from "../context";

interface EditFactProps {
  readonly fact: Fact;
  /** Words typed so far, kept in this browser. */
  readonly draft: Draft;
  readonly onDone: () => void;
}

/** The words of a fact, changed in place. What is half typed survives a reload. */
export function EditFact({ fact, draft, onDone }: EditFactProps): ReactNode {
  const { id } = useSession();
  const [touched, setTouched] = useState(draft.restored);
  const text = touched ? draft.text : fact.text;
  const edit = useEditFact(id);
  const blank = text.trim() === "";
  const save = () => {
    if (text.trim() === fact.text) {
      onDone();
    } else if (!blank) {
      edit.mutate({ fact, text: text.trim() }, { onSuccess: onDone });
    }
  };
  return (
    <div className="rounded-card border border-default bg-card p-3">
      <Field
        label="Fact"
        hideLabel
        error={edit.error ? messageOf(edit.error) : blank ? "A fact needs words" : null}
        hint={draft.restored ? "Draft restored. Cancel goes back to what is stored." : undefined}
        counter={{ length: text.length, max: 2000 }}
      >
        <Textarea
          // Words of before a reload take no focus: nobody asked for the editor now.
          autoFocus={!draft.restored}
          growTo={200}
          maxLength={2000}
          value={text}
          onChange={(event) => {
            setTouched(true);
            draft.setText(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              event.stopPropagation();
              onDone();
            } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
              save();
            }
          }}
        />
      </Field>
      <div className="mt-2 flex items-center justify-end gap-1.5">
        <TextButton className="mr-auto" onClick={onDone}>
          Cancel
        </TextButton>
        <Button size="lane" busy={edit.isPending} onClick={save}>
          Save
        </Button>
      </div>
    </div>
  );
}
