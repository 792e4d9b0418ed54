import { clear, createStore, del, get, set, type UseStore } from "idb-keyval";
import { useCallback, useEffect, useRef, useState } from "react";

/**
 * Text that is being typed, kept in this browser: per user, account and key, written within 300 ms, deleted on send, discard and
 * sign-out. What cannot be stored (a private window) is simply not restored.
 */

const SAVE_AFTER_MS = 200;
let store: UseStore | null = null;
let owner: string | null = null;

function database(): UseStore {
  store ??= createStore("rf-drafts", "drafts");
  return store;
}

/** Whose drafts are read and written from now on; null when nobody is signed in. */
export function setDraftOwner(person: { userId: string; accountId: string } | null): void {
  owner = person ? `${person.userId}/${person.accountId}` : null;
}

function fullKey(key: string): string | null {
  return owner ? `${owner}/${key}` : null;
}

export async function loadDraft(key: string): Promise<string | null> {
  const full = fullKey(key);
  if (!full) {
    return null;
  }
  try {
    return (await get<string>(full, database())) ?? null;
  } catch {
    return null;
  }
}

export async function saveDraft(key: string, text: string): Promise<void> {
  const full = fullKey(key);
  if (!full) {
    return;
  }
  try {
    await (text === "" ? del(full, database()) : set(full, text, database()));
  } catch {
    // Storage full or switched off: the text is still on the screen.
  }
}

export function deleteDraft(key: string): Promise<void> {
  return saveDraft(key, "");
}

/** Removes every draft of this browser. Called on sign-out. */
export async function clearDrafts(): Promise<void> {
  try {
    await clear(database());
  } catch {
    // Nothing was stored then.
  }
}

export interface Draft {
  readonly text: string;
  readonly setText: (text: string) => void;
  /** True from the moment an older text was put back until it is edited, sent or discarded. */
  readonly restored: boolean;
  /** False until the stored text was looked up; hold autofocus logic, not typing, on it. */
  readonly ready: boolean;
  /** Empties the field and removes the stored text: after sending, or on *Discard*. */
  readonly discard: () => void;
  /** Empties the field alone: the text is on its way, and stays stored until `discard` says that it arrived. */
  readonly release: () => void;
}

/**
 * A text field that survives reload and navigation. `scrub` takes secrets out of what is stored, never out of what is shown. A new
 * key (another session) shows that key's text at once and never carries the old one over.
 */
export function useDraft(key: string, scrub?: (text: string) => string): Draft {
  const [text, show] = useState("");
  const [restored, setRestored] = useState(false);
  const [ready, setReady] = useState(false);
  const [shownKey, setShownKey] = useState(key);
  const pending = useRef<{ key: string; text: string } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const touched = useRef(false);
  const scrubber = useRef(scrub);
  scrubber.current = scrub;

  if (shownKey !== key) {
    setShownKey(key);
    show("");
    setRestored(false);
    setReady(false);
  }

  const flush = useCallback(() => {
    clearTimeout(timer.current);
    const waiting = pending.current;
    pending.current = null;
    if (waiting) {
      void saveDraft(waiting.key, scrubber.current ? scrubber.current(waiting.text) : waiting.text);
    }
  }, []);

  useEffect(() => {
    let current = true;
    touched.current = false;
    void loadDraft(key).then((stored) => {
      if (current) {
        if (stored && !touched.current) {
          show(stored);
          setRestored(true);
        }
        setReady(true);
      }
    });
    window.addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      current = false;
      flush();
      window.removeEventListener("pagehide", flush);
      document.removeEventListener("visibilitychange", flush);
    };
  }, [key, flush]);

  const setText = useCallback(
    (given: string) => {
      // Output pasted from a console may hold NUL characters: unseen here, refused by the server.
      const next = given.replaceAll("\0", "");
      touched.current = true;
      show(next);
      setRestored(false);
      pending.current = { key, text: next };
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, SAVE_AFTER_MS);
    },
    [key, flush],
  );

  const discard = useCallback(() => {
    touched.current = true;
    clearTimeout(timer.current);
    pending.current = null;
    show("");
    setRestored(false);
    void deleteDraft(key);
  }, [key]);

  const release = useCallback(() => {
    touched.current = true;
    flush();
    show("");
    setRestored(false);
  }, [flush]);

  return { text, setText, restored, ready, discard, release };
}
