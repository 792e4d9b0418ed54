import type { HistoryAsk } from "@/api/history";

/** What the address says: filters, and how many days back when no dates are given. */
export interface HistoryView {
  readonly q: string;
  readonly status: readonly StatusWord[];
  readonly owner: string | null;
  readonly client: string | null;
  readonly days: number | null;
  readonly from: string | null;
  readonly to: string | null;
}

export const STATUSES = ["active", "paused", "escalated", "resolved", "abandoned"] as const;
export type StatusWord = (typeof STATUSES)[number];

export const STATUS_WORDS: Readonly<Record<StatusWord, string>> = {
  active: "Active",
  paused: "Paused",
  escalated: "Escalated",
  resolved: "Resolved",
  abandoned: "Closed",
};

export const NO_FILTER: HistoryView = {
  q: "",
  status: [],
  owner: null,
  client: null,
  days: null,
  from: null,
  to: null,
};

export const DAY_CHOICES = [7, 30, 90, 365] as const;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads an address. What it does not understand counts as not set. */
export function readView(search: Readonly<Record<string, unknown>>): HistoryView {
  const days = Number(search.days);
  const from = match(search.from, DAY);
  const to = match(search.to, DAY);
  return {
    q: word(search.q).slice(0, 200),
    status: STATUSES.filter((known) => word(search.status).split(",").includes(known)),
    owner: match(search.owner, ID),
    client: word(search.client).slice(0, 255) || null,
    days: from || to || !DAY_CHOICES.some((known) => known === days) ? null : days,
    from,
    to,
  };
}

/** The address of a view; what is not set is left out. */
export function writeView(view: HistoryView): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries({
      q: view.q,
      status: view.status.join(","),
      owner: view.owner,
      client: view.client,
      days: view.from || view.to ? null : view.days,
      from: view.from,
      to: view.to,
    }).filter((entry): entry is [string, string | number] => entry[1] !== null && entry[1] !== ""),
  );
}

/** What is asked of the server; `today` decides what "last 7 days" means. */
export function askOf(view: HistoryView, today: Date): HistoryAsk {
  return {
    q: view.q,
    status: view.status,
    owner: view.owner,
    client: view.client,
    from: view.from ?? (view.days === null ? null : dayBefore(today, view.days)),
    to: view.to,
  };
}

export function isFiltered(view: HistoryView): boolean {
  return view.q.trim() !== "" || setFilters(view) > 0;
}

/** Filters beside the text: how many are set. */
export function setFilters(view: HistoryView): number {
  return [view.status.length > 0, view.owner, view.client, view.days ?? view.from ?? view.to].filter(Boolean).length;
}

/** The words of the date filter; null when none is set. */
export function datesOf(view: HistoryView): string | null {
  if (view.from && view.to) {
    return `${short(view.from)} to ${short(view.to)}`;
  }
  if (view.from) {
    return `Since ${short(view.from)}`;
  }
  if (view.to) {
    return `Until ${short(view.to)}`;
  }
  return view.days === null ? null : lastDays(view.days);
}

export function lastDays(days: number): string {
  return days === 365 ? "Last year" : `Last ${days} days`;
}

function short(day: string): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${day}T12:00:00Z`),
  );
}

function dayBefore(today: Date, days: number): string {
  const day = new Date(today.getFullYear(), today.getMonth(), today.getDate() - days);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

function word(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? `${value}`.trim() : "";
}

function match(value: unknown, pattern: RegExp): string | null {
  const text = word(value);
  return pattern.test(text) ? text : null;
}
