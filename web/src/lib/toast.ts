import { useSyncExternalStore } from "react";
import { announce } from "./announce";
import { messageOf } from "./api-error";

export type ToastTone = "success" | "info" | "warning" | "error";

export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export interface ToastItem {
  readonly id: number;
  readonly tone: ToastTone;
  readonly message: string;
  readonly action: ToastAction | null;
}

const SHOWN_AT_MOST = 3;
const told = new WeakSet<object>();
let items: readonly ToastItem[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function publish(next: readonly ToastItem[]): void {
  items = next;
  for (const listener of listeners) {
    listener();
  }
}

function show(tone: ToastTone, message: string, action?: ToastAction): number {
  const same = items.find((item) => item.tone === tone && item.message === message);
  if (same) {
    return same.id;
  }
  const item: ToastItem = { id: nextId++, tone, message, action: action ?? null };
  publish([...items, item].slice(-SHOWN_AT_MOST));
  announce(message, tone === "error" ? "assertive" : "polite");
  return item.id;
}

/** Short news in the corner: 5 s, errors stay; at most three at once; the server's own words as they are. */
export const toast = {
  success: (message: string, action?: ToastAction) => show("success", message, action),
  info: (message: string, action?: ToastAction) => show("info", message, action),
  warning: (message: string, action?: ToastAction) => show("warning", message, action),
  /** Tells a failure once, however many places catch the same error. */
  error: (error: unknown, action?: ToastAction) => {
    if (typeof error === "object" && error !== null) {
      if (told.has(error)) {
        return 0;
      }
      told.add(error);
    }
    return show("error", typeof error === "string" ? error : messageOf(error), action);
  },
  dismiss: (id: number) => publish(items.filter((item) => item.id !== id)),
  clear: () => publish([]),
};

export function useToasts(): readonly ToastItem[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => items,
  );
}
