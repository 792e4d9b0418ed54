import { Link, useParams } from "@tanstack/react-router";
import { SquareTerminal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useCanAct } from "@/api/auth";
import { type DraftRow, useDrafts, useDraftsLive } from "@/api/drafts";
import { FixMark, LANGUAGES } from "@/components/scripts/origin";
import { PageHeader } from "@/components/shell";
import { Button, EmptyState, InlineError, Segmented, Skeleton, StaleNote, Time, WhileLoading } from "@/components/ui";
import { cx } from "@/lib/cx";
import { useTitle } from "@/lib/hooks";
import { DraftDetail } from "./detail";

/** Scripts of sessions that wait to be reviewed into the library: the list, and one of them beside it. */
export function DraftsPage(): ReactNode {
  useTitle("Script drafts");
  const canAct = useCanAct();
  const { draftId: id } = useParams({ from: "/app/scripts/drafts/{-$draftId}" });
  if (!canAct) {
    return (
      <>
        <PageHeader title="Script drafts" />
        <EmptyState
          icon={SquareTerminal}
          title="Drafts are for engineers"
          hint="They review scripts of sessions before others use them."
          framed={false}
          className="mt-16"
        />
      </>
    );
  }
  return (
    <>
      <PageHeader title="Script drafts" />
      <div className="flex min-h-0 flex-1">
        <DraftList openId={id ?? null} />
        {id ? (
          <DraftDetail key={id} id={id} />
        ) : (
          <div className="flex flex-1 items-start justify-center pt-[16dvh] max-lg:hidden">
            <EmptyState
              icon={SquareTerminal}
              title="Choose a draft to review"
              hint="What you save can be used by everybody in the account."
              framed={false}
            />
          </div>
        )}
      </div>
    </>
  );
}

function DraftList({ openId }: { readonly openId: string | null }): ReactNode {
  useDraftsLive();
  const [waiting, setWaiting] = useState(true);
  const list = useDrafts(waiting);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section
      aria-label="Drafts"
      className={cx(
        "flex min-h-0 flex-col border-r border-default bg-sidebar max-lg:w-full max-lg:border-r-0 lg:w-84 lg:flex-none",
        openId && "max-lg:hidden",
      )}
    >
      <div className="flex h-12 flex-none items-center border-b border-default px-4">
        <Segmented
          label="Which drafts"
          size="sm"
          value={waiting ? "waiting" : "all"}
          options={[
            { value: "waiting", label: "Waiting" },
            { value: "all", label: "All" },
          ]}
          onChange={(next) => setWaiting(next === "waiting")}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {list.isError && list.data ? (
          <StaleNote onRetry={() => void list.refetch()} retrying={list.isFetching} />
        ) : null}
        {list.isError && !list.data ? (
          <InlineError
            title="Drafts could not be read"
            error={list.error}
            onRetry={() => void list.refetch()}
            retrying={list.isFetching}
            className="m-4"
          />
        ) : null}
        <WhileLoading loading={list.isPending} label="Loading drafts">
          <Skeleton className="m-4 h-16" />
        </WhileLoading>
        {list.data && rows.length === 0 ? (
          <EmptyState
            icon={SquareTerminal}
            title={waiting ? "No draft is waiting" : "No drafts yet"}
            hint="In a session, open a fix's script and choose Run now, templatize after resolve."
            framed={false}
            className="mt-8"
          />
        ) : null}
        <ul>
          {rows.map((row) => (
            <li key={row.id}>
              <Row row={row} current={row.id === openId} />
            </li>
          ))}
        </ul>
        {list.hasNextPage ? (
          <div className="flex justify-center p-3">
            <Button size="lane" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              Show more
            </Button>
          </div>
        ) : null}
      </div>
    </section>
  );
}

function Row({ row, current }: { readonly row: DraftRow; readonly current: boolean }): ReactNode {
  return (
    <Link
      to="/scripts/drafts/{-$draftId}"
      params={{ draftId: row.id }}
      aria-current={current ? "page" : undefined}
      className={cx(
        "block border-b border-default px-4 py-3 no-underline hover:bg-elevated",
        current ? "bg-elevated" : "bg-transparent",
      )}
    >
      <span className="line-clamp-2 text-bubble font-medium text-heading">
        {row.proposed_name ?? "Untitled script"}
      </span>
      <span className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-hint text-muted-foreground">
        <span>{LANGUAGES[row.language]}</span>
        <span>{row.source_ticket_ref ?? row.source_user.name}</span>
        <Time value={row.created_at} />
        {row.status === "pending" ? <FixMark status={row.fix_status} /> : null}
        {row.status === "pending" ? null : <span>{row.status === "accepted" ? "Saved" : "Rejected"}</span>}
      </span>
    </Link>
  );
}
