import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { TicketAsk } from "@/api/tickets";
import { readView, type TicketsView, writeView } from "./filters";

interface ViewActs extends TicketsView {
  /** Changes filters; the open ticket stays open. Typing replaces the address, a choice adds to its history. */
  readonly setAsk: (change: Partial<TicketAsk>, how?: { readonly replace?: boolean }) => void;
  readonly open: (ticket: string, how?: { readonly replace?: boolean }) => void;
  readonly close: () => void;
  /** The search part of the address that opens a ticket with the filters as they are. */
  readonly searchFor: (ticket: string) => Record<string, string | number>;
}

/** The view of the address, and the ways to change it. */
export function useView(): ViewActs {
  const search = useSearch({ from: "/app/tickets" });
  const navigate = useNavigate();
  const view = useMemo(() => readView(search), [search]);
  const go = useCallback(
    (next: TicketsView, replace: boolean) => void navigate({ to: "/tickets", search: writeView(next), replace }),
    [navigate],
  );
  return useMemo(
    () => ({
      ...view,
      setAsk: (change, how = {}) => go({ ...view, ask: { ...view.ask, ...change } }, how.replace ?? false),
      open: (ticket, how = {}) => go({ ...view, ticket }, how.replace ?? false),
      close: () => go({ ...view, ticket: null }, false),
      searchFor: (ticket) => writeView({ ...view, ticket }),
    }),
    [view, go],
  );
}
