import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** Within this many px of the end the view counts as following it. */
const NEAR = 80;

export interface FollowEnd {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** New text arrived below while the reader is further up. */
  readonly newBelow: boolean;
  readonly toEnd: () => void;
  /** Go to the end with the next change, for example after sending. */
  readonly follow: () => void;
}

/**
 * Keeps the end in view while the reader is near it, and otherwise keeps still what is being read. Also when the box gets smaller
 * (banner, keyboard): whoever stood at the end stays there. `version` changes when text was added.
 */
export function useFollowEnd(version: unknown): FollowEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [newBelow, setNewBelow] = useState(false);

  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (element) {
      element.scrollTop = element.scrollHeight;
    }
    following.current = true;
    setNewBelow(false);
  }, []);

  useEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (!element || !inner) {
      return undefined;
    }
    let height = element.clientHeight;
    const onScroll = () => {
      // A box that shrank fires a scroll of its own: that is no reader leaving the end.
      if (element.clientHeight !== height) {
        height = element.clientHeight;
        return;
      }
      const near = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR;
      following.current = near;
      if (near) {
        setNewBelow(false);
      }
    };
    const sizes = new ResizeObserver(() => {
      if (following.current) {
        element.scrollTop = element.scrollHeight;
      }
      height = element.clientHeight;
    });
    sizes.observe(element);
    sizes.observe(inner);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, []);

  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says when there is something new
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) {
      return;
    }
    if (following.current) {
      element.scrollTop = element.scrollHeight;
    } else if (!first.current) {
      setNewBelow(true);
    }
    first.current = false;
  }, [version]);

  const follow = useCallback(() => {
    following.current = true;
  }, []);

  return { scroller, content, newBelow, toEnd, follow };
}
