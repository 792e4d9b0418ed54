import { useNavigate } from "@tanstack/react-router";
import { CircleAlert, History, SearchX } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { useCanAct } from "@/api/auth";
import { useHistory } from "@/api/history";
import type { SessionRow } from "@/api/session-types";
import { useSessionLive } from "@/api/sessions";
import { sessionTitle } from "@/components/sessions/look";
import { ShareDialog } from "@/components/sessions/share-dialog";
import { PageHeader } from "@/components/shell";
import { Button, EmptyState, InlineError, Kbd, StaleNote, WhileLoading } from "@/components/ui";
import { usePhone, useTitle } from "@/lib/hooks";
import { useShortcut } from "@/lib/shortcuts";
import { useNow } from "@/lib/time";
import { askOf, isFiltered, NO_FILTER } from "./filters";
import { HistoryCards, HistorySkeleton, HistoryTable } from "./rows";
import { Toolbar } from "./toolbar";
import { useView } from "./use-view";

/** Every session one may read, with filters in the address. */
export function HistoryPage(): ReactNode {
  useTitle("History");
  useSessionLive();
  const [view, change] = useView();
  const phone = usePhone();
  const list = useHistory(askOf(view, useToday()));
  const searchRef = useRef<HTMLInputElement>(null);
  const [sharing, setSharing] = useState<SessionRow | null>(null);
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const ranked = view.q.trim().length >= 2;
  const props = { rows, ranked, onShare: setSharing };
  useRowKeys(searchRef);
  return (
    <>
      <PageHeader title="History" />
      <section aria-label="Session list" className="flex min-h-0 flex-1 flex-col">
        <Toolbar view={view} change={change} rows={rows} searchRef={searchRef} />
        <div className="@container min-h-0 flex-1 overflow-y-auto" aria-busy={list.isPlaceholderData || undefined}>
          {list.isError && list.data ? (
            <StaleNote onRetry={() => void list.refetch()} retrying={list.isFetching} />
          ) : null}
          <WhileLoading loading={list.isPending} label="Loading sessions">
            <HistorySkeleton phone={phone} />
          </WhileLoading>
          {rows.length > 0 ? (
            phone ? (
              <HistoryCards {...props} />
            ) : (
              <HistoryTable {...props} />
            )
          ) : list.isError && !list.data ? (
            <div className="mx-auto max-w-lg px-4 pt-[12dvh]">
              <InlineError
                title="Sessions could not be read"
                error={list.error}
                onRetry={() => void list.refetch()}
                retrying={list.isFetching}
              />
            </div>
          ) : list.data && !list.hasNextPage ? (
            <Empty filtered={isFiltered(view)} onClear={() => change(NO_FILTER)} />
          ) : null}
          {phone && rows.length > 0 ? <Foot list={list} count={rows.length} ranked={ranked} /> : null}
        </div>
        {!phone && rows.length > 0 ? <Foot list={list} count={rows.length} ranked={ranked} /> : null}
      </section>
      {sharing ? <ShareDialog id={sharing.id} title={sessionTitle(sharing)} onClose={() => setSharing(null)} /> : null}
    </>
  );
}

/** The day, which changes at midnight and not with each tick. */
function useToday(): Date {
  const now = useNow();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate());
}

function Empty({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }): ReactNode {
  const navigate = useNavigate();
  const canAct = useCanAct();
  return (
    <div className="mx-auto w-full max-w-lg px-4 pt-[12dvh]">
      {filtered ? (
        <EmptyState
          icon={SearchX}
          title="No session matches"
          hint={'Use fewer words, an "exact phrase", or take a filter away.'}
          action={<Button onClick={onClear}>Clear filters</Button>}
        />
      ) : (
        <EmptyState
          icon={History}
          title="No sessions yet"
          hint="Every session you may read is listed here, open and closed."
          action={
            canAct ? (
              <Button variant="primary" onClick={() => void navigate({ to: "/" })}>
                Start one
              </Button>
            ) : null
          }
        />
      )}
    </div>
  );
}

function Foot(props: {
  readonly list: ReturnType<typeof useHistory>;
  readonly count: number;
  readonly ranked: boolean;
}): ReactNode {
  const { list, count, ranked } = props;
  const phone = usePhone();
  const shown = list.hasNextPage ? `${count} shown` : count === 1 ? "1 session" : `All ${count} shown`;
  return (
    <footer className="flex min-h-10 flex-none items-center gap-3 border-t border-default bg-page px-6 py-1.5 text-row text-muted max-sm:flex-col max-sm:border-t-0 max-sm:px-4 max-sm:pb-6 pointer-coarse:py-2">
      <span role="status" className="tabular-nums">
        {list.isPlaceholderData ? "Loading" : ranked ? `${shown}, best match first` : shown}
      </span>
      {list.isFetchNextPageError ? (
        <span role="alert" className="inline-flex items-center gap-1.5 text-primary">
          <CircleAlert size={13} className="text-warning" aria-hidden />
          More could not be loaded
        </span>
      ) : null}
      {list.hasNextPage && !list.isPlaceholderData ? (
        <Button
          size={phone ? "touch" : "nudge"}
          className="max-sm:w-full"
          busy={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {list.isFetchNextPageError ? "Try again" : "Load more"}
        </Button>
      ) : null}
      {phone ? null : (
        <span aria-hidden className="ml-auto flex items-center gap-3 pointer-coarse:hidden">
          <span>Fixes are provisional until they hold 30 days</span>
          <span className="flex items-center gap-1.5">
            <Kbd>J</Kbd>
            <Kbd>K</Kbd> move
          </span>
          <span className="flex items-center gap-1.5">
            <Kbd>Enter</Kbd> open
          </span>
        </span>
      )}
    </footer>
  );
}

/** J and K go through the rows, / to the search. */
function useRowKeys(searchRef: { readonly current: HTMLInputElement | null }): void {
  const move = (step: 1 | -1) => {
    const links = [...document.querySelectorAll<HTMLElement>("a[data-history]")];
    const focused = document.activeElement;
    const at = focused instanceof HTMLElement ? links.indexOf(focused) : -1;
    const next =
      links[at === -1 ? (step === 1 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  useShortcut({ keys: "J", label: "Next session", group: "History" }, () => move(1));
  useShortcut({ keys: "K", label: "Previous session", group: "History" }, () => move(-1));
  useShortcut({ keys: "/", label: "Search the sessions", group: "History" }, () => searchRef.current?.focus());
}
