import { type ReactNode, useEffect, useRef } from "react";
import { usePsaStatus } from "@/api/psa";
import { Button } from "@/components/ui";
import { useSession } from "../context";
import { isVerifying } from "../model/banner-state";
import { useStartResolve } from "../resolve/use-start-resolve";
import { useSessionUi } from "../session-ui";

export const RESOLVE_ID = "resolve-button";

/** The foot of the lane: *Resolve*, with one line on what pressing it will do besides. */
export function LaneFoot(): ReactNode {
  const { detail, fix } = useSession();
  const ui = useSessionUi();
  const psa = usePsaStatus();
  const { start, busy } = useStartResolve();
  const button = useRef<HTMLButtonElement>(null);
  const { readyToResolve } = ui;
  useEffect(() => {
    if (readyToResolve > 0) {
      button.current?.focus();
    }
  }, [readyToResolve]);
  if (!detail.permissions.can_resolve) {
    return null;
  }
  const open = ui.resolve !== "closed";
  const hint = isVerifying(fix)
    ? "Resolving records that the fix worked"
    : detail.ticket_ref === null && psa.data
      ? "Saved here, nothing is posted"
      : null;
  return (
    <footer className="flex-none border-t border-default px-3.5 pb-3.5 pt-3 max-sm:px-4 max-sm:pb-[max(16px,env(safe-area-inset-bottom))]">
      {hint ? <p className="mb-2 text-center text-hint text-muted-foreground">{hint}</p> : null}
      <Button
        ref={button}
        id={RESOLVE_ID}
        size="foot"
        variant={open ? "tinted" : "primary"}
        busy={busy}
        aria-expanded={open}
        aria-haspopup="dialog"
        className="w-full"
        onClick={() => (open ? ui.set({ resolve: "closed" }) : start())}
      >
        Resolve
      </Button>
    </footer>
  );
}
