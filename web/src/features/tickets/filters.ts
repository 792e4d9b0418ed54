import type { TicketAsk } from "@/api/tickets";

/** What the address of the ticket list says: the filters, and the ticket whose panel is open. */
export interface TicketsView {
  readonly ask: TicketAsk;
  /** Id of the open ticket. */
  readonly ticket: string | null;
}

export type Search = Readonly<Record<string, unknown>>;

const STATES = ["open", "closed", "all"] as const;

/** Reads an address. What it does not understand counts as not set, so that an old or mistyped link still shows tickets. */
export function readView(search: Search): TicketsView {
  const state = word(search.state);
  return {
    ask: {
      assignment: assignment(word(search.who)),
      boards: ids(search.board),
      status: word(search.status),
      priorities: ids(search.priority),
      company: id(search.company),
      closed: STATES.find((known) => known === state) ?? "open",
      text: (word(search.q) ?? "").slice(0, 200),
    },
    ticket: id(search.ticket),
  };
}

/** The address of a view; what has its usual value is left out. Numbers stay numbers, so that `ticket=48293` needs no quotes. */
export function writeView({ ask, ticket }: TicketsView): Record<string, string | number> {
  const parts: ReadonlyArray<readonly [string, string]> = [
    ["q", ask.text],
    ["who", ask.assignment === "all" ? "" : ask.assignment],
    ["board", ask.boards.join(",")],
    ["status", ask.status ?? ""],
    ["priority", ask.priorities.join(",")],
    ["company", ask.company ?? ""],
    ["state", ask.closed === "open" ? "" : ask.closed],
    ["ticket", ticket ?? ""],
  ];
  return Object.fromEntries(parts.filter(([, value]) => value !== "").map(([name, value]) => [name, plain(value)]));
}

/** Filters besides text and assignment, which are always in view: how many are set. */
export function setFilters(ask: TicketAsk): number {
  const set = [
    ask.boards.length > 0,
    ask.status !== null,
    ask.priorities.length > 0,
    ask.company !== null,
    ask.closed !== "open",
    ask.assignment.startsWith("member:"),
  ];
  return set.filter(Boolean).length;
}

/** True when anything narrows or widens the list of open tickets. */
export function isFiltered(ask: TicketAsk): boolean {
  return setFilters(ask) > 0 || ask.text !== "" || ask.assignment !== "all";
}

/** Id of the member whose tickets are shown; null for all, mine and unassigned. */
export function memberOf(ask: TicketAsk): string | null {
  return ask.assignment.startsWith("member:") ? ask.assignment.slice("member:".length) : null;
}

function plain(value: string): string | number {
  return /^[1-9]\d{0,14}$/.test(value) ? Number(value) : value;
}

function word(value: unknown): string | null {
  const text = typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? `${value}` : "";
  return text.trim() === "" ? null : text.trim();
}

/** An id of the PSA: the characters it can have, else nothing is asked for. */
function id(value: unknown): string | null {
  const text = word(value);
  return text !== null && /^[A-Za-z0-9._-]{1,64}$/.test(text) ? text : null;
}

function ids(value: unknown): readonly string[] {
  const parts = Array.isArray(value) ? value : (word(value)?.split(",") ?? []);
  const known = parts.map(id).filter((part): part is string => part !== null);
  return [...new Set(known)].slice(0, 50);
}

function assignment(value: string | null): string {
  if (value === "mine" || value === "unassigned") {
    return value;
  }
  return value !== null && /^member:[A-Za-z0-9._-]{1,64}$/.test(value) ? value : "all";
}
