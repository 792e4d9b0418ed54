import { useCallback, useEffect, useRef, useState } from "react";
import { useDropNoteDraft, useSaveNoteDraft } from "@/api/documents";
import type { NoteDraft, NotePreview } from "@/api/write-types";
import { type ApiError, isApiError } from "@/lib/api-error";

const SAVE_AFTER_MS = 600;

export type DraftState = "clean" | "unsaved" | "saving" | "saved" | "conflict" | "failed";

export interface NoteDraftEdit {
  /** What is being typed; null while not editing. */
  readonly text: string | null;
  readonly state: DraftState;
  readonly savedAt: string | null;
  /** The text another tab saved, when it came first. */
  readonly theirs: NoteDraft | null;
  readonly open: () => void;
  readonly close: () => Promise<void>;
  readonly setText: (text: string) => void;
  readonly keepMine: () => void;
  readonly useTheirs: () => void;
  /** Removes the own text; the generated one is shown again. */
  readonly discard: () => void;
  /** Says that the own text also holds for the state shown now. */
  readonly rebase: () => void;
  readonly saveNow: () => Promise<boolean>;
}

/** The caller's own text of the note: kept on the server while it is typed, never overwritten by a newer generated one. */
export function useNoteDraft(sessionId: string, preview: NotePreview | undefined): NoteDraftEdit {
  const [text, setShown] = useState<string | null>(null);
  const [state, setState] = useState<DraftState>("clean");
  const [theirs, setTheirs] = useState<NoteDraft | null>(null);
  const save = useSaveNoteDraft(sessionId);
  const drop = useDropNoteDraft(sessionId);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef<string | null>(null);
  const saving = useRef<Promise<boolean> | null>(null);
  const version = useRef(0);
  const base = useRef(0);
  const draft = preview?.draft ?? null;
  useEffect(() => {
    version.current = draft?.version ?? 0;
  }, [draft?.version]);

  const { mutateAsync } = save;
  const put = useCallback(
    async (markdown: string): Promise<boolean> => {
      if (markdown.trim() === "") {
        return false;
      }
      setState("saving");
      try {
        const stored = await mutateAsync({ markdown, base_state_version: base.current, version: version.current });
        version.current = stored.version;
        setState(latest.current === null || latest.current === markdown ? "saved" : "unsaved");
        return true;
      } catch (error) {
        const current = isApiError(error, "version_conflict") ? currentDraft(error) : null;
        setTheirs(current);
        setState(current ? "conflict" : "failed");
        return false;
      }
    },
    [mutateAsync],
  );

  const saveNow = useCallback(async (): Promise<boolean> => {
    clearTimeout(timer.current);
    await saving.current;
    if (latest.current === null) {
      return true;
    }
    const markdown = latest.current;
    latest.current = null;
    saving.current = put(markdown);
    return saving.current;
  }, [put]);

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      if (latest.current !== null) {
        void put(latest.current);
      }
    },
    [put],
  );

  return {
    text,
    state,
    savedAt: draft?.updated_at ?? null,
    theirs,
    open: () => {
      base.current = draft?.base_state_version ?? preview?.state_version ?? 0;
      setShown(draft?.markdown ?? preview?.markdown ?? "");
      setState(draft ? "saved" : "clean");
    },
    close: async () => {
      if (await saveNow()) {
        setShown(null);
      }
    },
    setText: (next) => {
      setShown(next);
      setState("unsaved");
      latest.current = next;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void saveNow(), SAVE_AFTER_MS);
    },
    keepMine: () => {
      version.current = theirs?.version ?? version.current;
      setTheirs(null);
      latest.current = text;
      void saveNow();
    },
    useTheirs: () => {
      version.current = theirs?.version ?? version.current;
      latest.current = null;
      setShown(theirs?.markdown ?? text);
      setTheirs(null);
      setState("saved");
    },
    discard: () => {
      clearTimeout(timer.current);
      latest.current = null;
      setTheirs(null);
      setState("clean");
      version.current = 0;
      drop.mutate(undefined, { onSuccess: () => setShown(null) });
    },
    rebase: () => {
      if (draft && preview) {
        base.current = preview.state_version;
        version.current = draft.version;
        void put(text ?? draft.markdown);
      }
    },
    saveNow,
  };
}

function currentDraft(error: ApiError): NoteDraft | null {
  const { details } = error;
  if (typeof details !== "object" || details === null) {
    return null;
  }
  const current: unknown = Reflect.get(details, "current") ?? details;
  return typeof current === "object" && current !== null && "markdown" in current ? (current as NoteDraft) : null;
}
