import { Check, CircleAlert, LoaderCircle, Lock, type LucideIcon, RefreshCw } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "@/lib/cx";
import { clock, fullTime, shortTime, useNow } from "@/lib/time";

export type Tone = "accent" | "warning" | "success" | "danger" | "info" | "purple" | "neutral";

/** Class that sets the colours of `bg-role`, `text-role`, `border-role` for the element and what is inside. */
export const TONE: Record<Tone, string> = {
  accent: "role-accent",
  warning: "role-warning",
  success: "role-success",
  danger: "role-danger",
  info: "role-info",
  purple: "role-purple",
  neutral: "role-neutral",
};

/** A small rounded label that carries a state: tinted, 10.5 px, tabular. */
export function Pill({
  tone = "neutral",
  icon: Icon,
  outline = false,
  className,
  children,
}: {
  readonly tone?: Tone;
  readonly icon?: LucideIcon;
  readonly outline?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <span
      className={cx(
        TONE[tone],
        "inline-flex h-4.5 shrink-0 items-center gap-1 whitespace-nowrap rounded-full px-1.75 text-pill font-semibold tabular-nums forced-colors:border",
        outline
          ? "border border-hover text-muted-foreground"
          : tone === "neutral"
            ? "bg-elevated text-muted-foreground"
            : "bg-role-pill text-role",
        className,
      )}
    >
      {Icon ? <Icon size={12} aria-hidden /> : null}
      {children}
    </span>
  );
}

/** A filled number; nothing at zero. `label` is added for people who listen ("4 waiting"). */
export function Counter({
  count,
  tone = "neutral",
  label,
  className,
}: {
  readonly count: number;
  readonly tone?: Tone;
  readonly label?: string;
  readonly className?: string;
}): ReactNode {
  if (count <= 0) {
    return null;
  }
  return (
    <span
      className={cx(
        TONE[tone],
        "inline-flex h-4 min-w-4 items-center justify-center rounded-full bg-role px-1 text-pill font-semibold tabular-nums text-on-role",
        className,
      )}
    >
      {count > 99 ? "99+" : count}
      {label ? <span className="sr-only"> {label}</span> : null}
    </span>
  );
}

/** A 22 px framed label: a reference, a file, an engine. `kind="ref"` is a ticket number. */
export function Chip({
  icon: Icon,
  kind = "plain",
  className,
  children,
  ...rest
}: ComponentProps<"span"> & { readonly icon?: LucideIcon; readonly kind?: "plain" | "ref" | "secret" }): ReactNode {
  const Shown = kind === "secret" ? Lock : Icon;
  return (
    <span
      {...rest}
      className={cx(
        "inline-flex shrink-0 items-center gap-1.25 whitespace-nowrap rounded-[6px] border leading-none",
        kind === "plain" && "h-5.5 border-default bg-card px-2 text-hint font-medium text-muted-foreground",
        kind === "ref" && "h-5.5 border-transparent bg-info-pill px-2 font-mono text-mono text-info",
        kind === "secret" && "h-4.75 border-hover bg-elevated px-1.5 align-[-3px] font-mono text-mono text-primary",
        className,
      )}
    >
      {Shown ? <Shown size={kind === "secret" ? 12 : 13} aria-hidden /> : null}
      {children}
    </span>
  );
}

/** A 6 px mark of a state; `word` is what it means, read out and shown on hover, so that colour is never alone. */
export function Dot({
  tone = "neutral",
  word,
  hollow = false,
  className,
}: {
  readonly tone?: Tone;
  readonly word?: string;
  readonly hollow?: boolean;
  readonly className?: string;
}): ReactNode {
  return (
    <span
      className={cx(
        TONE[tone],
        "inline-block size-1.5 shrink-0 rounded-full forced-color-adjust-none",
        hollow ? "border-[1.5px] border-role" : "bg-role-edge",
        className,
      )}
      title={word}
    >
      {word ? <span className="sr-only">{word}</span> : null}
    </span>
  );
}

