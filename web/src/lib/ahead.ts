import { useEffect } from "react";

/** After the page has come to rest. */
const AHEAD_MS = 1500;

/** Fetches a part of the app that is loaded when it is first shown (`lazy`), so that a press finds it there. `load` never changes. */
export function useAhead(load: () => Promise<unknown>): void {
  useEffect(() => {
    // One that cannot be fetched now is fetched when it is shown.
    const timer = setTimeout(() => void load().catch(() => undefined), AHEAD_MS);
    return () => clearTimeout(timer);
  }, [load]);
}
