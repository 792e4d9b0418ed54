import { notifyManager, type QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { refreshSession } from "@/api/sessions";
import { followTurn, runTurn, stopTurn, type TurnRequest, type WatchOptions } from "@/api/turns";
import { announce } from "@/lib/announce";
import { newId } from "@/lib/api";
import type { StreamEvent } from "@/lib/sse";
import { toast } from "@/lib/toast";
import {
  asTurnEvent,
  isOver,
  joinDeltas,
  type LiveTurn,
  reduceTurn,
  startTurn,
  type TurnStreamEvent,
} from "./turn-stream";

/**
 * The running turns of this browser, one per session at most. They go on when another session is opened and are never mixed: each is
 * found by its session only. Events are applied once per frame.
 */
interface Running {
  readonly stop: AbortController;
  waiting: Array<{ event: TurnStreamEvent; id: string | null }>;
  frame: number | null;
  /** What the answer adds to the lane, kept until the rest of it is there too. */
  adding: TurnStreamEvent[];
  together: ReturnType<typeof setTimeout> | undefined;
  lost: ReturnType<typeof setTimeout> | undefined;
}

const RECONNECTING_AFTER_MS = 2000;
/** Facts stand above questions: shown one after the other they would push each other down, so they come together. */
const TOGETHER_MS = 250;
const ADDS: ReadonlySet<TurnStreamEvent["event"]> = new Set(["lane", "fact", "fix"]);
let turns: ReadonlyMap<string, LiveTurn> = new Map();
const running = new Map<string, Running>();
const listeners = new Set<() => void>();

function put(sessionId: string, turn: LiveTurn | null): void {
  const next = new Map(turns);
  if (turn) {
    next.set(sessionId, turn);
  } else {
    next.delete(sessionId);
  }
  turns = next;
  for (const listener of listeners) {
    listener();
  }
}

function change(sessionId: string, to: (turn: LiveTurn) => LiveTurn): void {
  const turn = turns.get(sessionId);
  if (turn) {
    put(sessionId, to(turn));
  }
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

/** The running or just ended turn of a session, null when there is none. */
export function useLiveTurn(sessionId: string): LiveTurn | null {
  return useSyncExternalStore(subscribe, () => turns.get(sessionId) ?? null);
}

/**
 * What `pick` takes from the turn, rendered again only when that changes: text arrives every frame, the rest seldom. `pick` returns a
 * part of the turn or a plain value, never a new object.
 */
export function useLivePart<T>(sessionId: string, pick: (turn: LiveTurn | null) => T): T {
  return useSyncExternalStore(subscribe, () => pick(turns.get(sessionId) ?? null));
}

export function liveTurn(sessionId: string): LiveTurn | null {
  return turns.get(sessionId) ?? null;
}

export interface SendInput {
  readonly client: QueryClient;
  readonly sessionId: string;
  readonly request: TurnRequest;
  readonly clientTurnId?: string;
}

/**
 * Sends a message (or the answers, or a retry) and watches the turn. Resolves once the server has taken it; rejects with the ApiError
 * when it has not, and then nothing of it stays on the screen.
 */
export function sendTurn({ client, sessionId, request, clientTurnId = newId() }: SendInput): Promise<void> {
  const message = request.kind === "chat" ? request.message : null;
  const pictures = request.kind === "chat" ? (request.pictures ?? []) : [];
  put(sessionId, startTurn({ sessionId, clientTurnId, message, pictures, now: performance.now() }));
  return new Promise((accept, refuse) => {
    watch(client, sessionId, {
      opened: accept,
      run: (options) => runTurn({ ...options, request, clientTurnId }),
      failed: (error) => {
        put(sessionId, null);
        void refreshSession(client, sessionId);
        refuse(error);
      },
    });
  });
}

/** Watches a turn that already runs: after a reload, from another tab, or one that was started on the server. */
export function attachTurn(client: QueryClient, sessionId: string, turnId: string): void {
  const known = turns.get(sessionId);
  if (known && (known.turnId === turnId || !isOver(known))) {
    return;
  }
  put(sessionId, startTurn({ sessionId, clientTurnId: null, turnId, message: null, now: performance.now() }));
  watch(client, sessionId, {
    opened: () => undefined,
    run: (options) => followTurn({ ...options, turnId, lastEventId: null }),
    failed: () => {
      put(sessionId, null);
      void refreshSession(client, sessionId);
    },
  });
}

interface Watch {
  readonly opened: () => void;
  readonly run: (options: WatchOptions) => Promise<void>;
  readonly failed: (error: unknown) => void;
}

function watch(client: QueryClient, sessionId: string, how: Watch): void {
  running.get(sessionId)?.stop.abort();
  const mine: Running = {
    stop: new AbortController(),
    waiting: [],
    frame: null,
    adding: [],
    together: undefined,
    lost: undefined,
  };
  running.set(sessionId, mine);
  const current = () => running.get(sessionId) === mine;

  const flush = () => {
    mine.frame = null;
    const events = joinDeltas(mine.waiting);
    mine.waiting = [];
    const turn = turns.get(sessionId);
    if (current() && turn) {
      put(
        sessionId,
        events.reduce((state, one) => reduceTurn(state, one.event, one.id), turn),
      );
    }
  };

  /** Their ids are passed by now: text that came after them did not wait. */
  const addTogether = () => {
    clearTimeout(mine.together);
    mine.together = undefined;
    mine.waiting.unshift(...mine.adding.splice(0).map((event) => ({ event, id: null })));
    flush();
  };

  const onEvent = (event: StreamEvent): "stop" | undefined => {
    const known = asTurnEvent(event.kind, event.data);
    if (!known || !current()) {
      return undefined;
    }
    const last = known.event === "turn.finished" || known.event === "turn.failed";
    if (ADDS.has(known.event)) {
      mine.adding.push(known);
      mine.together ??= setTimeout(addTogether, TOGETHER_MS);
    } else {
      mine.waiting.push({ event: known, id: event.id });
    }
    if (last || document.hidden) {
      cancelFrame(mine);
      addTogether();
    } else {
      mine.frame ??= requestAnimationFrame(flush);
    }
    if (known.event === "turn.started") {
      announce("FlowPilot is answering");
      void refreshSession(client, sessionId);
    }
    return last ? "stop" : undefined;
  };

  const onState = (state: "open" | "retrying") => {
    clearTimeout(mine.lost);
    if (state === "open") {
      how.opened();
      change(sessionId, (turn) => ({ ...turn, reconnecting: false }));
    } else {
      mine.lost = setTimeout(() => {
        if (current()) {
          change(sessionId, (turn) => (isOver(turn) ? turn : { ...turn, reconnecting: true }));
        }
      }, RECONNECTING_AFTER_MS);
    }
  };

  how
    .run({ sessionId, signal: mine.stop.signal, onEvent, onState })
    .then(() => settle(client, sessionId, mine))
    .catch((error: unknown) => {
      if (current()) {
        release(sessionId, mine);
        how.failed(error);
      }
    });
}

/** The stored messages take over from the streamed ones; until they are there, the streamed text stays. */
async function settle(client: QueryClient, sessionId: string, mine: Running): Promise<void> {
  const turn = turns.get(sessionId);
  if (running.get(sessionId) !== mine || !turn) {
    return;
  }
  release(sessionId, mine);
  announce(closingWords(turn), turn.phase === "failed" ? "assertive" : "polite");
  await refreshSession(client, sessionId);
  // Behind the news of what was fetched, which comes a moment after it: in between, neither would be on the screen.
  notifyManager.schedule(() => {
    if (turns.get(sessionId) === turn || turns.get(sessionId)?.turnId === turn.turnId) {
      put(sessionId, null);
    }
  });
}

export function closingWords(turn: LiveTurn): string {
  if (turn.phase === "failed") {
    return turn.error?.text ?? "The answer could not be finished.";
  }
  const parts: string[] = [];
  const count = (n: number, one: string, many: string) => {
    if (n > 0) {
      parts.push(`${n} ${n === 1 ? one : many}`);
    }
  };
  count(turn.questions.length, "question", "questions");
  count(turn.checks.length, "check", "checks");
  count(turn.fix ? 1 : 0, "suggested fix", "suggested fixes");
  return parts.length > 0 ? `Answer ready: ${parts.join(", ")}` : "Answer ready";
}

function release(sessionId: string, mine: Running): void {
  clearTimeout(mine.lost);
  clearTimeout(mine.together);
  cancelFrame(mine);
  if (running.get(sessionId) === mine) {
    running.delete(sessionId);
  }
}

function cancelFrame(mine: Running): void {
  if (mine.frame !== null) {
    cancelAnimationFrame(mine.frame);
    mine.frame = null;
  }
}

/** Ends generation; the text so far stays. */
export async function stopLiveTurn(sessionId: string): Promise<void> {
  const turn = turns.get(sessionId);
  if (!turn || isOver(turn) || turn.turnId === null) {
    return;
  }
  change(sessionId, (now) => ({ ...now, stopping: true }));
  try {
    await stopTurn(sessionId, turn.turnId);
  } catch (error) {
    change(sessionId, (now) => ({ ...now, stopping: false }));
    toast.error(error);
  }
}

/** For tests: forgets every turn. */
export function resetTurns(): void {
  for (const one of running.values()) {
    one.stop.abort();
  }
  running.clear();
  turns = new Map();
}
