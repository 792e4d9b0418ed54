import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { keys } from "./keys";
import { refreshSession } from "./sessions";
import type { PsaWrite } from "./write-types";

const PATH = "/integrations/psa/writes";

/** The newest resolution write of the session, null when there is none. Live events refetch it. */
export function useResolutionWrite(sessionId: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.sessionPart(sessionId, "writes"),
    queryFn: async ({ signal }) => {
      const page = await api.get<{ items: readonly PsaWrite[] }>(PATH, {
        query: { session_id: sessionId, limit: 10 },
        signal,
      });
      return page.items.find((write) => write.kind === "resolution") ?? null;
    },
    enabled,
    staleTime: 5_000,
  });
}

export type WriteAct = "retry" | "retry_status" | "finish_without_status" | "cancel";

export function useWriteAct(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ write, act }: { write: PsaWrite; act: WriteAct }) => {
      const path = `${PATH}/${write.id}`;
      switch (act) {
        case "retry":
          return api.post<PsaWrite>(`${path}/retry`, {});
        case "retry_status":
          return api.post<PsaWrite>(`${path}/retry`, { steps: ["status"] });
        case "finish_without_status":
          return api.post<PsaWrite>(`${path}/finish-without-status`);
        case "cancel":
          return api.post<PsaWrite>(`${path}/cancel`);
      }
    },
    onSuccess: (write) => client.setQueryData(keys.sessionPart(sessionId, "writes"), write),
    onSettled: () => refreshSession(client, sessionId),
  });
}
