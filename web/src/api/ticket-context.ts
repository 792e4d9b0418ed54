import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { keys } from "./keys";

/** What the session view reads of a ticket: enough to quote it and to recognise it. Texts come from the PSA and are untrusted. */
export interface TicketBrief {
  readonly id: string;
  readonly number: string;
  readonly ref: string;
  readonly summary: string;
  readonly status: { readonly name: string } | null;
  readonly priority: { readonly name: string } | null;
  readonly company: { readonly name: string } | null;
  readonly contact: { readonly name: string } | null;
  readonly closed: boolean;
  readonly url: string;
}

interface Section<T> {
  readonly items: readonly T[] | null;
  readonly problem: { readonly message: string } | null;
}

export interface TicketContext {
  readonly ticket: TicketBrief & { readonly description: string; readonly site: string | null };
  readonly sections: {
    readonly notes: Section<{
      readonly id: string;
      readonly author: string;
      readonly text: string;
      readonly visibility: "internal" | "customer";
      readonly created_at: string | null;
    }>;
    readonly configurations: Section<{
      readonly id: string;
      readonly name: string;
      readonly type: string | null;
      readonly ip_address: string | null;
      readonly os: string | null;
    }>;
    readonly related: Section<TicketBrief>;
  };
}

export function useTicketContext(ticketId: string | null, enabled: boolean) {
  return useQuery({
    queryKey: keys.ticket(ticketId ?? ""),
    queryFn: ({ signal }) =>
      api.get<TicketContext>(`/integrations/psa/tickets/${encodeURIComponent(ticketId ?? "")}`, { signal }),
    enabled: enabled && ticketId !== null,
  });
}

/** Open tickets that match words or a number, for linking. */
export function useTicketLookup(text: string, enabled: boolean) {
  const query = text.trim();
  return useQuery({
    queryKey: [...keys.tickets, "lookup", query],
    queryFn: ({ signal }) =>
      api.get<{ items: readonly TicketBrief[]; problem: { readonly message: string } | null }>(
        "/integrations/psa/tickets",
        {
          query: { query, limit: 8 },
          signal,
        },
      ),
    enabled,
    staleTime: 15_000,
  });
}
