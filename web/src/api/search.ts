import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { keys } from "./keys";
import type { SessionPage } from "./types";

/** Sessions that match, for the palette; nothing below two characters. */
export function useSessionSearch(text: string) {
  const q = text.trim();
  return useQuery({
    queryKey: keys.sessionSearch(q),
    queryFn: ({ signal }) => api.get<SessionPage>("/ai-sessions", { query: { q, scope: "all", limit: 8 }, signal }),
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}
