import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Pixels from the top within which new facts count as seen. */
const SEEN = 24;

/**
 * Facts that arrive above what is being worked on do not push it down: the list scrolls by their height in the same frame, and the
 * number of facts that came in above is given back, until somebody scrolls up to them. What the person adds is left alone.
 */
export function useKeepPlace(
  scroller: RefObject<HTMLElement | null>,
  above: RefObject<HTMLElement | null>,
  count: number,
): { readonly unseen: number; readonly show: () => void } {
  const height = useRef<number | null>(null);
  const before = useRef(count);
  const [unseen, setUnseen] = useState(0);

  useLayoutEffect(() => {
    const list = scroller.current;
    const box = above.current;
    const more = count - before.current;
    before.current = count;
    if (!list || !box || height.current === null || more <= 0 || box.contains(document.activeElement)) {
      return;
    }
    const grown = box.offsetHeight - height.current;
    // Further down the browser keeps the place itself; with nothing to scroll there is none to keep.
    if (grown > 0 && list.scrollTop < SEEN && list.scrollHeight - list.clientHeight >= grown) {
      list.scrollTop += grown;
      setUnseen((now) => now + more);
    }
  }, [count, scroller, above]);

  useEffect(() => {
    const list = scroller.current;
    const box = above.current;
    if (!list || !box) {
      return undefined;
    }
    const sizes = new ResizeObserver(() => {
      height.current = box.offsetHeight;
    });
    const onScroll = () => {
      if (list.scrollTop < SEEN) {
        setUnseen(0);
      }
    };
    sizes.observe(box);
    list.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      sizes.disconnect();
      list.removeEventListener("scroll", onScroll);
    };
  }, [scroller, above]);

  return { unseen, show: () => scroller.current?.scrollTo({ top: 0 }) };
}
