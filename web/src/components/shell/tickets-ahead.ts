import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type MouseEvent, useCallback, useEffect } from "react";
import { ANY_TICKET, TICKETS_PAGE, ticketListQuery } from "@/api/tickets";
import { whenIdle } from "@/lib/ahead";

/** Fetches the page of tickets while nothing else is to be done. `shown`: its link is there. */
export function useTicketsAhead(shown: boolean): void {
  const router = useRouter();
  useEffect(() => {
    // What cannot be fetched now is fetched when the page is opened.
    return shown ? whenIdle(() => void router.preloadRoute({ to: "/tickets" }).catch(() => undefined)) : undefined;
  }, [router, shown]);
}

/** Asks for the list at the press itself: the PSA answers while the page is being made. */
export function useAskForTickets(): (event: MouseEvent) => void {
  const client = useQueryClient();
  return useCallback(
    (event) => {
      if (!(event.metaKey || event.ctrlKey || event.shiftKey)) {
        void client.prefetchInfiniteQuery(ticketListQuery(ANY_TICKET, TICKETS_PAGE));
      }
    },
    [client],
  );
}
