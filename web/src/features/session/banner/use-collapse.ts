import { useEffect, useRef, useState } from "react";

const COLLAPSE_AFTER_MS = 30_000;
const BUSY_EVENTS = ["pointermove", "pointerleave", "focusin", "focusout", "keydown"] as const;

const key = (fixId: string) => `rf-collapsed/${fixId}`;

function read(fixId: string): boolean {
  try {
    return localStorage.getItem(key(fixId)) !== null;
  } catch {
    return false;
  }
}

/** Whether the proposal is a strip: per fix, kept in this browser. */
export function useCollapsed(fixId: string): {
  readonly collapsed: boolean;
  readonly setCollapsed: (collapsed: boolean) => void;
} {
  const [collapsed, show] = useState(() => read(fixId));
  return {
    collapsed,
    setCollapsed: (next) => {
      show(next);
      try {
        if (next) {
          localStorage.setItem(key(fixId), "1");
        } else {
          localStorage.removeItem(key(fixId));
        }
      } catch {
        // Not remembered then: it stands open after a reload and collapses anew.
      }
    },
  };
}

/** Calls `then` after 30 s in which nobody pointed at, focused or typed in the box. */
export function useQuietFor(box: { readonly current: HTMLElement | null }, enabled: boolean, then: () => void): void {
  const latest = useRef(then);
  latest.current = then;
  useEffect(() => {
    const element = box.current;
    if (!enabled || !element) {
      return undefined;
    }
    let timer: ReturnType<typeof setTimeout>;
    const start = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const busy = element.matches(":hover") || element.contains(document.activeElement);
        if (busy) {
          start();
        } else {
          latest.current();
        }
      }, COLLAPSE_AFTER_MS);
    };
    start();
    for (const name of BUSY_EVENTS) {
      element.addEventListener(name, start);
    }
    return () => {
      clearTimeout(timer);
      for (const name of BUSY_EVENTS) {
        element.removeEventListener(name, start);
      }
    };
  }, [box, enabled]);
}
