import { type FixAct, fixConflictText, useFixAct } from "@/api/fixes";
import type { Fix, FixOutcome } from "@/api/session-types";
import { announce } from "@/lib/announce";
import { messageOf } from "@/lib/api-error";
import { deleteDraft } from "@/lib/drafts";
import { toast } from "@/lib/toast";
import { useSession } from "../context";
import { useOpenNote } from "../resolve/use-start-resolve";
import { useSessionUi } from "../session-ui";

/** Where a half-written note on an outcome is kept: a refusal or a reload leaves it there. */
export const noteKey = (fix: Fix, kind: "failed" | "partial") => `outcome/${fix.id}/${kind}`;

/** Records what a person says about a fix; shown at once, put back with the reason when refused. */
export function useOutcome(fix: Fix) {
  const { id } = useSession();
  const { set } = useSessionUi();
  const { openNote } = useOpenNote();
  const act = useFixAct(id);
  const told = (error: unknown) => {
    toast.error(fixConflictText(error) ?? messageOf(error));
  };
  // Promises, not callbacks: the banner that was pressed is replaced at once by what comes next.
  const { mutateAsync } = act;
  const record = (outcome: FixOutcome, notes = "", after?: () => void) => {
    mutateAsync({ act: "outcome", fix, outcome, ...(notes ? { notes } : {}) }).then(() => {
      void deleteDraft(noteKey(fix, "failed"));
      void deleteDraft(noteKey(fix, "partial"));
      after?.();
    }, told);
  };
  const quiet = (input: FixAct) => {
    mutateAsync(input).catch(told);
  };
  return {
    busy: act.isPending,
    /** It worked: the focus goes to *Resolve*. */
    worked: () =>
      record("applied_success", "", () => {
        announce("Ready to resolve");
        set({ readyToResolve: performance.now() });
      }),
    /** It worked and the note is to be written: opens the preview, posts nothing. */
    workedAndResolve: () => record("applied_success", "", openNote),
    failed: (reason: string) => record("applied_failed", reason),
    partial: (notes: string) => record("applied_partial", notes),
    dismiss: () => quiet({ act: "dismiss", fix }),
    finish: () => quiet({ act: "finish", fix }),
    notYet: () => quiet({ act: "notYet", fix }),
  };
}
