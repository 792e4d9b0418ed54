import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { SessionRow } from "@/api/session-types";
import { snapshotQuery } from "@/api/sessions";
import { rowWords, sessionTitle, statusOf } from "@/components/sessions/look";
import { Dot, Time } from "@/components/ui";
import { cx } from "@/lib/cx";
import { indexOf } from "../model/offsets";

interface RowProps {
  readonly row: SessionRow;
  readonly selected: boolean;
  readonly onChoose: (() => void) | undefined;
}

/** One session, 51 px: title; reference, client and time below. Pointing at it fetches it, so that it paints at once when chosen. */
export function SessionListRow({ row, selected, onChoose }: RowProps): ReactNode {
  const client = useQueryClient();
  const look = statusOf(row);
  const prefetch = () => void client.prefetchQuery(snapshotQuery(row.id));
  return (
    <Link
      to="/pilot/{-$id}"
      params={{ id: row.id }}
      data-session={row.id}
      aria-current={selected ? "page" : undefined}
      onClick={onChoose}
      onPointerEnter={prefetch}
      onFocus={prefetch}
      className={cx(
        "relative grid min-h-12.75 grid-cols-[8px_minmax(0,1fr)] items-center gap-x-2.5 gap-y-px px-3.5 py-2 no-underline hover:bg-elevated focus-visible:-outline-offset-2",
        selected &&
          "bg-elevated before:absolute before:inset-y-0 before:left-0 before:w-0.5 before:bg-accent-edge before:forced-color-adjust-none",
      )}
    >
      <Dot tone={look.tone} word={rowWords(row)} hollow={row.status === "abandoned"} className="!size-1.75" />
      <span className={cx("truncate text-row font-medium", selected ? "text-heading" : "text-primary")}>
        {sessionTitle(row)}
      </span>
      <span
        className={cx(
          "col-start-2 flex min-w-0 items-baseline gap-2 text-hint leading-[1.4]",
          selected ? "text-muted-foreground" : "text-muted",
        )}
      >
        {row.status === "requesting_escalation" ? (
          <span className="truncate text-danger">{look.word}</span>
        ) : (
          <>
            <span className="flex-none whitespace-nowrap font-mono text-mono">
              {row.ticket_ref ? shortRef(row.ticket_ref) : "No ticket"}
            </span>
            <span className="truncate">{row.client_name}</span>
          </>
        )}
        <Time value={row.last_activity_at} className="ml-auto flex-none pl-1 font-mono text-mono" />
      </span>
      {row.match && row.match.field !== "title" ? <MatchLine match={row.match} /> : null}
    </Link>
  );
}

/** `CW #48291` as `#48291`: the list is of one PSA. */
function shortRef(ref: string): string {
  return /#\S+/.exec(ref)?.[0] ?? ref;
}

function MatchLine({ match }: { readonly match: NonNullable<SessionRow["match"]> }): ReactNode {
  const at = indexOf(match.text);
  const first = match.ranges[0];
  const from = first ? Math.max(0, at(first.start) - 24) : 0;
  const parts: ReactNode[] = [];
  let done = from;
  for (const range of match.ranges) {
    const [start, end] = [at(range.start), at(range.end)];
    if (start >= done) {
      parts.push(match.text.slice(done, start), <mark key={start}>{match.text.slice(start, end)}</mark>);
      done = end;
    }
  }
  parts.push(match.text.slice(done));
  return (
    <span className="col-start-2 truncate text-hint text-muted-foreground">
      {from > 0 ? "…" : ""}
      {parts}
    </span>
  );
}
