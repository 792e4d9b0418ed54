import { useEffect, useSyncExternalStore } from "react";
import { isApiError } from "./api-error";
import { readStream, type StreamEvent } from "./sse";

/**
 * Live events: one stream per browser, read by the tab that holds a lock and passed on to the others by a broadcast channel. Features
 * register what an event means for them with `onLive`; nothing polls.
 */

export type LiveState = "off" | "connecting" | "open" | "down";
export type LiveHandler = (data: unknown, event: StreamEvent) => void;

type Relay =
  | { readonly type: "event"; readonly event: StreamEvent }
  | { readonly type: "state"; readonly state: LiveState }
  | { readonly type: "hello" };

const handlers = new Map<string, Set<LiveHandler>>();
const stateListeners = new Set<() => void>();
let state: LiveState = "off";

/** Calls `handler` for every event of this kind (`*` for all). Returns the way to stop. */
export function onLive(kind: string, handler: LiveHandler): () => void {
  const set = handlers.get(kind) ?? new Set();
  set.add(handler);
  handlers.set(kind, set);
  return () => set.delete(handler);
}

/** `onLive` for as long as the component is shown. Keep `handler` stable with useCallback. */
export function useLive(kind: string, handler: LiveHandler): void {
  useEffect(() => onLive(kind, handler), [kind, handler]);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    () => state,
  );
}

function setState(next: LiveState): void {
  if (next !== state) {
    state = next;
    for (const listener of stateListeners) {
      listener();
    }
  }
}

/** Hands an event to everyone who registered; also used by tests and by stories. */
export function dispatchLive(event: StreamEvent): void {
  for (const kind of [event.kind, "*"]) {
    for (const handler of [...(handlers.get(kind) ?? [])]) {
      handler(event.data, event);
    }
  }
}

/** Starts listening for this user; returns the way to stop. Call once, in the shell. */
export function startLive(userId: string): () => void {
  const stop = new AbortController();
  const seen = new SeenIds(500);
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`rf-live-${userId}`);
  let leading = false;

  const receive = (event: StreamEvent) => {
    if (event.id === null || seen.add(event.id)) {
      dispatchLive(event);
    }
  };
  const tell = (message: Relay) => channel?.postMessage(message);
  const show = (next: LiveState) => {
    setState(next);
    if (leading) {
      tell({ type: "state", state: next });
    }
  };

  if (channel) {
    channel.onmessage = (message: MessageEvent<Relay>) => {
      const relay = message.data;
      if (relay.type === "hello") {
        if (leading) {
          tell({ type: "state", state });
        }
      } else if (!leading) {
        if (relay.type === "event") {
          receive(relay.event);
        } else {
          setState(relay.state);
        }
      }
    };
  }

  const lead = async () => {
    if (stop.signal.aborted) {
      return;
    }
    leading = true;
    show("connecting");
    try {
      await readStream({
        path: "/events/stream",
        signal: stop.signal,
        onState: (next) => show(next === "open" ? "open" : "down"),
        onEvent: (event) => {
          receive(event);
          tell({ type: "event", event });
        },
      });
    } catch (error) {
      // A refusal (signed out, suspended): other calls say so in their own words; here it only means no live numbers.
      show(isApiError(error, "not_authenticated") ? "off" : "down");
    } finally {
      leading = false;
    }
  };

  setState("connecting");
  tell({ type: "hello" });
  if (navigator.locks && channel) {
    navigator.locks.request(`rf-live-${userId}`, { signal: stop.signal }, lead).catch(() => {
      // Aborted while waiting for the lock: this tab was closed or signed out first.
    });
  } else {
    void lead();
  }
  return () => {
    stop.abort();
    channel?.close();
    setState("off");
  };
}

/** The ids of the newest events, since delivery is at least once. */
class SeenIds {
  readonly #ids = new Set<string>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  /** False when the id was seen before. */
  add(id: string): boolean {
    if (this.#ids.has(id)) {
      return false;
    }
    this.#ids.add(id);
    if (this.#ids.size > this.#size) {
      const [oldest] = this.#ids;
      if (oldest !== undefined) {
        this.#ids.delete(oldest);
      }
    }
    return true;
  }
}
