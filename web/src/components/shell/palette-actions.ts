import type { LucideIcon } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";

/** An act a page offers in the palette while it is shown. */
export interface PaletteAction {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly keys?: string;
  readonly run: () => void;
}

let actions: readonly PaletteAction[] = [];
const listeners = new Set<() => void>();

function publish(next: readonly PaletteAction[]): void {
  actions = next;
  for (const listener of listeners) {
    listener();
  }
}

/** Offers these acts in the palette while the component is shown. Keep the list stable with useMemo. */
export function useOfferActions(offered: readonly PaletteAction[]): void {
  useEffect(() => {
    publish([...actions, ...offered]);
    return () => publish(actions.filter((action) => !offered.includes(action)));
  }, [offered]);
}

export function useOfferedActions(): readonly PaletteAction[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => actions,
  );
}
