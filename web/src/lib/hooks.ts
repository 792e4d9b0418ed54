import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";

/** True while the media query matches. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

/** Below 640: sheets, one header menu. */
export const usePhone = () => useMedia("(max-width: 639px)");
/** Below 1024: the rail's lists are off-canvas. */
export const useNarrow = () => useMedia("(max-width: 1023px)");
/** Below 1200: the lane is a drawer. */
export const useLaneDrawer = () => useMedia("(max-width: 1199px)");

export function useOnline(): boolean {
  return useSyncExternalStore(
    (listener) => {
      window.addEventListener("online", listener);
      window.addEventListener("offline", listener);
      return () => {
        window.removeEventListener("online", listener);
        window.removeEventListener("offline", listener);
      };
    },
    () => navigator.onLine,
  );
}

/** The value, `ms` after it last changed. */
export function useDebounced<T>(value: T, ms: number): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return late;
}

/**
 * True while something is worth showing as loading: not in the first 150 ms, and then for at least 300 ms, so that nothing flickers.
 */
export function useLoadingShown(loading: boolean): boolean {
  const [shown, setShown] = useState(false);
  const since = useRef(0);
  useEffect(() => {
    if (loading) {
      const timer = setTimeout(() => {
        since.current = performance.now();
        setShown(true);
      }, 150);
      return () => clearTimeout(timer);
    }
    const left = Math.max(0, 300 - (performance.now() - since.current));
    const timer = setTimeout(() => setShown(false), left);
    return () => clearTimeout(timer);
  }, [loading]);
  return shown;
}

/** `document.title`: "{session} - {client} - ResolutionFlow"; without parts the product line. */
export function useTitle(...parts: ReadonlyArray<string | null | undefined>): void {
  const words = parts.filter((part): part is string => Boolean(part));
  const title =
    words.length === 0
      ? "ResolutionFlow - AI-Powered Troubleshooting for MSPs"
      : [...words, "ResolutionFlow"].join(" - ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** Copies text; `copied` is true for two seconds after. Works on plain HTTP too, where the clipboard interface is missing. */
export function useCopy(): { readonly copied: boolean; readonly copy: (text: string) => Promise<boolean> } {
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = useCallback(async (text: string) => {
    const done = await writeClipboard(text);
    if (done) {
      setCopied(true);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setCopied(false), 2000);
    }
    return done;
  }, []);
  return { copied, copy };
}

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "sr-only";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
