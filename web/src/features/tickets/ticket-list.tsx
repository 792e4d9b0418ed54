import { CircleAlert, SearchX, Ticket, UserX } from "lucide-react";
import type { ReactNode } from "react";
import { type PsaProblem, usePsaName } from "@/api/psa";
import {
  ANY_TICKET,
  type TicketAsk,
  type TicketListOut,
  type TicketSummaryOut,
  type useTicketList,
} from "@/api/tickets";
import { Button, EmptyState, InlineError, Kbd, StaleNote, WhileLoading } from "@/components/ui";
import { usePhone } from "@/lib/hooks";
import { clock } from "@/lib/time";
import { isFiltered } from "./filters";
import { CardsSkeleton, type RowsProps, TableSkeleton, TicketCards, TicketTable } from "./ticket-rows";

interface TicketListProps extends Omit<RowsProps, "tickets"> {
  readonly list: ReturnType<typeof useTicketList>;
  readonly ask: TicketAsk;
  readonly setAsk: (change: Partial<TicketAsk>) => void;
}

/** Every page that was loaded, each ticket once: one that moved between two pages is not shown twice. */
export function ticketsOf(pages: readonly TicketListOut[] | undefined): readonly TicketSummaryOut[] {
  return [...new Map((pages ?? []).flatMap(({ items }) => items).map((ticket) => [ticket.id, ticket])).values()];
}

/** The list in all its states: loading, rows, nothing, refused in part, failed. */
export function TicketList(props: TicketListProps): ReactNode {
  const { list, ask, setAsk, ...rows } = props;
  const phone = usePhone();
  const tickets = ticketsOf(list.data?.pages);
  const problem = list.data?.pages.find((page) => page.problem !== null)?.problem ?? null;
  const Rows = phone ? TicketCards : TicketTable;
  const again = () => void list.refetch();

  return (
    <>
      {list.isError && list.data && !list.isFetchNextPageError ? (
        <StaleNote onRetry={again} retrying={list.isFetching} />
      ) : null}
      {/* Skeletons do not scroll: there is nothing in them that a key could reach. */}
      <div className="@container min-h-0 flex-1 overflow-y-auto has-[>[role=status]]:overflow-hidden">
        <WhileLoading loading={list.isPending} label="Loading tickets">
          {phone ? <CardsSkeleton /> : <TableSkeleton />}
        </WhileLoading>
        {tickets.length > 0 ? <Rows {...rows} tickets={tickets} /> : null}
        {list.data && tickets.length === 0 ? (
          <div className="mx-auto max-w-lg px-4 pt-[12dvh]">
            {problem ? (
              <Problem
                problem={problem}
                mine={ask.assignment === "mine"}
                onRetry={again}
                retrying={list.isFetching}
                onAll={() => setAsk(ANY_TICKET)}
              />
            ) : (
              <Nothing ask={ask} onClear={() => setAsk(ANY_TICKET)} />
            )}
          </div>
        ) : null}
        {list.isError && !list.data ? (
          <div className="mx-auto max-w-lg px-4 pt-[12dvh]">
            <InlineError
              title="Tickets could not be read"
              error={list.error}
              onRetry={again}
              retrying={list.isFetching}
            />
          </div>
        ) : null}
        {phone && tickets.length > 0 ? <Foot list={list} count={tickets.length} /> : null}
      </div>
      {!phone && tickets.length > 0 ? <Foot list={list} count={tickets.length} /> : null}
    </>
  );
}

function Foot({ list, count }: { readonly list: TicketListProps["list"]; readonly count: number }): ReactNode {
  const phone = usePhone();
  const cut = list.data?.pages.some(({ truncated }) => truncated) ?? false;
  const checked = clock(new Date(list.dataUpdatedAt));
  const all = list.hasNextPage ? `${count} shown` : count === 1 ? "1 ticket" : `All ${count} shown`;
  return (
    <footer className="flex min-h-10 flex-none items-center gap-3 border-t border-default bg-page px-6 py-1.5 text-row text-muted max-sm:flex-col max-sm:border-t-0 max-sm:px-4 max-sm:pb-6 pointer-coarse:py-2">
      <span role="status" className="tabular-nums">
        {list.isPlaceholderData ? "Loading" : `${all}, checked ${checked}`}
        {cut ? ". The PSA could not be asked for everything: narrow the filters" : ""}
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

function Nothing({ ask, onClear }: { readonly ask: TicketAsk; readonly onClear: () => void }): ReactNode {
  if (!isFiltered(ask)) {
    return (
      <EmptyState icon={Ticket} title="No open tickets" hint="New ones appear here when they arrive in the PSA." />
    );
  }
  return (
    <EmptyState
      icon={SearchX}
      title={ask.text ? `No ticket matches "${ask.text}" with these filters` : "No ticket matches these filters"}
      action={<Button onClick={onClear}>Clear filters</Button>}
    />
  );
}

interface ProblemProps {
  readonly problem: PsaProblem;
  readonly mine: boolean;
  readonly onRetry: () => void;
  readonly retrying: boolean;
  readonly onAll: () => void;
}

/** Why nothing can be listed: no mapping, or a right that is missing in the PSA, in its own words. */
function Problem({ problem, mine, onRetry, retrying, onAll }: ProblemProps): ReactNode {
  const psa = usePsaName();
  if (problem.code === "no_member_mapping") {
    return (
      <EmptyState
        icon={UserX}
        title={`You are not matched to a member of ${psa} yet`}
        hint={`Mine shows the tickets of your member in ${psa}. An admin can match you to it.`}
        action={<Button onClick={onAll}>Show all tickets</Button>}
      />
    );
  }
  return (
    <InlineError
      title={problem.permission ? `${psa} refuses ${problem.permission}` : "Tickets could not be read"}
      text={problem.message}
      onRetry={onRetry}
      retrying={retrying}
    >
      {mine ? (
        <Button size="lane" variant="ghost" onClick={onAll}>
          Show all tickets
        </Button>
      ) : null}
    </InlineError>
  );
}
