import { createParser } from "eventsource-parser";
import { api, send } from "@/lib/api";
import { ApiError } from "@/lib/api-error";
import { delayFor, readStream, type StreamEvent } from "@/lib/sse";
import type { Turn } from "./session-types";

/** How a turn is started. The same `clientTurnId` never runs twice: a repeat attaches to the turn it started. */
export type TurnRequest =
  | { readonly kind: "chat"; readonly message: string; readonly pictures?: readonly string[] }
  | { readonly kind: "lane"; readonly message: string | null }
  | { readonly kind: "retry"; readonly turnId: string };

export interface WatchOptions {
  readonly sessionId: string;
  readonly signal: AbortSignal;
  /** Return "stop" after the last event of the turn. */
  readonly onEvent: (event: StreamEvent) => "stop" | undefined;
  readonly onState: (state: "open" | "retrying") => void;
}

const turnPath = (sessionId: string, turnId: string) => `/ai-sessions/${sessionId}/turns/${turnId}`;

/** Reads a running turn from its first event, or from after `lastEventId`. Resumes by itself. */
export function followTurn(options: WatchOptions & { turnId: string; lastEventId: string | null }): Promise<void> {
  return readStream({
    path: `${turnPath(options.sessionId, options.turnId)}/events`,
    signal: options.signal,
    onEvent: options.onEvent,
    onState: options.onState,
    lastEventId: options.lastEventId,
    firstDelayMs: 400,
  });
}

/**
 * Starts a turn and reads it to its end. When the answer breaks off, it goes on through the turn's own stream; when not even the
 * turn's id had arrived, the same request is repeated, which attaches. Throws ApiError when the server refuses or, on the very first
 * try, cannot be reached.
 */
export async function runTurn(options: WatchOptions & { request: TurnRequest; clientTurnId: string }): Promise<void> {
  const { request, sessionId, signal } = options;
  let turnId: string | null = null;
  let lastEventId: string | null = null;
  let accepted = false;
  for (let failures = 0; !signal.aborted; ) {
    try {
      const stopped = await post(pathOf(sessionId, request), bodyOf(request, options.clientTurnId), signal, {
        opened: () => {
          accepted = true;
          options.onState("open");
        },
        event: (event) => {
          lastEventId = event.id ?? lastEventId;
          turnId = idOf(event) ?? turnId;
          return options.onEvent(event);
        },
      });
      if (stopped) {
        return;
      }
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
      if (refused || (!accepted && error instanceof ApiError)) {
        throw error;
      }
    }
    if (signal.aborted) {
      return;
    }
    options.onState("retrying");
    if (turnId !== null) {
      return followTurn({ ...options, turnId, lastEventId });
    }
    failures += 1;
    await new Promise((resolve) => setTimeout(resolve, delayFor(failures, 400)));
  }
}

function pathOf(sessionId: string, request: TurnRequest): string {
  switch (request.kind) {
    case "chat":
      return `/ai-sessions/${sessionId}/chat`;
    case "lane":
      return `/ai-sessions/${sessionId}/lane/send`;
    case "retry":
      return `${turnPath(sessionId, request.turnId)}/retry`;
  }
}

function bodyOf(request: TurnRequest, clientTurnId: string): Record<string, unknown> {
  const id = { client_turn_id: clientTurnId };
  switch (request.kind) {
    case "chat":
      return request.pictures?.length
        ? { ...id, message: request.message, upload_ids: request.pictures }
        : { ...id, message: request.message };
    case "lane":
      return request.message ? { ...id, message: request.message } : id;
    case "retry":
      return id;
  }
}

function idOf(event: StreamEvent): string | null {
  if (event.kind !== "turn.started" || typeof event.data !== "object" || event.data === null) {
    return null;
  }
  const id: unknown = Reflect.get(event.data, "turn_id");
  return typeof id === "string" ? id : null;
}

interface PostHooks {
  readonly opened: () => void;
  readonly event: (event: StreamEvent) => "stop" | undefined;
}

async function post(path: string, body: unknown, signal: AbortSignal, hooks: PostHooks): Promise<boolean> {
  const response = await send(path, {
    method: "POST",
    headers: { Accept: "text/event-stream", "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  hooks.opened();
  if (!response.body) {
    return false;
  }
  if (!(response.headers.get("Content-Type") ?? "").startsWith("text/event-stream")) {
    return finishedTurn(await response.json(), hooks);
  }
  let stopped = false;
  const parser = createParser({
    onEvent: (message) => {
      if (!stopped) {
        const data: unknown = message.data ? JSON.parse(message.data) : null;
        stopped = hooks.event({ id: message.id ?? null, kind: message.event ?? "message", data }) === "stop";
      }
    },
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  while (!stopped) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    parser.feed(value);
  }
  void reader.cancel().catch(() => undefined);
  return stopped;
}

/** A server that answered with the whole turn at once (a proxy that cannot stream): the same end, without the way there. */
function finishedTurn(body: unknown, hooks: PostHooks): boolean {
  if (typeof body === "object" && body !== null && "id" in body) {
    hooks.event({ id: null, kind: "turn.finished", data: { turn: body as Turn, state_version: 0 } });
    return true;
  }
  return false;
}

export function stopTurn(sessionId: string, turnId: string): Promise<Turn> {
  return api.post<Turn>(`${turnPath(sessionId, turnId)}/stop`);
}
