import { useNavigate } from "@tanstack/react-router";
import { PlugZap, TicketPlus } from "lucide-react";
import { lazy, type ReactNode, Suspense, useRef, useState } from "react";
import { useCanAct } from "@/api/auth";
import { useMembers, usePsaStatus } from "@/api/psa";
import { TICKETS_PAGE, useTicketList, useTicketLive } from "@/api/tickets";
import { PageHeader } from "@/components/shell";
import { TicketInUseDialog, useFlowPilotStart } from "@/components/tickets/start-flowpilot";
import { Button, EmptyState, IconButton, Sheet } from "@/components/ui";
import { useAhead } from "@/lib/ahead";
import { useLaneDrawer, usePhone, useTitle } from "@/lib/hooks";
import { isFiltered } from "./filters";
import { TicketPanel } from "./panel/ticket-panel";
import { TicketList, ticketsOf } from "./ticket-list";
import { Toolbar } from "./toolbar";
import { useRowKeys } from "./use-row-keys";
import { useView } from "./use-view";

const loadNewTicket = async () => ({ default: (await import("@/components/tickets/new-ticket")).NewTicket });
const NewTicket = lazy(loadNewTicket);

/** Tickets of the PSA. Filters and the open ticket are in the address. */
export function TicketsPage(): ReactNode {
  useTitle("Tickets");
  const status = usePsaStatus();
  return status.data && !status.data.connected ? <NoPsa /> : <Tickets />;
}

function NoPsa(): ReactNode {
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title="Tickets" />
      <div className="mx-auto w-full max-w-lg px-4 pt-[14dvh]">
        <EmptyState
          icon={PlugZap}
          title="No PSA is connected"
          hint="Tickets come from a PSA. Without one, sessions start from words and are resolved here."
          action={<Button onClick={() => void navigate({ to: "/" })}>Go to Home</Button>}
        />
      </div>
    </>
  );
}

function Tickets(): ReactNode {
  const view = useView();
  const list = useTicketList(view.ask, TICKETS_PAGE);
  const me = useMembers().data?.items.find((member) => member.is_me)?.id ?? null;
  const searchRef = useRef<HTMLInputElement>(null);
  const pilot = useFlowPilotStart();
  const drawer = useLaneDrawer();
  const phone = usePhone();
  const canAct = useCanAct();
  const [adding, setAdding] = useState(false);
  const ahead = useAhead(loadNewTicket);
  const add = () => ahead(() => setAdding(true));
  useTicketLive();
  const tickets = ticketsOf(list.data?.pages);
  const steps = useRowKeys({ tickets, selected: view.ticket, open: view.open, close: view.close, searchRef });

  const panel = view.ticket ? (
    <TicketPanel key={view.ticket} id={view.ticket} steps={steps} pilot={pilot} searchFor={view.searchFor} />
  ) : null;
  const total = isFiltered(view.ask) || list.hasNextPage || tickets.length === 0 ? null : `${tickets.length} open`;
  return (
    <>
      <PageHeader
        title="Tickets"
        meta={total}
        actions={
          canAct ? (
            phone ? (
              <IconButton icon={TicketPlus} label="New ticket" size="touch" onClick={add} />
            ) : (
              <Button icon={TicketPlus} onClick={add}>
                New ticket
              </Button>
            )
          ) : null
        }
      />
      <div className="flex min-h-0 flex-1">
        <section aria-label="Ticket list" className="flex min-w-0 flex-1 flex-col">
          <Toolbar ask={view.ask} setAsk={view.setAsk} tickets={tickets} searchRef={searchRef} />
          <TicketList
            list={list}
            ask={view.ask}
            setAsk={view.setAsk}
            selected={view.ticket}
            searchFor={view.searchFor}
            myMember={me}
          />
        </section>
        {panel && !drawer ? (
          <aside aria-label="Ticket" className="flex w-110 flex-none flex-col border-l border-default bg-sidebar">
            {panel}
          </aside>
        ) : null}
      </div>
      {drawer ? (
        <Sheet
          open={panel !== null}
          onClose={steps.close}
          label="Ticket"
          side="right"
          focus="self"
          className="!w-110 !max-w-full max-sm:!w-full max-sm:border-l-0"
        >
          {panel}
        </Sheet>
      ) : null}
      <TicketInUseDialog pilot={pilot} />
      <Suspense fallback={null}>
        {adding ? (
          <NewTicket
            onClose={() => setAdding(false)}
            onOpened={(made) => {
              setAdding(false);
              if (made.ticket) {
                view.open(made.ticket.id);
              }
            }}
          />
        ) : null}
      </Suspense>
    </>
  );
}
