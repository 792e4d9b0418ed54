import { useSyncExternalStore } from "react";

/**
 * Whether the server was upgraded under this page. The page carries the id of its build, every answer the id of the one that is served
 * now. Nothing reloads by itself: that is the person's to decide.
 */

const listeners = new Set<() => void>();
let newer = false;

function ownBuild(): string | null {
  return document.querySelector<HTMLMetaElement>('meta[name="rf-build"]')?.content || null;
}

/** Compares the build an answer names with the page's own. An answer without one (a proxy's, a dev server's) says nothing. */
export function noteBuild(response: Response): void {
  const served = response.headers.get("X-RF-Build");
  const own = ownBuild();
  const differs = own !== null && served !== null && served !== own;
  // Back on the page's own build (an upgrade that was undone): nothing to reload for.
  if (served !== null && differs !== newer) {
    newer = differs;
    for (const listener of listeners) {
      listener();
    }
  }
}

/** Asks the server which build it serves now; false while it cannot be reached. */
export async function servesAnotherBuild(): Promise<boolean> {
  try {
    noteBuild(await fetch("/healthz", { cache: "no-store" }));
    return newer;
  } catch {
    return false;
  }
}

/** True while the server serves another build than this page's. */
export function useNewVersion(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => newer,
  );
}