/** P1 danger, P2 warning, P3 and P4 outline. */
export function PriorityMark({ level }: { readonly level: number | null }): ReactNode {
  if (level === null) {
    return null;
  }
  const tone: Tone = level === 1 ? "danger" : level === 2 ? "warning" : "neutral";
  return (
    <span
      className={cx(
        TONE[tone],
        "inline-grid h-4.5 w-6.5 shrink-0 place-items-center rounded-sm text-pill font-bold tabular-nums",
        tone === "neutral" ? "border border-hover text-muted-foreground" : "bg-role-pill text-role",
      )}
    >
      <span className="sr-only">Priority </span>P{level}
    </span>
  );
}

export function Kbd({ children, className }: { readonly children: ReactNode; readonly className?: string }): ReactNode {
  return (
    <kbd
      className={cx(
        "inline-block min-w-4.5 rounded-sm bg-kbd px-1 text-center font-mono text-mono font-medium leading-[18px] text-primary",
        className,
      )}
    >
      {children}
    </kbd>
  );
}

/** Initials of a person, or the given mark, in a circle; a ring in the role's colour when one is set. */
export function Avatar({
  name,
  mark,
  tone,
  size = 26,
  icon: Icon,
}: {
  readonly name: string;
  readonly mark?: string;
  readonly tone?: Tone;
  readonly size?: 22 | 26 | 28;
  readonly icon?: LucideIcon;
}): ReactNode {
  const sizes = { 22: "size-5.5 text-[0.59375rem]", 26: "size-6.5 text-eyebrow", 28: "size-7 text-eyebrow" } as const;
  return (
    <span
      role="img"
      aria-label={name}
      className={cx(
        tone ? TONE[tone] : "",
        "inline-grid shrink-0 place-items-center rounded-full font-semibold leading-none tracking-[0.2px]",
        sizes[size],
        tone ? "border-[1.5px] border-role bg-role-dim text-role" : "bg-elevated text-primary",
      )}
    >
      {Icon ? <Icon size={14} aria-hidden /> : (mark ?? initials(name))}
    </span>
  );
}

/** First letters of the first and last word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? "";
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}

/** A moment: relative within the hour, then local HH:MM; the full stamp in the tooltip. */
export function Time({
  value,
  className,
}: {
  /** ISO 8601, or null when unknown. */
  readonly value: string | null | undefined;
  readonly className?: string;
}): ReactNode {
  const now = useNow();
  if (!value) {
    return null;
  }
  const moment = new Date(value);
  return (
    <time dateTime={value} title={fullTime(moment)} className={cx("whitespace-nowrap tabular-nums", className)}>
      {shortTime(moment, latest(now, moment))}
    </time>
  );
}

/** The shared clock ticks every 20 s: what happened since the last tick is now, not in the future. */
function latest(now: Date, moment: Date): Date {
  return moment > now && moment.getTime() - now.getTime() < 30_000 ? moment : now;
}

/** State of something that saves itself. `at` is when it was last saved. */
export function SaveState({
  state,
  at,
}: {
  readonly state: "unsaved" | "saving" | "saved" | "conflict";
  readonly at?: string | null;
}): ReactNode {
  const words = {
    unsaved: "Unsaved",
    saving: "Saving",
    saved: at ? `Saved ${clock(new Date(at))}` : "Saved",
    conflict: "Conflict",
  } as const;
  return (
    <span
      role="status"
      className={cx(
        "inline-flex items-center gap-1.25 font-mono text-mono",
        state === "conflict" ? "text-danger" : state === "saved" ? "text-success" : "text-muted",
      )}
    >
      {state === "saving" ? <LoaderCircle size={12} className="animate-spin" aria-hidden /> : null}
      {state === "saved" ? <Check size={12} aria-hidden /> : null}
      {state === "conflict" ? <CircleAlert size={12} aria-hidden /> : null}
      {state === "unsaved" ? <RefreshCw size={12} aria-hidden /> : null}
      {words[state]}
    </span>
  );
}
