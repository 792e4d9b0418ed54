import { SquareTerminal } from "lucide-react";
import type { ReactNode } from "react";
import { fixConflictText, useFixAct } from "@/api/fixes";
import type { Fix } from "@/api/session-types";
import { Button, Checkbox } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { useDraft } from "@/lib/drafts";
import { RichText } from "../chat/rich-text";
import { useSession } from "../context";
import { FactText } from "../lane/fact-text";
import { type FixSection, fixSections, needsScript } from "../model/banner-state";
import { useSessionUi } from "../session-ui";

/** The steps of a fix that is done by hand; ticks are kept in this browser. *I did this* starts verifying. */
export function WrittenSteps({ fix }: { readonly fix: Fix }): ReactNode {
  const { id, canWrite } = useSession();
  const { set } = useSessionUi();
  const act = useFixAct(id);
  const ticks = useDraft(`steps/${fix.id}`);
  const done = new Set(ticks.text.split(",").filter(Boolean).map(Number));
  const sections = numbered(fixSections(fix.description));
  const count = sections.reduce((sum, section) => sum + section.steps.length, 0);
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
        {sections.map((section) => (
          <div key={section.first} className="mt-2.5 first:mt-0">
            {section.title ? <h3 className="!font-sans text-row !tracking-normal">{section.title}</h3> : null}
            {section.text ? (
              <div className="text-bubble text-primary">
                <RichText text={section.text} />
              </div>
            ) : null}
            {section.steps.length > 0 ? (
              <ol className="mt-1 flex flex-col gap-1">
                {section.steps.map((step, offset) => {
                  const index = section.first + offset;
                  return (
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
                  );
                })}
              </ol>
            ) : null}
          </div>
        ))}
      </div>
      {canWrite && proposed ? (
        <footer className="flex flex-none flex-wrap items-center justify-end gap-2 border-t border-default px-5 py-2.5 max-sm:px-4">
          {act.error ? (
            <p role="alert" className="mr-auto text-row text-danger">
              {fixConflictText(act.error) ?? messageOf(act.error)}
            </p>
          ) : (
            <p className="mr-auto text-hint text-muted-foreground">
              {done.size === 0 ? `${count} steps` : `${done.size} of ${count} ticked`}
            </p>
          )}
          {needsScript(fix) ? (
            <Button icon={SquareTerminal} onClick={() => set({ surface: "none", tab: "builder" })}>
              Draft a script
            </Button>
          ) : null}
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

/** Each section with the number of its first step, counted over all of them; a section without steps gets one of its own below zero. */
function numbered(sections: readonly FixSection[]): ReadonlyArray<FixSection & { readonly first: number }> {
  let next = 0;
  return sections.map((section, at) => {
    const first = section.steps.length > 0 ? next : -1 - at;
    next += section.steps.length;
    return { ...section, first };
  });
}
