import { useState } from "react";
import { useFixAct } from "@/api/fixes";
import { toast } from "@/lib/toast";
import { useSession } from "../context";
import { isPartial, isVerifying } from "../model/banner-state";
import { useSessionUi } from "../session-ui";

/**
 * What *Resolve* does first: while Verifying it records that the fix worked; while Partial, or when the pilot read another outcome
 * than success, it asks; then the note opens. Nothing is posted here.
 */
export function useStartResolve() {
  const { id, fix, detail } = useSession();
  const { set } = useSessionUi();
  const act = useFixAct(id);
  const [busy, setBusy] = useState(false);

  const start = () => {
    if (detail.open_write) {
      set({ resolve: "result", laneOpen: false });
      return;
    }
    const proposal = fix?.ai_outcome_proposal;
    if (fix && (isPartial(fix) || (isVerifying(fix) && proposal && proposal.outcome !== "success"))) {
      set({ resolve: "before", laneOpen: false });
      return;
    }
    if (fix && isVerifying(fix)) {
      setBusy(true);
      act
        .mutateAsync({ act: "outcome", fix, outcome: "applied_success" })
        .then(
          () => set({ resolve: "note", laneOpen: false }),
          (error: unknown) => toast.error(error),
        )
        .finally(() => setBusy(false));
      return;
    }
    set({ resolve: "note", laneOpen: false });
  };
  return { start, busy };
}
