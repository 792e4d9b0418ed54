import { Link } from "@tanstack/react-router";
import { BookmarkPlus, Check, Copy, type LucideIcon, Play, RotateCcw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { fixConflictText, useFixAct } from "@/api/fixes";
import type { Fix } from "@/api/session-types";
import { Button, CodeEditor, Pill, TextButton } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { cx } from "@/lib/cx";
import { useDraft } from "@/lib/drafts";
import { useCopy } from "@/lib/hooks";
import { scrub } from "@/lib/secrets";
import { useSession } from "../context";
import { languageOf } from "../model/script-language";

const MAX = 50_000;

/**
 * The drafted script, editable. Both ways to run it record the run and give the exact script to copy; the product runs nothing. Kept
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
  const wrong = script.trim() === "" ? "The script is empty" : script.length > MAX ? "At most 50,000 characters" : null;
  const run = (way: "oneOff" | "keep") => {
    if (wrong === null && !act.isPending) {
      act.mutate({ act: way, fix, script }, { onSuccess: draft.discard });
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
          <p className="mt-1.5 text-row text-primary">
            Run it on the client's machine, then tell the outcome.
            {fix.user_decision === "draft_template" ? (
              <>
                {" "}
                It is kept as a draft:{" "}
                <Link to="/scripts/drafts/{-$draftId}" className="underline">
                  review it under Script drafts
                </Link>
                .
              </>
            ) : null}
          </p>
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
          <fieldset
            aria-label="How to run it"
            className="grid basis-full grid-cols-2 gap-2.5 border-0 p-0 @max-[720px]:grid-cols-1"
          >
            <Way
              icon={Play}
              title="Run as one-off"
              hint="Quickest. Nobody else gains from it."
              wrong={wrong}
              busy={act.isPending}
              onPress={() => run("oneOff")}
            />
            <Way
              icon={BookmarkPlus}
              title="Run now, templatize after resolve"
              hint="Runs the same. A short review follows; only what worked is kept."
              recommended
              wrong={wrong}
              busy={act.isPending}
              onPress={() => run("keep")}
            />
          </fieldset>
        ) : null}
      </footer>
    </>
  );
}

interface WayProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly hint: string;
  readonly recommended?: boolean;
  readonly wrong: string | null;
  readonly busy: boolean;
  readonly onPress: () => void;
}

/** One way to go on with the script, as a card that is a button. */
function Way({ icon: Icon, title, hint, recommended = false, wrong, busy, onPress }: WayProps): ReactNode {
  return (
    <button
      type="button"
      aria-disabled={wrong !== null || busy || undefined}
      onClick={onPress}
      className={cx(
        "grid grid-cols-[18px_minmax(0,1fr)] content-start gap-x-2.5 rounded-card border px-3.5 py-2.5 text-left transition-colors duration-[120ms]",
        wrong !== null
          ? "border-dashed border-hover text-muted"
          : recommended
            ? "role-accent border-role bg-role-dim hover:bg-role-dim-strong"
            : "border-hover bg-card hover:bg-elevated",
      )}
    >
      <Icon size={16} className={cx("mt-0.5", recommended && wrong === null && "text-accent")} aria-hidden />
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className={cx("text-bubble font-semibold", wrong === null && "text-heading")}>{title}</span>
        {recommended ? <Pill tone="accent">Recommended</Pill> : null}
      </span>
      <span className={cx("col-start-2 text-hint", wrong === null ? "text-muted-foreground" : "text-muted")}>
        {wrong ?? hint}
      </span>
    </button>
  );
}
