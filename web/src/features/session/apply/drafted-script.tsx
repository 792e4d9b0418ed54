import { Check, Copy, RotateCcw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { fixConflictText, useFixAct } from "@/api/fixes";
import type { Fix } from "@/api/session-types";
import { Button, CodeEditor, TextButton } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { useDraft } from "@/lib/drafts";
import { useCopy } from "@/lib/hooks";
import { scrub } from "@/lib/secrets";
import { useSession } from "../context";
import { languageOf } from "../model/script-language";

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
        <CodeEditor
          label="Script"
          language={languageOf(original)}
          value={editable ? script : original}
          {...(editable ? { onChange: change } : {})}
        />
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
