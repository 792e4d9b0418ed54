import { createContext, type ReactNode, useContext, useState } from "react";
import { createStore, type StoreApi, useStore } from "zustand";

/** A place in the conversation that is marked for two seconds after *Show in chat*. */
export interface ChatMark {
  readonly messageId: string;
  readonly start: number;
  readonly end: number;
}

export type ResolveStep = "closed" | "before" | "auto" | "note" | "result";
export type Surface = "none" | "steps" | "script";
export type SessionTab = "chat" | "builder";

/** What is open in one session view. Made anew for every session, so that nothing carries over. */
export interface SessionUi {
  readonly sessionId: string;
  readonly laneOpen: boolean;
  readonly resolve: ResolveStep;
  /** Why the note is shown although it would have been posted by itself. */
  readonly resolveWhy: string | null;
  /** The note was posted from here, and nobody was asked yet whether its script is worth keeping. */
  readonly justPosted: boolean;
  readonly surface: Surface;
  readonly tab: SessionTab;
  /** Something is written in the Script Builder that was not submitted. */
  readonly unsavedScript: boolean;
  readonly mark: ChatMark | null;
  /** Text to put into an empty composer; never sent by itself. */
  readonly prefill: string | null;
  /** Rises when the focus should go to *Resolve* ("Ready to resolve"). */
  readonly readyToResolve: number;
  readonly noteOpen: boolean;
  /** Older messages than the newest fifty were asked for. */
  readonly olderAsked: boolean;
  readonly set: (change: Partial<Omit<SessionUi, "set" | "sessionId">>) => void;
}

const Context = createContext<StoreApi<SessionUi> | null>(null);

export function SessionUiProvider({
  sessionId,
  children,
}: {
  readonly sessionId: string;
  readonly children: ReactNode;
}): ReactNode {
  const [store] = useState(() =>
    createStore<SessionUi>()((set) => ({
      sessionId,
      laneOpen: false,
      resolve: "closed",
      resolveWhy: null,
      justPosted: false,
      surface: "none",
      tab: "chat",
      unsavedScript: false,
      mark: null,
      prefill: null,
      readyToResolve: 0,
      noteOpen: false,
      olderAsked: false,
      // What stands in the conversation is looked at there.
      set: (change) => set(change.mark || (change.surface ?? "none") !== "none" ? { tab: "chat", ...change } : change),
    })),
  );
  return <Context.Provider value={store}>{children}</Context.Provider>;
}

export function useSessionUi(): SessionUi {
  const store = useContext(Context);
  if (!store) {
    throw new Error("useSessionUi is for the session view");
  }
  return useStore(store);
}
