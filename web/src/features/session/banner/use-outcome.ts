import { fixConflictText, useFixAct } from "@/api/fixes";
import type { Fix, FixOutcome } from "@/api/session-types";
import { announce } from "@/lib/announce";
import { messageOf } from "@/lib/api-error";
import { toast } from "@/lib/toast";
import { useSession } from "../context";
import { useSessionUi } from "../session-ui";

/** Records what a person says about a fix; shown at once, put back with the reason when refused. */
export function useOutcome(fix: Fix) {
  const { id } = useSession();
  const { set, readyToResolve } = useSessionUi();
  const act = useFixAct(id);
  const told = (error: unknown) => {
    toast.error(fixConflictText(error) ?? messageOf(error));
  };
  const record = (outcome: FixOutcome, notes = "", after?: () => void) => {
    act.mutate(
      { act: "outcome", fix, outcome, ...(notes ? { notes } : {}) },
      { onSuccess: () => after?.(), onError: told },
    );
  };
  return {
    busy: act.isPending,
    /** It worked: the focus goes to *Resolve*. */
    worked: () =>
      record("applied_success", "", () => {
        announce("Ready to resolve");
        set({ readyToResolve: readyToResolve + 1 });
      }),
    /** It worked and the note is to be written: opens the preview, posts nothing. */
    workedAndResolve: () => record("applied_success", "", () => set({ resolve: "note" })),
    failed: (reason: string) => record("applied_failed", reason),
    partial: (notes: string) => record("applied_partial", notes),
    dismiss: () => act.mutate({ act: "dismiss", fix }, { onError: told }),
    finish: () => act.mutate({ act: "finish", fix }, { onError: told }),
    notYet: () => act.mutate({ act: "notYet", fix }, { onError: told }),
  };
}
