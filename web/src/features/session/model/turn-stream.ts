import type { ComingItem, Engine, Fact, Fix, Notice, Turn } from "@/api/session-types";

/**
 * A turn as this browser sees it while it runs: what was sent, what has streamed in, and how the stream is doing. Pure; the store
 * beside it feeds it. What is stored on the server wins as soon as it is known.
 */
export type TurnPhase =
  /** The message is on its way; nothing has come back. */
  | "sending"
  /** The server has it; the pilot has shown nothing yet. */
  | "reading"
  /** Text is arriving. */
  | "streaming"
  /** It ended; the stored messages are being fetched. */
  | "settled"
  /** It failed, was interrupted, or never reached the server. */
  | "failed";

export interface TurnError {
  /** `network`: it never reached the server; the other codes are the server's. */
  readonly code: string;
  readonly text: string;
  readonly retryable: boolean;
  readonly interrupted: boolean;
}

export interface LiveTurn {
  readonly sessionId: string;
  readonly clientTurnId: string | null;
  readonly turnId: string | null;
  /** The engineer's words; null when the stored message is already shown (a reload, another tab, a lane send). */
  readonly message: string | null;
  /** Ids of the pictures sent with it. */
  readonly pictures: readonly string[];
  readonly phase: TurnPhase;
  /** The connection broke more than two seconds ago and is being made again. */
  readonly reconnecting: boolean;
  readonly stopping: boolean;
  readonly engine: Engine | null;
  readonly text: string;
  readonly questions: readonly ComingItem[];
  readonly checks: readonly ComingItem[];
  /** True once a lane block closed: items then replace what stands in the lane, dashed. */
  readonly laneSeen: boolean;
  readonly facts: readonly Fact[];
  readonly fix: Fix | null;
  readonly notices: readonly Notice[];
  readonly error: TurnError | null;
  readonly lastEventId: string | null;
  /** When it started here, for the words that come after 400 ms. */
  readonly startedAt: number;
}

export type TurnStreamEvent =
  | { readonly event: "turn.started"; readonly data: { readonly turn_id: string; readonly engine: Engine } }
  | { readonly event: "delta"; readonly data: { readonly text: string } }
  | {
      readonly event: "lane";
      readonly data: { readonly questions: readonly ComingItem[]; readonly checks: readonly ComingItem[] };
    }
  | { readonly event: "fact"; readonly data: Fact }
  | { readonly event: "fix"; readonly data: Fix }
  | { readonly event: "outcome_proposal"; readonly data: { readonly fix_id: string } }
  | { readonly event: "notice"; readonly data: Notice }
  | { readonly event: "turn.finished"; readonly data: { readonly turn: Turn; readonly state_version: number } }
  | {
      readonly event: "turn.failed";
      readonly data: {
        readonly status: "failed" | "interrupted";
        readonly code: string;
        readonly text: string;
        readonly retryable: boolean;
      };
    };

export function startTurn(input: {
  sessionId: string;
  clientTurnId: string | null;
  turnId?: string | null;
  message: string | null;
  pictures?: readonly string[];
  now: number;
}): LiveTurn {
  return {
    sessionId: input.sessionId,
    clientTurnId: input.clientTurnId,
    turnId: input.turnId ?? null,
    message: input.message,
    pictures: input.pictures ?? [],
    phase: input.turnId ? "reading" : "sending",
    reconnecting: false,
    stopping: false,
    engine: null,
    text: "",
    questions: [],
    checks: [],
    laneSeen: false,
    facts: [],
    fix: null,
    notices: [],
    error: null,
    lastEventId: null,
    startedAt: input.now,
  };
}

/**
 * The turn after one more event. An event that was read before (same or smaller id) changes nothing, so a resumed stream repeats no
 * text.
 */
export function reduceTurn(turn: LiveTurn, event: TurnStreamEvent, id: string | null): LiveTurn {
  if (isOver(turn) || seenBefore(turn.lastEventId, id)) {
    return turn;
  }
  const next = { ...turn, lastEventId: id ?? turn.lastEventId, reconnecting: false };
  switch (event.event) {
    case "turn.started":
      return {
        ...next,
        turnId: event.data.turn_id,
        engine: event.data.engine,
        phase: turn.text ? turn.phase : "reading",
      };
    case "delta":
      return { ...next, text: turn.text + event.data.text, phase: "streaming" };
    case "lane":
      return { ...next, questions: event.data.questions, checks: event.data.checks, laneSeen: true };
    case "fact":
      return { ...next, facts: [...turn.facts.filter((fact) => fact.id !== event.data.id), event.data] };
    case "fix":
      return { ...next, fix: event.data };
    case "outcome_proposal":
      return next;
    case "notice":
      return { ...next, notices: [...turn.notices, event.data] };
    case "turn.finished":
      return {
        ...next,
        turnId: event.data.turn.id,
        text: event.data.turn.text || turn.text,
        engine: event.data.turn.engine ?? turn.engine,
        phase: "settled",
      };
    case "turn.failed":
      return {
        ...next,
        phase: "failed",
        error: {
          code: event.data.code,
          text: event.data.text,
          retryable: event.data.retryable,
          interrupted: event.data.status === "interrupted",
        },
      };
  }
}

/** Joins the deltas of one frame into one, so that a fast stream costs one paint. */
export function joinDeltas(
  events: ReadonlyArray<{ readonly event: TurnStreamEvent; readonly id: string | null }>,
): ReadonlyArray<{ readonly event: TurnStreamEvent; readonly id: string | null }> {
  const out: Array<{ event: TurnStreamEvent; id: string | null }> = [];
  for (const one of events) {
    const last = out.at(-1);
    if (one.event.event === "delta" && last?.event.event === "delta") {
      out[out.length - 1] = {
        event: { event: "delta", data: { text: last.event.data.text + one.event.data.text } },
        id: one.id ?? last.id,
      };
    } else {
      out.push({ ...one });
    }
  }
  return out;
}

export function isOver(turn: LiveTurn): boolean {
  return turn.phase === "settled" || turn.phase === "failed";
}

/** True while *Send* is *Stop*. */
export function isRunning(turn: LiveTurn | null): turn is LiveTurn {
  return turn !== null && !isOver(turn);
}

/** Ids are numbers that grow; an id that is not a number is never taken for a repeat. */
export function seenBefore(last: string | null, id: string | null): boolean {
  if (last === null || id === null) {
    return false;
  }
  const [before, now] = [Number(last), Number(id)];
  return Number.isFinite(before) && Number.isFinite(now) && now <= before;
}

const KINDS: ReadonlySet<string> = new Set<TurnStreamEvent["event"]>([
  "turn.started",
  "delta",
  "lane",
  "fact",
  "fix",
  "outcome_proposal",
  "notice",
  "turn.finished",
  "turn.failed",
]);

/** A stream message as a turn event; null for what this version does not know. */
export function asTurnEvent(kind: string, data: unknown): TurnStreamEvent | null {
  if (!KINDS.has(kind) || typeof data !== "object" || data === null) {
    return null;
  }
  return { event: kind, data } as TurnStreamEvent;
}
