import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useCanAct } from "@/api/auth";
import { useBoards } from "@/api/psa";
import { ANY_TICKET, type TicketSummaryOut, useTicketList, useTicketLive } from "@/api/tickets";
import { Priority, StatusMark } from "@/components/tickets/marks";
import { StartRowButton, TicketInUseDialog, useFlowPilotStart } from "@/components/tickets/start-flowpilot";
import { buttonClass, Combobox, ROW_LINK, Segmented, Time } from "@/components/ui";
import { cx } from "@/lib/cx";
import { usePhone } from "@/lib/hooks";
import { LinesSkeleton, Panel, PanelBody } from "./panel";

const ROWS = 8;
const READ = 25;

type Queue = "mine" | "unassigned";

/** Open tickets that are mine or nobody's, each with a way to start. */
export function TicketQueue(): ReactNode {
  const canAct = useCanAct();
  const [queue, setQueue] = useState<Queue>(canAct ? "mine" : "unassigned");
  const [boards, setBoards] = useState<readonly string[]>([]);
  const mine = useTicketList({ ...ANY_TICKET, assignment: "mine", boards }, READ);
  const free = useTicketList({ ...ANY_TICKET, assignment: "unassigned", boards }, READ);
  const read = queue === "mine" ? mine : free;
  const page = read.data?.pages[0];
  useTicketLive();
  return (
    <Panel
      title="Ticket queue"
      tools={
        <span className="ml-1 flex items-center gap-1">
          <Segmented
            label="Queue"
            size="sm"
            value={queue}
            onChange={setQueue}
            options={[
              { value: "mine", label: "My tickets", count: countOf(mine) },
              { value: "unassigned", label: "Unassigned", count: countOf(free) },
            ]}
          />
          <BoardChoice value={boards} onChange={setBoards} />
        </span>
      }
      actions={
        <Link
          to="/tickets"
          search={queueSearch(queue, boards)}
          className={cx(buttonClass("ghost", "lane"), "max-sm:hidden")}
        >
          Open tickets
        </Link>
      }
    >
      <PanelBody
        read={{ ...read, data: page ? page.items.slice(0, ROWS) : undefined }}
        what="Tickets"
        empty={
          page?.problem ? (
            <QueueProblem problem={page.problem} onOther={() => setQueue("unassigned")} />
          ) : (
            emptyWords(queue, boards)
          )
        }
        skeleton={<LinesSkeleton rows={6} />}
      >
        {(tickets) => <Rows tickets={tickets} />}
      </PanelBody>
      <Link
        to="/tickets"
        search={queueSearch(queue, boards)}
        className="flex h-11 items-center justify-center border-t border-default text-bubble font-medium text-muted-foreground no-underline sm:hidden"
      >
        Open tickets
      </Link>
    </Panel>
  );
}

/** How many there are, when one page holds them all. */
function countOf(read: ReturnType<typeof useTicketList>): number | undefined {
  const page = read.data?.pages[0];
  return page && page.next_cursor === null && page.problem === null ? page.items.length : undefined;
}

function queueSearch(queue: Queue, boards: readonly string[]): Record<string, string> {
  return { who: queue, ...(boards.length > 0 ? { board: boards.join(",") } : {}) };
}

function emptyWords(queue: Queue, boards: readonly string[]): string {
  const where = boards.length > 0 ? " on these boards" : "";
  return queue === "mine" ? `No open ticket of yours${where}.` : `Every open ticket${where} has somebody on it.`;
}

function QueueProblem({
  problem,
  onOther,
}: {
  readonly problem: { readonly code: string; readonly message: string };
  readonly onOther: () => void;
}): ReactNode {
  return (
    <>
      {problem.message}{" "}
      {problem.code === "no_member_mapping" ? (
        <button type="button" onClick={onOther} className="font-medium text-accent hover:underline">
          Show unassigned tickets
        </button>
      ) : null}
    </>
  );
}

function BoardChoice({
  value,
  onChange,
}: {
  readonly value: readonly string[];
  readonly onChange: (boards: readonly string[]) => void;
}): ReactNode {
  const boards = useBoards();
  const items = boards.data?.items ?? [];
  const problem = boards.data?.problem ?? null;
  if (items.length === 0 && problem === null) {
    return null;
  }
  return (
    <span className="[&>button]:h-7 [&>button]:px-2 [&>button]:text-row coarse:[&>button]:h-11 max-sm:hidden">
      <Combobox
        label="Boards"
        look="quiet"
        multiple
        placeholder="All boards"
        options={items.map((board) => ({ value: board.id, label: board.name }))}
        value={value}
        onChange={onChange}
        notice={problem?.message ?? null}
      />
    </span>
  );
}

function Rows({ tickets }: { readonly tickets: readonly TicketSummaryOut[] }): ReactNode {
  const canAct = useCanAct();
  const pilot = useFlowPilotStart();
  const Row = usePhone() ? PhoneRow : WideRow;
  return (
    <>
      <ul>
        {tickets.map((ticket, index) => (
          <Row
            key={ticket.id}
            ticket={ticket}
            start={canAct ? <StartRowButton ticket={ticket} pilot={pilot} worded={index === 0} /> : null}
          />
        ))}
      </ul>
      <TicketInUseDialog pilot={pilot} />
    </>
  );
}

interface RowProps {
  readonly ticket: TicketSummaryOut;
  readonly start: ReactNode;
}

const ROW =
  "group relative border-b border-default text-row text-muted-foreground last:border-b-0 focus-within:bg-elevated hover:bg-elevated";

function WideRow({ ticket, start }: RowProps): ReactNode {
  return (
    <li className={cx(ROW, "flex h-9 items-center gap-3 pl-3.5 pr-2 coarse:h-12")}>
      <span className="w-11 flex-none font-mono text-mono">{ticket.number}</span>
      <TicketLink ticket={ticket} className="flex-1 truncate" />
      <span className="w-35 flex-none truncate @max-[760px]:hidden">{ticket.company?.name ?? ""}</span>
      <Priority priority={ticket.priority} />
      <span className="w-31 flex-none">
        <StatusMark status={ticket.status} />
      </span>
      <Time value={ticket.updated_at} className="w-13 flex-none text-right font-mono text-mono text-muted" />
      {start}
    </li>
  );
}

function PhoneRow({ ticket, start }: RowProps): ReactNode {
  return (
    <li className={cx(ROW, "grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-2 py-2 pl-3.5 pr-1")}>
      <TicketLink ticket={ticket} className="line-clamp-2 text-bubble leading-snug" />
      <span className="row-span-2">{start}</span>
      <span className="mt-0.5 flex min-w-0 items-center gap-2 text-hint">
        <Priority priority={ticket.priority} />
        <span className="flex-none font-mono text-mono">{ticket.number}</span>
        <span className="truncate">{ticket.company?.name ?? ""}</span>
        <Time value={ticket.updated_at} className="ml-auto flex-none font-mono text-mono text-muted" />
      </span>
    </li>
  );
}

function TicketLink({
  ticket,
  className,
}: {
  readonly ticket: TicketSummaryOut;
  readonly className: string;
}): ReactNode {
  return (
    <Link
      to="/tickets"
      search={{ ticket: /^[1-9]\d{0,14}$/.test(ticket.id) ? Number(ticket.id) : ticket.id }}
      title={ticket.summary}
      className={cx(
        ROW_LINK,
        "min-w-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent",
        className,
      )}
    >
      {ticket.summary || "Without a summary"}
    </Link>
  );
}
