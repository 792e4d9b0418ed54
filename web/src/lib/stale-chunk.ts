import { servesAnotherBuild } from "./build";

const KEY = "rf-stale-reload";
const AGAIN_AFTER_MS = 60_000;

/**
 * After an upgrade an open page may ask for a file that no longer exists: reload once, which loads the new page. A server that cannot be
 * reached is no upgrade, and a second failure within a minute is a real one: both stay on the page.
 */
export function reloadOnStaleChunk(
  reload: () => void = () => window.location.reload(),
  upgraded: () => Promise<boolean> = servesAnotherBuild,
): () => void {
  const onError = async () => {
    const last = Number(sessionStorage.getItem(KEY) ?? 0);
    if (Date.now() - last >= AGAIN_AFTER_MS && (await upgraded())) {
      sessionStorage.setItem(KEY, String(Date.now()));
      reload();
    }
  };
  window.addEventListener("vite:preloadError", onError);
  return () => window.removeEventListener("vite:preloadError", onError);
}
