import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useMutationState,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback } from "react";
import { api } from "@/lib/api";
import { useLive } from "@/lib/live";
import { keys } from "./keys";
import type {
  NoteIn,
  NotePostOut,
  StatusChangeIn,
  StatusChangeOut,
  TicketDetailOut,
  TicketListOut,
  TicketSummaryOut,
  WriteOut,
} from "./schema.gen";

export type {
  AssigneeOut,
  AttachmentOut,
  ConfigurationOut,
  NoteOut,
  NotePostOut,
  StatusChangeOut,
  TicketDetailOut,
  TicketListOut,
  TicketOut,
  TicketSummaryOut,
  TimeEntryOut,
  WriteOut,
} from "./schema.gen";

export type Visibility = NoteIn["visibility"];

const PATH = "/integrations/psa";
const ticketPath = (id: string) => `${PATH}/tickets/${encodeURIComponent(id)}`;

/** What the list is asked for. Ids are the PSA's own; `status` is a name, since ids belong to one board. */
export interface TicketAsk {
  readonly assignment: string;
  readonly boards: readonly string[];
  readonly status: string | null;
  readonly priorities: readonly string[];
  readonly company: string | null;
  readonly closed: "open" | "closed" | "all";
  readonly text: string;
}

export const ANY_TICKET: TicketAsk = {
  assignment: "all",
  boards: [],
  status: null,
  priorities: [],
  company: null,
  closed: "open",
  text: "",
};

/** How many tickets the page of tickets shows at a time. */
export const TICKETS_PAGE = 50;

const listKey = (ask: TicketAsk, limit: number) => [...keys.tickets, "list", ask, limit] as const;

export const ticketListQuery = (ask: TicketAsk, limit: number) =>
  infiniteQueryOptions({
    queryKey: listKey(ask, limit),
    queryFn: ({ signal, pageParam }) =>
      api.get<TicketListOut>(`${PATH}/tickets`, {
        query: {
          query: ask.text,
          assignment: ask.assignment,
          board_ids: ask.boards,
          status_name: ask.status,
          priority_ids: ask.priorities,
          company_id: ask.company,
          closed: ask.closed,
          limit,
          cursor: pageParam,
        },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Tickets that match, newest first; `fetchNextPage` loads more. Rows of the filters before stay until the new ones are there. */
export function useTicketList(ask: TicketAsk, limit: number, enabled = true) {
  return useInfiniteQuery({ ...ticketListQuery(ask, limit), placeholderData: keepPreviousData, enabled });
}

/** A few open tickets by words or number, to choose one from. */
export function useTicketSearch(text: string, enabled: boolean) {
  const query = text.trim();
  return useQuery({
    queryKey: [...keys.tickets, "search", query],
    queryFn: ({ signal }) => api.get<TicketListOut>(`${PATH}/tickets`, { query: { query, limit: 8 }, signal }),
    enabled,
    staleTime: 15_000,
    placeholderData: keepPreviousData,
  });
}

export const ticketQuery = (id: string) =>
  queryOptions({
    queryKey: keys.ticket(id),
    queryFn: ({ signal }) => api.get<TicketDetailOut>(ticketPath(id), { signal }),
    staleTime: 15_000,
  });

/** One ticket with its sections; each section has items or a problem of its own. */
export function useTicket(id: string) {
  return useQuery(ticketQuery(id));
}

/** The row of a ticket from any list that was read, to show at once while its details are on the way. */
export function knownTicket(client: QueryClient, id: string): TicketSummaryOut | null {
  for (const [, list] of client.getQueriesData<{ readonly pages?: readonly TicketListOut[] }>({
    queryKey: [...keys.tickets, "list"],
  })) {
    for (const page of list?.pages ?? []) {
      const found = page.items.find((ticket) => ticket.id === id);
      if (found) {
        return found;
      }
    }
  }
  return null;
}

/** Live events of tickets become refetches of what is shown. Call once in a page. */
export function useTicketLive(): void {
  const client = useQueryClient();
  const changed = useCallback(
    (data: unknown) => {
      void client.invalidateQueries({ queryKey: keys.tickets });
      const id = ticketIdOf(data);
      if (id) {
        void client.invalidateQueries({ queryKey: keys.ticket(id) });
      }
      void client.invalidateQueries({ queryKey: WRITES });
    },
    [client],
  );
  useLive("ticket.changed", changed);
  useLive("psa.write.changed", changed);
}

function ticketIdOf(data: unknown): string | null {
  const id: unknown = typeof data === "object" && data !== null ? Reflect.get(data, "ticket_id") : null;
  return typeof id === "string" ? id : null;
}

export interface StatusChange {
  readonly to: { readonly id: string; readonly name: string };
  readonly revision: string;
  /** The ticket changed since it was loaded, and the person saw how. */
  readonly changedOk?: boolean;
  /** Kept over retries of the same press. */
  readonly key: string;
}

const statusKey = (id: string) => [...keys.psa, "status-change", id] as const;

/**
 * Moves a ticket. Nothing is shown as done before the PSA was read back; the state of the change outlives the panel (`useStatusChanges`),
 * so that its outcome is not lost when another ticket is opened meanwhile.
 */
export function useChangeStatus(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: statusKey(id),
    mutationFn: ({ to, revision, changedOk, key }: StatusChange) => {
      const body: StatusChangeIn = {
        status_id: to.id,
        revision,
        ...(changedOk ? { acknowledge: ["ticket_changed"] } : {}),
      };
      return api.patch<StatusChangeOut>(`${ticketPath(id)}/status`, body, { idempotencyKey: key });
    },
    onSuccess: ({ ticket, revision }) => {
      client.setQueryData<TicketDetailOut>(keys.ticket(id), (before) =>
        before ? { ...before, ticket, revision } : before,
      );
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.tickets });
      void client.invalidateQueries({ queryKey: keys.ticket(id) });
    },
  });
}

