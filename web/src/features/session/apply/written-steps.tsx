import type { ReactNode } from "react";
import { fixConflictText, useFixAct } from "@/api/fixes";
import type { Fix } from "@/api/session-types";
import { Button, Checkbox } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { useDraft } from "@/lib/drafts";
import { useSession } from "../context";
import { FactText } from "../lane/fact-text";
import { stepsIntro, writtenSteps } from "../model/banner-state";
import { useSessionUi } from "../session-ui";

/** The steps of a fix that is done by hand; ticks are kept in this browser. *I did this* starts verifying. */
export function WrittenSteps({ fix }: { readonly fix: Fix }): ReactNode {
  const { id, canWrite } = useSession();
  const { set } = useSessionUi();
  const act = useFixAct(id);
  const ticks = useDraft(`steps/${fix.id}`);
  const done = new Set(ticks.text.split(",").filter(Boolean).map(Number));
  const steps = writtenSteps(fix.description);
  const intro = stepsIntro(fix.description);
  const proposed = fix.status === "proposed" && fix.applied_at === null;
  const toggle = (index: number, on: boolean) => {
    const next = new Set(done);
    if (on) {
      next.add(index);
    } else {
      next.delete(index);
    }
    ticks.setText([...next].sort((a, b) => a - b).join(","));
  };
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-3 max-sm:px-4">
        {intro ? <p className="mb-2 text-bubble text-primary">{intro}</p> : null}
        <ol className="flex flex-col gap-1">
          {steps.map((step, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the steps of one fix never move
            <li key={index}>
              <Checkbox
                checked={done.has(index)}
                onChange={(on) => toggle(index, on)}
                disabled={!canWrite}
                className="!items-start [&>button]:mt-0.5"
                label={
                  <span className={done.has(index) ? "text-muted-foreground" : "text-primary"}>
                    <FactText text={step} />
                  </span>
                }
              />
            </li>
          ))}
        </ol>
      </div>
      {canWrite && proposed ? (
        <footer className="flex flex-none flex-wrap items-center justify-end gap-2 border-t border-default px-5 py-2.5 max-sm:px-4">
          {act.error ? (
            <p role="alert" className="mr-auto text-row text-danger">
              {fixConflictText(act.error) ?? messageOf(act.error)}
            </p>
          ) : (
            <p className="mr-auto text-hint text-muted-foreground">
              {done.size === 0 ? `${steps.length} steps` : `${done.size} of ${steps.length} ticked`}
            </p>
          )}
          <Button
            variant="primary"
            busy={act.isPending}
            onClick={() => act.mutate({ act: "did", fix }, { onSuccess: () => set({ surface: "none" }) })}
          >
            I did this
          </Button>
        </footer>
      ) : null}
    </>
  );
}
