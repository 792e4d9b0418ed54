import { Link } from "@tanstack/react-router";
import { ArrowDown, Link2, RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import type { SessionRow } from "@/api/session-types";
import { useStatusAct } from "@/api/sessions";
import { bareRef, FIELD_WORDS, outcomeOf, type Standing, sessionTitle, statusOf } from "@/components/sessions/look";
import { Marked } from "@/components/sessions/marked";
import { Avatar, Dot, IconButton, ROW_LINK, Skeleton, Table, Td, Th, Time, TONE, Tr } from "@/components/ui";
import { cx } from "@/lib/cx";
import { useNow } from "@/lib/time";

export interface RowsProps {
  readonly rows: readonly SessionRow[];
  /** A text is searched: best hits first. */
  readonly ranked: boolean;
  readonly onShare: (row: SessionRow) => void;
}

// Columns leave one after the other as the list gets narrower, least needed first.
const OWNER = "@max-[980px]:hidden";
const CLIENT = "@max-[860px]:hidden";
const OUTCOME = "@max-[740px]:hidden";

/** All sessions as a table: one link a row. */
export function HistoryTable({ rows, ranked, onShare }: RowsProps): ReactNode {
  const { user } = useSignedIn();
  return (
    <Table aria-label="Sessions">
      <Head ranked={ranked} />
      <tbody>
        {rows.map((row) => {
          const dot = statusOf(row);
          return (
            <Tr key={row.id}>
              <Td className="!h-12.75 !text-primary">
                <SessionLink row={row} className={cx(ROW_LINK, "block truncate")} />
                <MatchLine row={row} />
              </Td>
              <Td className="font-mono !text-mono">{bareRef(row.ticket_ref) ?? "-"}</Td>
              <Td className={CLIENT} title={row.client_name ?? undefined}>
                {row.client_name ?? "-"}
              </Td>
              <Td>
                <span className="flex items-center gap-2 truncate">
                  <Dot tone={dot.tone} word="" />
                  <span className="truncate">{dot.word}</span>
                </span>
              </Td>
              <Td className={OUTCOME}>
                <Ended row={row} />
              </Td>
              <Td className={OWNER}>
                <span className="flex min-w-0 items-center gap-2">
                  <Avatar name={row.owner.name} size={22} {...(row.owner.id === user.id ? { tone: "accent" } : {})} />
                  <span className="truncate">{row.owner.name}</span>
                </span>
              </Td>
              <Td className="text-right font-mono !text-mono text-muted">
                <Time value={row.last_activity_at} />
              </Td>
              <Td className="!overflow-visible">
                <RowActs row={row} onShare={onShare} />
              </Td>
            </Tr>
          );
        })}
      </tbody>
    </Table>
  );
}

function Head({ ranked }: { readonly ranked: boolean }): ReactNode {
  return (
    <thead>
      <tr>
        <Th>Title</Th>
        <Th className="w-21">Ticket</Th>
        <Th className={cx("w-44", CLIENT)}>Client</Th>
        <Th className="w-29">Status</Th>
        <Th className={cx("w-57", OUTCOME)}>Outcome</Th>
        <Th className={cx("w-41", OWNER)}>Owner</Th>
        <Th className="w-24 !text-right" {...(ranked ? {} : { "aria-sort": "descending" })}>
          Updated
          {ranked ? null : <ArrowDown size={12} className="ml-1 inline align-[-2px]" aria-hidden />}
        </Th>
        <Th className="w-23">
          <span className="sr-only">Acts</span>
        </Th>
      </tr>
    </thead>
  );
}

function SessionLink({ row, className }: { readonly row: SessionRow; readonly className?: string }): ReactNode {
  const { match } = row;
  return (
    <Link
      to="/pilot/{-$id}"
      params={{ id: row.id }}
      data-history={row.id}
      title={sessionTitle(row)}
      className={cx(
        "focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent",
        className,
      )}
    >
      {match?.field === "title" ? <MarkedTitle title={sessionTitle(row)} match={match} /> : sessionTitle(row)}
    </Link>
  );
}

/** The whole title, although a hit holds only the words around it. */
function MarkedTitle(props: { readonly title: string; readonly match: NonNullable<SessionRow["match"]> }): ReactNode {
  const { title, match } = props;
  const at = title.indexOf(match.text);
  if (at < 0) {
    return <Marked text={match.text} ranges={match.ranges} lead={200} />;
  }
  const before = [...title.slice(0, at)].length;
  const ranges = match.ranges.map(({ start, end }) => ({ start: start + before, end: end + before }));
  return <Marked text={title} ranges={ranges} lead={200} />;
}

/** Where a hit stands that is not the title. */
function MatchLine({ row }: { readonly row: SessionRow }): ReactNode {
  const { match } = row;
  if (!match || match.field === "title") {
    return null;
  }
  return (
    <span className="mt-px block truncate text-hint leading-4 text-muted-foreground">
      {FIELD_WORDS[match.field]}: <Marked text={match.text.replace(/\s/g, " ")} ranges={match.ranges} />
    </span>
  );
}

function Ended({ row, quiet = false }: { readonly row: SessionRow; readonly quiet?: boolean }): ReactNode {
  const now = useNow();
  const ended: Standing | null = outcomeOf(row, now);
  if (!ended) {
    return quiet ? null : (
      <span>
        <span aria-hidden>-</span>
        <span className="sr-only">Not ended</span>
      </span>
    );
  }
  const { icon: Icon } = ended;
  return (
    <span className={cx(TONE[ended.tone], "flex min-w-0 items-center gap-1.75")}>
      {Icon ? <Icon size={14} className="flex-none text-role-edge" aria-hidden /> : null}
      <span className="truncate">{ended.word}</span>
    </span>
  );
}

/** Acts above the row's own link. Only what this person may do is there. */
function RowActs({ row, onShare }: Pick<RowsProps, "onShare"> & { readonly row: SessionRow }): ReactNode {
  const { user } = useSignedIn();
  const act = useStatusAct(row.id);
  const mine = hasRole(user, "engineer") && (row.owner.id === user.id || row.handler?.id === user.id);
  const closed = row.status === "resolved" || row.status === "abandoned";
  return (
    <span className="relative z-10 flex items-center justify-end gap-0.5">
      {mine && closed ? (
        <IconButton
          icon={RotateCcw}
          label={`Reopen ${sessionTitle(row)}`}
          busy={act.isPending}
          onClick={() => act.mutate({ act: "reopen" })}
        />
      ) : null}
      {mine || hasRole(user, "admin") ? (
        <IconButton icon={Link2} label={`Share link for ${sessionTitle(row)}`} onClick={() => onShare(row)} />
      ) : null}
    </span>
  );
}

/** The same as cards, for phones. */
export function HistoryCards({ rows, onShare }: RowsProps): ReactNode {
  return (
    <ul aria-label="Sessions" className="flex flex-col gap-2 px-3 pb-4 pt-2.5">
      {rows.map((row) => {
        const dot = statusOf(row);
        return (
          <li
            key={row.id}
            className="relative grid gap-1.5 rounded-card border border-default bg-card px-3.5 pb-2 pt-2.75 active:bg-elevated"
          >
            <span className="flex items-center gap-2 text-row leading-none text-muted-foreground">
              <Dot tone={dot.tone} word="" />
              {dot.word}
              <span className="font-mono text-mono">{row.ticket_ref ?? ""}</span>
              <Time value={row.last_activity_at} className="ml-auto font-mono text-mono" />
            </span>
            <SessionLink
              row={row}
              className="text-[0.9375rem] font-medium leading-[1.35] text-heading no-underline after:absolute after:inset-0"
            />
            <MatchLine row={row} />
            <span className="flex min-w-0 items-center gap-2 text-bubble text-muted-foreground">
              <span className="min-w-0 flex-1">
                <span className="block truncate">{row.client_name ?? "No client"}</span>
                <Ended row={row} quiet />
              </span>
              <RowActs row={row} onShare={onShare} />
            </span>
          </li>
        );
      })}
    </ul>
  );
}

const WIDTHS = ["w-64", "w-80", "w-56", "w-72", "w-60", "w-84", "w-52", "w-76"] as const;

/** Rows in their final geometry while the first page is on the way. */
export function HistorySkeleton({ phone }: { readonly phone: boolean }): ReactNode {
  if (phone) {
    return (
      <div aria-hidden className="flex flex-col gap-2 px-3 pt-2.5">
        {WIDTHS.map((width) => (
          <span
            key={width}
            className="flex h-27 flex-col justify-between rounded-card border border-default bg-card p-3.5"
          >
            <Skeleton className="w-24" />
            <Skeleton className={cx(width, "max-w-full")} />
            <Skeleton className="w-36" />
          </span>
        ))}
      </div>
    );
  }
  return (
    <Table aria-hidden>
      <Head ranked={false} />
      <tbody>
        {WIDTHS.map((width) => (
          <tr key={width}>
            <Td className="!h-12.75">
              <Skeleton className={cx(width, "max-w-full")} />
            </Td>
            <Td>
              <Skeleton className="w-10" />
            </Td>
            <Td className={CLIENT}>
              <Skeleton className="w-28" />
            </Td>
            <Td>
              <Skeleton className="w-18" />
            </Td>
            <Td className={OUTCOME}>
              <Skeleton className="w-36" />
            </Td>
            <Td className={OWNER}>
              <Skeleton className="w-24" />
            </Td>
            <Td>
              <Skeleton className="ml-auto w-10" />
            </Td>
            <Td />
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
