import { useSyncExternalStore } from "react";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How a moment is shown in a list: relative within the hour ("just now", "6 m", "in 5 m"), then local HH:MM today, the weekday within
 * six days, then the date.
 */
export function shortTime(moment: Date, now: Date = new Date(), timeZone?: string): string {
  const past = now.getTime() - moment.getTime();
  if (Math.abs(past) < HOUR) {
    const minutes = Math.floor(Math.abs(past) / MINUTE);
    if (minutes === 0) {
      return past >= 0 ? "just now" : "in a moment";
    }
    return past >= 0 ? `${minutes} m` : `in ${minutes} m`;
  }
  if (dayKey(moment, timeZone) === dayKey(now, timeZone)) {
    return clock(moment, timeZone);
  }
  if (past > 0 && past < 6 * DAY) {
    return format({ weekday: "short" }, moment, timeZone);
  }
  if (past < 0 && past > -DAY) {
    return `${format({ weekday: "short" }, moment, timeZone)} ${clock(moment, timeZone)}`;
  }
  const sameYear = moment.getFullYear() === now.getFullYear();
  return format({ day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) }, moment, timeZone);
}

/** Local HH:MM, 24 hours. */
export function clock(moment: Date, timeZone?: string): string {
  return format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, moment, timeZone);
}

/** The whole stamp for the tooltip, with its zone. */
export function fullTime(moment: Date, timeZone?: string): string {
  return format(
    {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
    },
    moment,
    timeZone,
  );
}

/** m:ss of a wait in seconds. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();
let chosenZone: string | undefined;

/** Shows every time in this zone from now on; null, or a zone this browser does not know, is the browser's own. */
export function setTimeZone(zone: string | null): void {
  try {
    chosenZone = zone ? new Intl.DateTimeFormat("en-GB", { timeZone: zone }).resolvedOptions().timeZone : undefined;
  } catch {
    chosenZone = undefined;
  }
}

function format(options: Intl.DateTimeFormatOptions, moment: Date, timeZone = chosenZone): string {
  const all = timeZone ? { ...options, timeZone } : options;
  const key = JSON.stringify(all);
  const known = formats.get(key) ?? new Intl.DateTimeFormat("en-GB", all);
  formats.set(key, known);
  return known.format(moment);
}

function dayKey(moment: Date, timeZone?: string): string {
  return format({ year: "numeric", month: "2-digit", day: "2-digit" }, moment, timeZone);
}

const TICK_MS = 20_000;
let now = Date.now();
let ticking: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** One function for all, so that a rendering does not unsubscribe and subscribe again. */
function onTick(listener: () => void): () => void {
  listeners.add(listener);
  if (ticking === undefined) {
    // After a pause without any stamp shown the clock stands still; while stamps come and go it must not move.
    if (Date.now() - now > TICK_MS) {
      now = Date.now();
    }
    ticking = setInterval(() => {
      now = Date.now();
      for (const one of listeners) {
        one();
      }
    }, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(ticking);
      ticking = undefined;
    }
  };
}

/** The time of the last tick (every 20 s), one timer for every stamp on the page. */
export function useNow(): Date {
  const stamp = useSyncExternalStore(onTick, () => now);
  return new Date(stamp);
}
