import { useSyncExternalStore } from "react";

/** Words for people who listen: short, said once, never the only carrier. */
export type Politeness = "polite" | "assertive";

interface Spoken {
  readonly polite: string;
  readonly assertive: string;
}

let spoken: Spoken = { polite: "", assertive: "" };
let flip = false;
const listeners = new Set<() => void>();

export function announce(text: string, politeness: Politeness = "polite"): void {
  // The same sentence twice is only read again when the text differs: a no-break space at the end makes it so.
  flip = !flip;
  spoken = { ...spoken, [politeness]: flip ? text : `${text}\u00a0` };
  for (const listener of listeners) {
    listener();
  }
}

export function useSpoken(): Spoken {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => spoken,
  );
}
