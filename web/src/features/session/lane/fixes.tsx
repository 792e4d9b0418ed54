import { RotateCcw, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { useFixAct, useFixHistory } from "@/api/fixes";
import type { Fix } from "@/api/session-types";
import { Pill, TextButton, type Tone } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { useSession } from "../context";
import { OUTCOME_WORDS } from "../model/banner-state";
import { fixHistory } from "../model/lane-model";
import { LaneSection } from "./section";

/** Fixes that are no longer in the banner: put aside untried, and tried ones with what came of them. */
export function FixesSection(): ReactNode {
  const { id, detail } = useSession();
  const history = useFixHistory(id, detail.counts.fixes > 0);
  if (!history.data) {
    return null;
  }
  const { dismissed, tried } = fixHistory(history.data);
  return (
    <>
      {dismissed.length > 0 ? (
        <LaneSection title="Dismissed proposals" tone="neutral" meta={String(dismissed.length)}>
          {dismissed.map((fix) => (
            <FixRow key={fix.id} fix={fix} action="restore" />
          ))}
        </LaneSection>
      ) : null}
      {tried.length > 0 ? (
        <LaneSection title="Tried fixes" tone="neutral" meta={String(tried.length)}>
          {tried.map((fix) => (
            <FixRow key={fix.id} fix={fix} action={fix.status === "applied_failed" ? "again" : null} />
          ))}
        </LaneSection>
      ) : null}
    </>
  );
}

const ROLES: Record<Fix["status"], Tone> = {
  applied_success: "success",
  applied_failed: "danger",
  applied_partial: "info",
  dismissed: "neutral",
  proposed: "neutral",
};

function FixRow({ fix, action }: { readonly fix: Fix; readonly action: "restore" | "again" | null }): ReactNode {
  const { id, canWrite, fix: active } = useSession();
  const act = useFixAct(id);
  const reason = fix.failure_reason ?? fix.partial_notes;
  // A failed fix that nothing replaced is still the active one: it cannot be restored over itself.
  const possible =
    canWrite && action !== null && !(active?.id === fix.id && fix.superseded_at === null && action === "restore");
  return (
    <div className="rounded-card border border-dashed border-hover py-1.75 pl-3 pr-2.5">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 text-row font-medium leading-[1.4] text-muted-foreground">{fix.title}</span>
        {action !== "restore" ? <Pill tone={ROLES[fix.status]}>{OUTCOME_WORDS[fix.status]}</Pill> : null}
        {possible ? (
          <TextButton
            icon={action === "restore" ? Undo2 : RotateCcw}
            className="!mx-0"
            aria-busy={act.isPending || undefined}
            onClick={() => act.mutate({ act: "restore", fix })}
          >
            {action === "restore" ? "Restore" : "Try again"}
          </TextButton>
        ) : null}
      </div>
      {reason && action !== "restore" ? <p className="mt-0.5 text-hint text-muted-foreground">{reason}</p> : null}
      {act.error ? (
        <p role="alert" className="mt-1 text-hint text-danger">
          {messageOf(act.error)}
        </p>
      ) : null}
    </div>
  );
}
