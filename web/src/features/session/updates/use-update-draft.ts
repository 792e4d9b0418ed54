import { useCallback, useEffect, useRef, useState } from "react";
import { type Audience, dropUpdateDraft, saveUpdateDraft, type UpdatePreview } from "@/api/updates";
import type { NoteDraft } from "@/api/write-types";
import { isApiError } from "@/lib/api-error";

const SAVE_AFTER_MS = 600;

export type UpdateDraftState = "clean" | "unsaved" | "saving" | "saved" | "conflict" | "failed";

export interface UpdateDraft {
  /** The text as it stands: the own draft, else the written one. */
  readonly text: string;
  readonly edited: boolean;
  readonly state: UpdateDraftState;
  readonly savedAt: string | null;
  /** The text another tab saved, when it came first. */
  readonly theirs: NoteDraft | null;
  readonly keepMine: () => void;
  readonly useTheirs: () => void;
  readonly setText: (text: string) => void;
  /** Back to the written text. */
  readonly discard: () => void;
  readonly saveNow: () => Promise<void>;
  /** After posting: the server threw the draft away itself. */
  readonly forget: () => void;
}

/** The person's own text for one audience: on the server within a second of typing, so that nothing of it is lost. */
export function useUpdateDraft(sessionId: string, audience: Audience, preview: UpdatePreview | undefined): UpdateDraft {
  const [own, setOwn] = useState<string | null>(null);
  const [state, setState] = useState<UpdateDraftState>("clean");
  const [savedAt, setSavedAt] = useState<string | null>(null);
  const [theirs, setTheirs] = useState<NoteDraft | null>(null);
  const version = useRef(0);
  const waiting = useRef<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const running = useRef<Promise<void>>(Promise.resolve());
  const base = preview?.state_version ?? 0;

  useEffect(() => {
    if (preview && waiting.current === null) {
      version.current = preview.draft?.version ?? 0;
      setOwn(preview.draft?.markdown ?? null);
      setSavedAt(preview.draft?.updated_at ?? null);
      setState(preview.draft ? "saved" : "clean");
    }
  }, [preview]);

  const save = useCallback(async () => {
    const markdown = waiting.current;
    if (markdown === null || markdown.trim() === "") {
      return;
    }
    waiting.current = null;
    setState("saving");
    try {
      const stored = await saveUpdateDraft(sessionId, audience, {
        markdown,
        base_state_version: base,
        version: version.current,
      });
      version.current = stored.version;
      setSavedAt(stored.updated_at);
      setState("saved");
    } catch (error) {
      const current = isApiError(error, "version_conflict") ? currentOf(error.details) : null;
      if (current) {
        version.current = current.version;
      }
      // Kept waiting, so that *Retry* and *Keep mine* send it.
      waiting.current ??= markdown;
      setTheirs(current);
      setState(current ? "conflict" : "failed");
    }
  }, [sessionId, audience, base]);

  const saveNow = useCallback(() => {
    clearTimeout(timer.current);
    running.current = running.current.then(save);
    return running.current;
  }, [save]);
  const leave = useRef(saveNow);
  // Two texts wait for a person's choice: leaving the dialog does not make it.
  leave.current = () => (state === "conflict" ? Promise.resolve() : saveNow());
  useEffect(() => () => void leave.current(), []);

  return {
    text: own ?? preview?.markdown ?? "",
    edited: own !== null,
    state,
    savedAt,
    theirs,
    keepMine: () => {
      setTheirs(null);
      void saveNow();
    },
    useTheirs: () => {
      if (theirs) {
        clearTimeout(timer.current);
        waiting.current = null;
        setOwn(theirs.markdown);
        setSavedAt(theirs.updated_at);
        setTheirs(null);
        setState("saved");
      }
    },
    setText: (text) => {
      setOwn(text);
      waiting.current = text;
      clearTimeout(timer.current);
      if (theirs === null) {
        setState("unsaved");
        timer.current = setTimeout(() => void saveNow(), SAVE_AFTER_MS);
      }
    },
    discard: () => {
      clearTimeout(timer.current);
      waiting.current = null;
      version.current = 0;
      setOwn(null);
      setTheirs(null);
      setState("clean");
      void dropUpdateDraft(sessionId, audience).catch(() => undefined);
    },
    saveNow,
    forget: () => {
      clearTimeout(timer.current);
      waiting.current = null;
      version.current = 0;
      setOwn(null);
      setTheirs(null);
      setState("clean");
    },
  };
}

function currentOf(details: unknown): NoteDraft | null {
  if (typeof details !== "object" || details === null) {
    return null;
  }
  const current: unknown = Reflect.get(details, "current");
  return typeof current === "object" && current !== null && "version" in current ? (current as NoteDraft) : null;
}
