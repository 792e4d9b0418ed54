import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { isApiError } from "@/lib/api-error";
import { toast } from "@/lib/toast";
import { keys } from "./keys";
import type { CreatedShare, SharedSession, ShareList, ShareOut } from "./schema.gen";

export type { SharedSession, ShareOut } from "./schema.gen";

const sharesKey = (id: string) => keys.sessionPart(id, "shares");

/** The links of a session, newest first, with what the account allows. */
export function useShares(id: string) {
  return useQuery({
    queryKey: sharesKey(id),
    queryFn: ({ signal }) => api.get<ShareList>(`/ai-sessions/${id}/shares`, { signal }),
  });
}

export interface NewShare {
  readonly expires_in_days: number;
  readonly include_conversation: boolean;
  readonly label?: string;
}

export function useCreateShare(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewShare) => api.post<CreatedShare>(`/ai-sessions/${id}/shares`, body),
    onSettled: () => client.invalidateQueries({ queryKey: sharesKey(id) }),
  });
}

export function useRevokeShare(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (share: ShareOut) => api.delete(`/ai-sessions/${id}/shares/${share.id}`),
    onError: (error) => toast.error(error),
    onSettled: () => client.invalidateQueries({ queryKey: sharesKey(id) }),
  });
}

/** What a link shows; no sign-in. A dead link is an answer, not a failure to repeat. */
export function useSharedSession(token: string) {
  return useQuery({
    queryKey: ["shared", token],
    queryFn: ({ signal }) => api.get<SharedSession>(`/shared/sessions/${encodeURIComponent(token)}`, { signal }),
    retry: (count, error) => count < 2 && isApiError(error) && error.transient && error.status !== 429,
    // Each read counts as a view: it is not read again by itself.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}