export interface StatusChangeState {
  readonly status: "idle" | "pending" | "success" | "error";
  readonly asked: StatusChange | null;
  readonly error: unknown;
  /** When it was asked for; tells one change from the next. */
  readonly at: number;
}

/** The newest status change asked of a ticket in this tab; null when there was none. */
export function useStatusChanges(id: string): StatusChangeState | null {
  const all = useMutationState<StatusChangeState>({
    filters: { mutationKey: statusKey(id) },
    select: ({ state }) => ({
      status: state.status,
      asked: (state.variables as StatusChange | undefined) ?? null,
      error: state.error,
      at: state.submittedAt,
    }),
  });
  return all.at(-1) ?? null;
}

const WRITES = [...keys.psa, "write"] as const;

export function useAddNote(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: NoteIn & { readonly key: string }) =>
      api.post<NotePostOut>(`${ticketPath(id)}/notes`, body, { idempotencyKey: key }),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.ticket(id) });
      void client.invalidateQueries({ queryKey: keys.tickets });
    },
  });
}

/** One write to the PSA and what became of it; live events keep it current. */
export function useWrite(writeId: string | null) {
  return useQuery({
    queryKey: [...WRITES, writeId],
    queryFn: ({ signal }) => api.get<WriteOut>(`${PATH}/writes/${writeId}`, { signal }),
    enabled: writeId !== null,
    staleTime: 0,
  });
}

/** Tries a waiting or blocked write again at once, or gives it up while nothing was sent. */
export function useActOnWrite(ticketId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ writeId, act }: { readonly writeId: string; readonly act: "retry" | "cancel" }) =>
      api.post<WriteOut>(`${PATH}/writes/${writeId}/${act}`, act === "retry" ? {} : undefined),
    onSuccess: (write) => client.setQueryData([...WRITES, write.id], write),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: WRITES });
      void client.invalidateQueries({ queryKey: keys.ticket(ticketId) });
    },
  });
}
