import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { keys } from "./keys";
import type { SessionRow } from "./session-types";
import type { Page } from "./types";

/** Filters of the list of all sessions one may read; empty ones are left out. */
export interface HistoryAsk {
  readonly q: string;
  readonly status: readonly string[];
  readonly owner: string | null;
  readonly client: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

const PAGE = 50;

export function useHistory(ask: HistoryAsk) {
  const q = ask.q.trim().length >= 2 ? ask.q.trim() : "";
  return useInfiniteQuery({
    queryKey: keys.sessionList({ history: { ...ask, q } }),
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<SessionRow>>("/ai-sessions", {
        query: {
          scope: "all",
          limit: PAGE,
          tz: Intl.DateTimeFormat().resolvedOptions().timeZone,
          ...(q ? { q } : {}),
          ...(ask.status.length > 0 ? { status: ask.status } : {}),
          ...(ask.owner ? { owner_id: ask.owner } : {}),
          ...(ask.client ? { client_name: ask.client } : {}),
          ...(ask.from ? { from: ask.from } : {}),
          ...(ask.to ? { to: ask.to } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}
