import { RotateCcw } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { fixConflictText, useAttachScript } from "@/api/fixes";
import type { Fix } from "@/api/session-types";
import { Button, CodeEditor, TextButton } from "@/components/ui";
import { announce } from "@/lib/announce";
import { messageOf } from "@/lib/api-error";
import { type Draft, useDraft } from "@/lib/drafts";
import { scrub } from "@/lib/secrets";
import { useSession } from "../context";
import { fixSections } from "../model/banner-state";
import { languageOf } from "../model/script-language";
import { useSessionUi } from "../session-ui";

const MAX = 50_000;
const COMMENT_WIDTH = 90;

/**
 * What is half written for a fix, kept by the fix, so that it cannot land on a newer one. The editor itself is there from the first
 * look at it on, and stays.
 */
export function ScriptBuilder({ fix, shown }: { readonly fix: Fix; readonly shown: boolean }): ReactNode {
  const { set } = useSessionUi();
  const draft = useDraft(`builder/${fix.id}`, scrub);
  const [seen, setSeen] = useState(shown);
  if (shown && !seen) {
    setSeen(true);
  }
  const unsaved = draft.text.trim() !== "";
  useEffect(() => {
    set({ unsavedScript: unsaved });
    return () => set({ unsavedScript: false });
  }, [unsaved, set]);
  return seen ? <Builder fix={fix} draft={draft} /> : null;
}

/** A script written by hand for a fix that has none; it starts with what the fix says as a comment. */
function Builder({ fix, draft }: { readonly fix: Fix; readonly draft: Draft }): ReactNode {
  const { id } = useSession();
  const { set } = useSessionUi();
  const attach = useAttachScript(id);
  const [touched, setTouched] = useState(false);
  const start = asComment(fix);
  const script = touched || draft.text ? draft.text : start;
  const untouched = script.trim() === "" || script === start;
  const change = (text: string) => {
    setTouched(true);
    attach.reset();
    draft.setText(text);
  };
  const reset = () => {
    setTouched(false);
    draft.discard();
  };
  const submit = () => {
    attach.mutate(
      { fix, script },
      {
        onSuccess: () => {
          draft.discard();
          announce("Script saved with the fix. Apply fix opens it.");
          set({ tab: "chat" });
        },
      },
    );
  };
  return (
    <section aria-label={`Script Builder - ${fix.title}`} className="flex min-h-0 flex-1 flex-col">
      <header className="flex-none px-7 pb-2 pt-4 max-sm:px-4">
        <p className="eyebrow text-muted-foreground">Script Builder</p>
        <h2 className="text-body leading-[1.35]">{fix.title}</h2>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-7 py-1 max-sm:px-4">
        <CodeEditor label="Script" language={languageOf(script)} value={script} onChange={change} fill />
      </div>
      <footer className="flex flex-none flex-wrap items-center justify-end gap-2 px-7 py-3 max-sm:px-4">
        {attach.error ? (
          <p role="alert" className="basis-full text-row text-danger">
            Not submitted, your text is kept. {fixConflictText(attach.error) ?? messageOf(attach.error)}
          </p>
        ) : null}
        <p className="mr-auto flex flex-wrap items-center gap-x-3 text-hint text-muted-foreground">
          {draft.restored && !untouched ? "Draft restored" : "Nothing is run from here."}
          {untouched ? null : (
            <TextButton icon={RotateCcw} className="!text-hint" onClick={reset}>
              Start over
            </TextButton>
          )}
        </p>
        <Button
          variant="primary"
          busy={attach.isPending}
          disabledReason={
            untouched ? "Write the script first" : script.length > MAX ? "At most 50,000 characters" : null
          }
          onClick={submit}
        >
          Submit script
        </Button>
      </footer>
    </section>
  );
}

/** The description of the fix as comment lines, so that it stays in sight while the script is written. */
function asComment(fix: Fix): string {
  const lines = fixSections(fix.description).flatMap((section) => [
    ...(section.title ? [section.title] : []),
    ...section.text.split("\n"),
    ...section.steps.map((step, index) => `${index + 1}. ${step}`),
  ]);
  const words = [fix.title, ...lines].map((line) => line.replace(/[*`]/g, "").trim()).filter(Boolean);
  return `${words.flatMap(wrapped).join("\n")}\n\n`;
}

function wrapped(line: string): readonly string[] {
  const rows: string[] = [];
  let row = "#";
  for (const word of line.split(/\s+/)) {
    if (row.length + word.length >= COMMENT_WIDTH) {
      rows.push(row);
      row = "#";
    }
    row += ` ${word}`;
  }
  return [...rows, row];
}
