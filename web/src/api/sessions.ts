import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback } from "react";
import { api } from "@/lib/api";
import { useLive } from "@/lib/live";
import { toast } from "@/lib/toast";
import { useCanAct } from "./auth";
import { keys } from "./keys";
import type { MessagePage, SessionDetail, SessionRow } from "./session-types";
import type { Page } from "./types";

/**
 * A session is cached as one snapshot with all its parts, so that messages, lane, facts and fix always belong together. Live events
 * and mutations invalidate it; nothing polls.
 */
export const snapshotKey = (id: string) => keys.sessionPart(id, "snapshot");
const PARTS = "messages,lane,facts,fix,turn";

export const snapshotQuery = (id: string) =>
  queryOptions({
    queryKey: snapshotKey(id),
    queryFn: ({ signal }) => api.get<SessionDetail>(`/ai-sessions/${id}`, { query: { include: PARTS }, signal }),
    // What a start answered with may lack the parts: it paints the header, and the rest is asked for at once.
    staleTime: (query) => (query.state.data?.messages ? 30_000 : 0),
  });

export function useSnapshot(id: string) {
  return useQuery(snapshotQuery(id));
}

/** Changes the cached snapshot, if there is one, and returns what stood there before. */
export function patchSnapshot(
  client: QueryClient,
  id: string,
  change: (snapshot: SessionDetail) => SessionDetail,
): SessionDetail | undefined {
  const before = client.getQueryData<SessionDetail>(snapshotKey(id));
  if (before) {
    client.setQueryData<SessionDetail>(snapshotKey(id), change(before));
  }
  return before;
}

/** Everything shown of a session is asked for again, and the lists that name it. */
export async function refreshSession(client: QueryClient, id: string): Promise<void> {
  void client.invalidateQueries({ queryKey: keys.sessions });
  await client.invalidateQueries({ queryKey: keys.session(id) });
}

/** Applies a change at once; returns the way back. Running fetches are cancelled so that an older answer cannot undo it. */
export async function optimistic(
  client: QueryClient,
  id: string,
  change: (snapshot: SessionDetail) => SessionDetail,
): Promise<{ rollback: () => void }> {
  await client.cancelQueries({ queryKey: snapshotKey(id) });
  const before = patchSnapshot(client, id, change);
  return {
    rollback: () => {
      if (before) {
        client.setQueryData(snapshotKey(id), before);
      }
    },
  };
}

export type SessionGroup = "active" | "recent";

const sessionListQuery = (group: SessionGroup, q: string, scope: "mine" | "all") =>
  infiniteQueryOptions({
    queryKey: keys.sessionList({ group, q, scope }),
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<SessionRow>>("/ai-sessions", {
        query: { group, scope, ...(q ? { q } : {}), ...(pageParam ? { cursor: pageParam } : {}), limit: 30 },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/**
 * Sessions of the list beside the conversation: one's own, or all that a viewer may read; `q` of one character counts as none.
 */
export function useSessionList(group: SessionGroup, text: string) {
  const q = text.trim().length >= 2 ? text.trim() : "";
  const scope = useCanAct() ? "mine" : "all";
  return useInfiniteQuery({ ...sessionListQuery(group, q, scope), placeholderData: keepPreviousData });
}

/** Older messages than the snapshot holds, newest page first. */
export function useOlderMessages(id: string, beforeSeq: number | null, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: keys.sessionPart(id, "older"),
    queryFn: ({ signal, pageParam }) =>
      api.get<MessagePage>(`/ai-sessions/${id}/messages`, { query: { before_seq: pageParam, limit: 50 }, signal }),
    initialPageParam: beforeSeq ?? 0,
    getNextPageParam: (page) => (page.has_more ? page.items[0]?.seq : undefined),
    enabled: enabled && beforeSeq !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Live events of sessions become refetches of what is shown. Call once in a page. */
export function useSessionLive(): void {
  const client = useQueryClient();
  const changed = useCallback(
    (data: unknown) => {
      const id = field(data, "session_id");
      if (id) {
        void refreshSession(client, id);
      }
    },
    [client],
  );
  useLive("session.changed", changed);
  useLive("psa.write.changed", changed);
}

function field(data: unknown, name: string): string | null {
  if (typeof data !== "object" || data === null) {
    return null;
  }
  const value: unknown = Reflect.get(data, name);
  return typeof value === "string" ? value : null;
}

/** Renames at once, puts the old title back when refused. */
export function useRename(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (title: string) => api.patch<SessionDetail>(`/ai-sessions/${id}`, { title }),
    onMutate: (title) => optimistic(client, id, (snapshot) => ({ ...snapshot, title, title_source: "user" })),
    onError: (error, _title, context) => {
      context?.rollback();
      toast.error(error);
    },
    onSettled: () => refreshSession(client, id),
  });
}

export type StatusAct =
  | { readonly act: "pause" | "resume" | "reopen" }
  | { readonly act: "abandon"; readonly reason: string };

export function useStatusAct(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: StatusAct) =>
      api.post<SessionDetail>(
        `/ai-sessions/${id}/${input.act}`,
        input.act === "abandon" ? (input.reason.trim() ? { reason: input.reason.trim() } : {}) : undefined,
      ),
    onError: (error) => toast.error(error),
    onSettled: () => refreshSession(client, id),
  });
}

export function useLinkTicket(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { ticket_id: string; share?: boolean }) =>
      api.post<SessionDetail>(`/ai-sessions/${id}/ticket`, body),
    onSuccess: () => refreshSession(client, id),
  });
}

export function useUnlinkTicket(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete<SessionDetail>(`/ai-sessions/${id}/ticket`),
    onError: (error) => toast.error(error),
    onSettled: () => refreshSession(client, id),
  });
}
