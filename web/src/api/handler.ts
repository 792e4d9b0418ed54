import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { SessionDetail } from "./session-types";
import { refreshSession } from "./sessions";

/** Gives a session to somebody else; for admins. */
export function useSetHandler(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (userId: string) => api.put<SessionDetail>(`/ai-sessions/${id}/handler`, { user_id: userId }),
    onSettled: () => refreshSession(client, id),
  });
}
