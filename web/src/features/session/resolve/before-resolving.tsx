import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { type FixAct, fixConflictText, useFixAct } from "@/api/fixes";
import type { FixOutcome } from "@/api/session-types";
import { Button, Field, Kbd, Textarea } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { registerShortcut } from "@/lib/shortcuts";
import { clock } from "@/lib/time";
import { useSession } from "../context";
import { PanelTitle } from "./panel";
import { useOpenNote } from "./use-start-resolve";

const CHOICES: ReadonlyArray<{ readonly outcome: FixOutcome; readonly label: string }> = [
  { outcome: "applied_success", label: "It worked" },
  { outcome: "applied_partial", label: "Still partial" },
  { outcome: "applied_failed", label: "It didn't work" },
  { outcome: "dismissed", label: "Never applied it" },
];

/** Asks what happened with a parked fix before the note is written. A record that fails keeps it open and does not advance. */
export function BeforeResolving({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { id, fix } = useSession();
  const { openNote } = useOpenNote();
  const act = useFixAct(id);
  const [noting, setNoting] = useState(false);
  const [note, setNote] = useState(fix?.partial_notes ?? fix?.ai_outcome_proposal?.reason ?? "");
  const choose = (outcome: FixOutcome) => {
    if (!fix || act.isPending) {
      return;
    }
    if (outcome === "applied_partial" && !noting) {
      setNoting(true);
      return;
    }
    const input: FixAct = {
      act: "outcome",
      fix,
      outcome,
      ...(outcome === "applied_partial" ? { notes: note } : {}),
    };
    act.mutate(input, { onSuccess: openNote });
  };
  const latest = useRef(choose);
  latest.current = choose;
  useEffect(() => {
    const ends = CHOICES.map((choice, index) =>
      registerShortcut({ keys: String(index + 1), label: choice.label, group: "Before resolving" }, () =>
        latest.current(choice.outcome),
      ),
    );
    return () => {
      for (const end of ends) {
        end();
      }
    };
  }, []);
  if (!fix) {
    return null;
  }
  // In a dialog single keys are its own: the page's shortcuts leave them alone.
  const onKeyDown = (event: KeyboardEvent) => {
    const choice =
      noting || event.ctrlKey || event.metaKey || event.altKey ? undefined : CHOICES[Number(event.key) - 1];
    if (choice) {
      event.preventDefault();
      choose(choice.outcome);
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the buttons inside, wherever among them the focus is
    <div className="p-4" onKeyDown={onKeyDown}>
      <PanelTitle>Before resolving, what happened with the fix?</PanelTitle>
      <p className="mt-1 text-row text-muted-foreground">
        {fix.title}
        {fix.applied_at ? `, applied ${clock(new Date(fix.applied_at))}` : ""}
      </p>
      {noting ? (
        <>
          <Field
            label="What was applied, and what remains?"
            className="mt-3"
            counter={{ length: note.length, max: 500 }}
          >
            <Textarea
              autoFocus
              maxLength={500}
              growTo={160}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          </Field>
          <div className="mt-3 flex justify-end gap-2">
            <Button variant="ghost" onClick={() => setNoting(false)}>
              Back
            </Button>
            <Button
              variant="primary"
              busy={act.isPending}
              disabledReason={note.trim() === "" ? "Say what was applied first" : null}
              onClick={() => choose("applied_partial")}
            >
              Record partial and go on
            </Button>
          </div>
        </>
      ) : (
        <div className="mt-3 flex flex-col gap-1.5">
          {CHOICES.map((choice, index) => (
            <Button
              key={choice.outcome}
              autoFocus={index === 0}
              className="w-full !justify-start"
              busy={act.isPending && act.variables?.act === "outcome" && act.variables.outcome === choice.outcome}
              onClick={() => choose(choice.outcome)}
            >
              <Kbd>{index + 1}</Kbd>
              {choice.label}
            </Button>
          ))}
          <Button variant="ghost" className="self-end" onClick={onClose}>
            Cancel
          </Button>
        </div>
      )}
      {act.error ? (
        <p role="alert" className="mt-2 text-row text-danger">
          {fixConflictText(act.error) ?? messageOf(act.error)}
        </p>
      ) : null}
    </div>
  );
}
