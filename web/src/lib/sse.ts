import { createParser, type EventSourceMessage } from "eventsource-parser";
import { send } from "./api";
import { ApiError, networkError } from "./api-error";

/** One event of a stream, its data already read from JSON. */
export interface StreamEvent {
  readonly id: string | null;
  readonly kind: string;
  readonly data: unknown;
}

export interface StreamOptions {
  /** Path below /api/v1. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Return "stop" after the last event that matters: the stream is closed and not opened again. */
  readonly onEvent: (event: StreamEvent) => unknown;
  readonly onState?: (state: "open" | "retrying") => void;
  readonly lastEventId?: string | null;
  /** Milliseconds without a byte after which the connection counts as dead. The server sends a comment every 25 s. */
  readonly idleMs?: number;
  readonly firstDelayMs?: number;
}

const LONGEST_DELAY = 30_000;

/**
 * Reads a stream of server-sent events until it is stopped or aborted, opening it again where it broke: Last-Event-ID, 1 s doubling
 * to 30 s, with jitter. Throws ApiError when the server refuses (4xx), since repeating will not help then.
 */
export async function readStream(options: StreamOptions): Promise<void> {
  let lastId = options.lastEventId ?? null;
  let failures = 0;
  const { signal } = options;
  while (!signal.aborted) {
    let opened = false;
    try {
      const stopped = await readOnce(options, lastId, {
        opened: () => {
          opened = true;
          options.onState?.("open");
        },
        seen: (id) => {
          lastId = id;
          failures = 0;
        },
      });
      if (stopped) {
        return;
      }
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429) {
        throw error;
      }
    }
    if (signal.aborted) {
      return;
    }
    failures = opened ? 1 : failures + 1;
    options.onState?.("retrying");
    await pause(delayFor(failures, options.firstDelayMs ?? 1000), signal);
  }
}

interface Hooks {
  readonly opened: () => void;
  readonly seen: (id: string) => void;
}

async function readOnce(options: StreamOptions, lastId: string | null, hooks: Hooks): Promise<boolean> {
  const connection = new AbortController();
  const abort = () => connection.abort();
  options.signal.addEventListener("abort", abort, { once: true });
  const idleMs = options.idleMs ?? 60_000;
  let idle = setTimeout(abort, idleMs);
  let stopped = false;
  try {
    const response = await send(options.path, {
      method: "GET",
      headers: { Accept: "text/event-stream", ...(lastId ? { "Last-Event-ID": lastId } : {}) },
      cache: "no-store",
      signal: connection.signal,
    });
    if (!response.body) {
      throw networkError();
    }
    hooks.opened();
    const parser = createParser({
      onEvent: (message) => {
        if (stopped) {
          return;
        }
        if (message.id) {
          hooks.seen(message.id);
        }
        stopped = options.onEvent(toEvent(message)) === "stop";
      },
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    while (!stopped) {
      const { done, value } = await reader.read();
      if (done) {
        break;
      }
      clearTimeout(idle);
      idle = setTimeout(abort, idleMs);
      parser.feed(value);
    }
    return stopped;
  } finally {
    clearTimeout(idle);
    options.signal.removeEventListener("abort", abort);
    connection.abort();
  }
}

function toEvent(message: EventSourceMessage): StreamEvent {
  let data: unknown = null;
  try {
    data = message.data ? JSON.parse(message.data) : null;
  } catch {
    data = message.data;
  }
  return { id: message.id ?? null, kind: message.event ?? "message", data };
}

/** Full delay for the n-th failure in a row, half of it random, so that a thousand browsers do not come back at once. */
export function delayFor(failures: number, firstMs: number): number {
  const full = Math.min(LONGEST_DELAY, firstMs * 2 ** Math.max(0, failures - 1));
  return full / 2 + Math.random() * (full / 2);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener("abort", finish, { once: true });
  });
}
