import { Check, Copy, RotateCcw } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { fixConflictText, useFixAct } from "@/api/fixes";
import type { Fix } from "@/api/session-types";
import { Button, TextButton } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { useDraft } from "@/lib/drafts";
import { useCopy } from "@/lib/hooks";
import { scrub } from "@/lib/secrets";
import { useSession } from "../context";

const MAX = 50_000;

/**
 * The drafted script, editable. *Run as one-off* records the run and gives the exact script to copy; the product runs nothing. Kept
 * by fix, so that an old edit cannot land on a newer fix.
 */
export function DraftedScript({ fix }: { readonly fix: Fix }): ReactNode {
  const { id, canWrite } = useSession();
  const act = useFixAct(id);
  const draft = useDraft(`script/${fix.id}`, scrub);
  const { copied, copy } = useCopy();
  const original = fix.edited_script ?? fix.ai_drafted_script ?? "";
  const [touched, setTouched] = useState(false);
  const script = touched || draft.text ? draft.text : original;
  const proposed = fix.status === "proposed" && fix.applied_at === null;
  const editable = canWrite && proposed;
  const change = (text: string) => {
    setTouched(true);
    draft.setText(text);
  };
  const reset = () => {
    setTouched(false);
    draft.discard();
  };
  const run = () => {
    if (script.trim() !== "" && !act.isPending) {
      act.mutate({ act: "oneOff", fix, script }, { onSuccess: draft.discard });
    }
  };
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-3 max-sm:px-4">
        {editable ? (
          <ScriptField value={script} onChange={change} />
        ) : (
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls must be reachable by keyboard
            tabIndex={0}
            className="max-h-80 overflow-auto rounded-md border border-default bg-code px-3 py-2.5 font-mono text-hint leading-[1.6] text-primary"
          >
            {original}
          </pre>
        )}
        {editable ? (
          <p className="mt-1.5 flex items-center gap-3 text-hint text-muted-foreground">
            Proposed for this case. Read it before it runs; nothing is run from here.
            {script !== original ? (
              <TextButton icon={RotateCcw} onClick={reset}>
                Back to the proposed script
              </TextButton>
            ) : null}
          </p>
        ) : (
          <p className="mt-1.5 text-row text-primary">Run it on the client's machine, then tell the outcome.</p>
        )}
      </div>
      <footer className="flex flex-none flex-wrap items-center justify-end gap-2 border-t border-default px-5 py-2.5 max-sm:px-4">
        {act.error ? (
          <p role="alert" className="mr-auto text-row text-danger">
            {fixConflictText(act.error) ?? messageOf(act.error)}
          </p>
        ) : null}
        <Button
          icon={copied ? Check : Copy}
          variant={editable ? "default" : "primary"}
          onClick={() => void copy(editable ? script : original)}
        >
          {copied ? "Copied" : "Copy"}
        </Button>
        {editable ? (
          <Button
            variant="primary"
            busy={act.isPending}
            disabledReason={
              script.trim() === "" ? "The script is empty" : script.length > MAX ? "At most 50,000 characters" : null
            }
            onClick={run}
          >
            Run as one-off
          </Button>
        ) : null}
      </footer>
    </>
  );
}

/** A plain code field: Tab indents, Esc then Tab leaves. */
function ScriptField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (text: string) => void;
}): ReactNode {
  const [leaving, setLeaving] = useState(false);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Escape" && !leaving) {
      event.stopPropagation();
      event.nativeEvent.stopImmediatePropagation();
      setLeaving(true);
      return;
    }
    if (event.key === "Tab" && !leaving && !event.shiftKey) {
      event.preventDefault();
      const { selectionStart: start, selectionEnd: end } = event.currentTarget;
      onChange(`${value.slice(0, start)}    ${value.slice(end)}`);
      const field = event.currentTarget;
      requestAnimationFrame(() => field.setSelectionRange(start + 4, start + 4));
      return;
    }
    setLeaving(false);
  };
  return (
    <textarea
      aria-label="Script"
      aria-description="Tab indents. Press Escape, then Tab, to leave."
      spellCheck={false}
      wrap="off"
      rows={Math.min(16, Math.max(6, value.split("\n").length + 1))}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={onKeyDown}
      className="w-full resize-y rounded-md border border-control bg-code px-3 py-2.5 font-mono text-hint leading-[1.6] text-primary max-sm:text-field"
    />
  );
}
