import { ListChecks, Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { PENDING_ID, useAddNote } from "@/api/facts";
import { Button, EmptyState, Field, Textarea, TextButton } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { useDraft } from "@/lib/drafts";
import { scrub } from "@/lib/secrets";
import { useShortcut } from "@/lib/shortcuts";
import { useSession } from "../context";
import { useLivePart } from "../model/turn-store";
import { useSessionUi } from "../session-ui";
import { FactCard, ProvisionalFact } from "./fact-card";
import { LaneSection } from "./section";

/** What we know: every live fact, oldest first, and what the running answer is about to add. */
export function FactsSection(): ReactNode {
  const { facts, canWrite, id } = useSession();
  const { noteOpen, set } = useSessionUi();
  const arriving = useLivePart(id, (turn) => turn?.facts);
  const known = new Set(facts.map((fact) => fact.id));
  const coming = arriving?.filter((fact) => !known.has(fact.id)) ?? [];
  useShortcut(
    { keys: "N", label: "Add a note", group: "Session" },
    () => set({ noteOpen: true, laneOpen: true }),
    canWrite,
  );
  return (
    <LaneSection
      title="What we know"
      tone="success"
      meta={facts.length === 1 ? "1 fact" : `${facts.length} facts`}
      wash
      action={
        canWrite && !noteOpen ? (
          <TextButton icon={Plus} onClick={() => set({ noteOpen: true })}>
            Add a note
          </TextButton>
        ) : null
      }
    >
      {facts.map((fact) => (
        <FactCard key={fact.id} fact={fact} pending={fact.id === PENDING_ID} />
      ))}
      {coming.map((fact) => (
        <ProvisionalFact key={fact.id} fact={fact} />
      ))}
      {facts.length === 0 && coming.length === 0 && !noteOpen ? (
        <EmptyState
          icon={ListChecks}
          title="Confirmed facts collect here"
          hint="Answer a question or paste the output of a check."
          className="!py-4"
        />
      ) : null}
      {noteOpen && canWrite ? <NoteForm /> : null}
    </LaneSection>
  );
}

const MAX = 2000;

function NoteForm(): ReactNode {
  const { id } = useSession();
  const { set } = useSessionUi();
  const draft = useDraft(`note/${id}`, scrub);
  const add = useAddNote(id);
  const [tried, setTried] = useState(false);
  const blank = draft.text.trim() === "";
  const submit = () => {
    setTried(true);
    if (blank || add.isPending) {
      return;
    }
    add.mutate(draft.text.trim(), {
      onSuccess: () => {
        draft.discard();
        set({ noteOpen: false });
      },
    });
  };
  // While it is on its way the note stands among the facts; a refusal brings the form back with its text.
  if (add.isPending) {
    return null;
  }
  return (
    <div className="rounded-card border border-default bg-card p-3">
      <Field
        label="Your note"
        hideLabel
        counter={{ length: draft.text.length, max: MAX }}
        error={add.error ? messageOf(add.error) : tried && blank ? "Write what you know first" : null}
      >
        <Textarea
          autoFocus
          growTo={200}
          maxLength={MAX}
          placeholder="What you know, in your words"
          value={draft.text}
          onChange={(event) => {
            setTried(false);
            draft.setText(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              submit();
            } else if (event.key === "Escape") {
              event.stopPropagation();
              set({ noteOpen: false });
            }
          }}
        />
      </Field>
      <div className="mt-2 flex justify-end gap-1.5">
        <Button size="lane" variant="ghost" onClick={() => set({ noteOpen: false })}>
          Cancel
        </Button>
        <Button size="lane" onClick={submit}>
          {add.error ? "Retry" : "Add note"}
        </Button>
      </div>
    </div>
  );
}
