import { useEffect, useRef, useSyncExternalStore } from "react";

/**
 * Keyboard shortcuts. The newest registration of a combination wins (a page over the shell). Single keys are ignored while someone
 * types and can be switched off; combinations with Mod always work.
 */
export interface Shortcut {
  /** `Mod+K`, `Mod+.`, `?`, `J`, `1`, `Escape`; letters in capitals. */
  readonly keys: string;
  /** What it does, for the overlay. */
  readonly label: string;
  /** Heading in the overlay. */
  readonly group: string;
}

interface Entry extends Shortcut {
  /** Return `false` to let the key through; anything else takes it. */
  readonly run: (event: KeyboardEvent) => unknown;
}

let entries: readonly Entry[] = [];
let singleKeys = true;
const listeners = new Set<() => void>();

export function setSingleKeysEnabled(enabled: boolean): void {
  singleKeys = enabled;
}

export function registerShortcut(shortcut: Shortcut, run: Entry["run"]): () => void {
  const entry: Entry = { ...shortcut, run };
  entries = [...entries, entry];
  changed();
  return () => {
    entries = entries.filter((one) => one !== entry);
    changed();
  };
}

/** Registers a shortcut while the component is shown and `enabled`. */
export function useShortcut(shortcut: Shortcut, run: Entry["run"], enabled = true): void {
  const { keys, label, group } = shortcut;
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    if (enabled) {
      return registerShortcut({ keys, label, group }, (event) => latest.current(event));
    }
    return undefined;
  }, [keys, label, group, enabled]);
}

/** What is registered now, newest first and without doubles, for the overlay. */
export function useShortcuts(): readonly Shortcut[] {
  const all = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => entries,
  );
  const shown = new Map<string, Shortcut>();
  for (const entry of all) {
    shown.set(entry.keys, entry);
  }
  return [...shown.values()];
}

function changed(): void {
  for (const listener of listeners) {
    listener();
  }
}

/** The name of the pressed combination, as written in `Shortcut.keys`. */
export function keysOf(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  return mod ? `Mod+${key}` : event.altKey ? `Alt+${key}` : key;
}

/** The element itself, also inside the shadow root of an editor, where `target` names only its host. */
function typing(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0] ?? event.target;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName)) &&
    !["checkbox", "radio", "button"].includes(target.getAttribute("type") ?? "")
  );
}

/** Listens on the window; call once, in the shell. Returns the way to stop. */
export function startShortcuts(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) {
      return;
    }
    const keys = keysOf(event);
    const single = !keys.startsWith("Mod+") && !keys.startsWith("Alt+");
    if (single && keys !== "Escape" && (!singleKeys || typing(event) || inDialog(event.target))) {
      return;
    }
    for (const entry of entries.toReversed()) {
      if (entry.keys === keys && entry.run(event) !== false) {
        event.preventDefault();
        return;
      }
    }
  };
  window.addEventListener("keydown", onKey);
  return () => window.removeEventListener("keydown", onKey);
}

/** Keys pressed in a menu, listbox or dialog belong to it. */
function inDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="menu"],[role="listbox"],[role="dialog"]') !== null;
}
