import { useCallback, useEffect } from "react";
import { toast } from "./toast";

/** After the page has come to rest. */
const AHEAD_MS = 1500;

/** Runs `act` once when the browser has nothing to do; the result takes it back. */
export function whenIdle(act: () => void): () => void {
  if (typeof requestIdleCallback !== "function") {
    const timer = setTimeout(act, AHEAD_MS);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(act, { timeout: AHEAD_MS });
  return () => cancelIdleCallback(handle);
}

/**
 * Fetches a part of the app that is loaded when it is first shown (`lazy`), so that a press finds it there. What it gives runs an act once
 * the part is there, and says so (and runs `failed`) when it cannot be fetched. `load` never changes.
 */
export function useAhead(load: () => Promise<unknown>): (act: () => void, failed?: () => void) => void {
  useEffect(() => {
    // One that cannot be fetched now is fetched when it is asked for.
    const timer = setTimeout(() => void load().catch(() => undefined), AHEAD_MS);
    return () => clearTimeout(timer);
  }, [load]);
  return useCallback(
    (act, failed) =>
      void load().then(act, () => {
        toast.error("This could not be loaded. Nothing was changed: check the connection and try again.");
        failed?.();
      }),
    [load],
  );
}
