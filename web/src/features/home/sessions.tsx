import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { usePsaStatus } from "@/api/psa";
import type { SessionRow } from "@/api/session-types";
import { useSessionOverview } from "@/api/start";
import { bareRef, endingOf, type Standing, sessionTitle, standing, statusOf } from "@/components/sessions/look";
import { Dot, ROW_LINK, Time, TONE } from "@/components/ui";
import { cx } from "@/lib/cx";
import { LinesSkeleton, Panel, PanelBody, RowsSkeleton } from "./panel";

interface SessionsProps {
  /** Whose sessions: one's own, or all one may read. */
  readonly scope: "mine" | "all";
}

const ACTIVE = 8;
const RECENT = 5;

/** Open sessions with what each waits for. */
export function ActiveSessions({ scope }: SessionsProps): ReactNode {
  const read = useSessionOverview("active", scope, ACTIVE);
  const connected = usePsaStatus().data?.connected === true;
  const rows = { ...read, data: read.data?.items };
  const count = read.data?.items.length ?? 0;
  return (
    <Panel
      title="Active sessions"
      count={
        count > 0 ? (
          <span className="inline-flex h-4 min-w-4 items-center justify-center rounded-full bg-elevated px-1 font-sans text-pill font-semibold tabular-nums text-muted-foreground">
            {read.data?.next_cursor ? `${count}+` : count}
          </span>
        ) : null
      }
    >
      <PanelBody
        read={rows}
        what="Sessions"
        empty={
          scope === "all"
            ? "None open that you may read."
            : connected
              ? "None open. Describe a problem, or start from a ticket."
              : "None open. Describe a problem to start one."
        }
        skeleton={<RowsSkeleton rows={4} />}
      >
        {(items) => (
          <ul>
            {items.map((row) => (
              <ActiveRow key={row.id} row={row} />
            ))}
          </ul>
        )}
      </PanelBody>
    </Panel>
  );
}

function ActiveRow({ row }: { readonly row: SessionRow }): ReactNode {
  const dot = statusOf(row);
  const state = standing(row);
  const ref = bareRef(row.ticket_ref);
  return (
    <li className="relative grid min-h-12.75 grid-cols-[6px_minmax(0,1fr)_auto] items-center gap-x-2.5 border-b border-default py-2 pl-3.5 pr-3 last:border-b-0 focus-within:bg-elevated hover:bg-elevated coarse:min-h-14">
      <Dot tone={dot.tone} word={dot.word} />
      <Link
        to="/pilot/{-$id}"
        params={{ id: row.id }}
        className={cx(
          ROW_LINK,
          "truncate text-row focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent",
        )}
      >
        {sessionTitle(row)}
      </Link>
      <Time value={row.last_activity_at} className="justify-self-end font-mono text-mono text-muted-foreground" />
      <span className="col-start-2 flex min-w-0 gap-2 text-hint leading-4 text-muted-foreground">
        <span className="flex-none font-mono text-mono leading-4">{ref ?? "No ticket"}</span>
        <span className="truncate">{row.client_name}</span>
      </span>
      {state ? <State state={state} className="justify-self-end leading-4" /> : <span />}
    </li>
  );
}

function State({ state, className }: { readonly state: Standing; readonly className?: string }): ReactNode {
  const { icon: Icon, tone, word } = state;
  return (
    <span
      className={cx(
        TONE[tone],
        "inline-flex items-center gap-1.25 whitespace-nowrap text-hint",
        tone === "neutral" ? "text-muted-foreground" : "font-medium text-role",
        className,
      )}
    >
      {Icon ? <Icon size={13} className={word === "Answering" ? "animate-spin" : ""} aria-hidden /> : null}
      {word}
    </span>
  );
}

/** The sessions closed last and how they ended. Absent while there are none. */
export function RecentSessions({ scope }: SessionsProps): ReactNode {
  const read = useSessionOverview("recent", scope, RECENT);
  return (
    <Panel title="Recent">
      <PanelBody
        read={{ ...read, data: read.data?.items }}
        what="Recent sessions"
        empty={scope === "mine" ? "Sessions you resolve or close are listed here." : "None closed that you may read."}
        skeleton={<LinesSkeleton rows={3} />}
      >
        {(items) => (
          <ul>
            {items.map((row) => (
              <RecentRow key={row.id} row={row} />
            ))}
          </ul>
        )}
      </PanelBody>
    </Panel>
  );
}

function RecentRow({ row }: { readonly row: SessionRow }): ReactNode {
  const end = endingOf(row, new Date());
  const { icon: Icon } = end;
  return (
    <li className="relative flex min-h-9 items-center gap-4 border-b border-default px-3.5 py-1.5 text-row text-muted-foreground last:border-b-0 focus-within:bg-elevated hover:bg-elevated coarse:min-h-11 max-sm:flex-wrap max-sm:gap-x-2.5 max-sm:gap-y-0.5 max-sm:py-2.25">
      <span className="w-11 flex-none font-mono text-mono max-sm:order-2 max-sm:w-auto">
        {bareRef(row.ticket_ref) ?? "-"}
      </span>
      <Link
        to="/pilot/{-$id}"
        params={{ id: row.id }}
        className={cx(
          ROW_LINK,
          "min-w-0 flex-1 truncate focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent max-sm:order-1 max-sm:basis-full",
        )}
      >
        {sessionTitle(row)}
      </Link>
      <span className="w-35 flex-none truncate max-sm:order-3 max-sm:w-auto">{row.client_name ?? ""}</span>
      <span
        className={cx(TONE[end.tone], "inline-flex w-56 flex-none items-center gap-1.75 max-lg:w-auto max-sm:order-4")}
      >
        {Icon ? <Icon size={14} className="flex-none text-role-edge" aria-hidden /> : null}
        <span className="truncate">{end.word}</span>
      </span>
      <Time
        value={row.resolved_at ?? row.last_activity_at}
        className="w-14 flex-none text-right font-mono text-mono text-muted max-sm:order-5 max-sm:ml-auto max-sm:w-auto"
      />
    </li>
  );
}
