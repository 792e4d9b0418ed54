const KEY = "rf-stale-reload";
const AGAIN_AFTER_MS = 60_000;

/**
 * After an upgrade an open page may ask for a file that no longer exists: reload once, which loads the new page. A second failure
 * within a minute is a real one and goes to the error of the route.
 */
export function reloadOnStaleChunk(reload: () => void = () => window.location.reload()): () => void {
  const onError = (event: Event) => {
    const last = Number(sessionStorage.getItem(KEY) ?? 0);
    if (Date.now() - last < AGAIN_AFTER_MS) {
      return;
    }
    sessionStorage.setItem(KEY, String(Date.now()));
    event.preventDefault();
    reload();
  };
  window.addEventListener("vite:preloadError", onError);
  return () => window.removeEventListener("vite:preloadError", onError);
}
