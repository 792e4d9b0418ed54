import { useState } from "react";
import { useFixAct } from "@/api/fixes";
import { usePsaStatus } from "@/api/psa";
import { toast } from "@/lib/toast";
import { useSession } from "../context";
import { isPartial, isVerifying } from "../model/banner-state";
import { useSessionUi } from "../session-ui";

/** Opens the note, or lets it be posted by itself where the settings of the PSA say so. */
export function useOpenNote() {
  const { detail } = useSession();
  const { set } = useSessionUi();
  const rules = usePsaStatus().data?.rules;
  const byItself = detail.ticket_ref !== null && rules?.auto_push === "on";
  return { openNote: () => set({ resolve: byItself ? "auto" : "note", resolveWhy: null, laneOpen: false }) };
}

/**
 * What *Resolve* does first: while Verifying it records that the fix worked; while Partial, or when the pilot read another outcome
 * than success, it asks; then the note opens. Nothing is posted here.
 */
export function useStartResolve() {
  const { id, fix, detail } = useSession();
  const { set } = useSessionUi();
  const { openNote } = useOpenNote();
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
        .then(openNote, (error: unknown) => toast.error(error))
        .finally(() => setBusy(false));
      return;
    }
    openNote();
  };
  return { start, busy };
}
