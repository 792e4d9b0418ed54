import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { keys } from "./keys";
import type { PsaStatus } from "./types";

export const psaStatusQuery = queryOptions({
  queryKey: keys.psaStatus,
  queryFn: ({ signal }) => api.get<PsaStatus>("/integrations/psa/status", { signal }),
  staleTime: 5 * 60_000,
});

/** Whether the account has a PSA; decides whether Tickets is shown. */
export function usePsaStatus() {
  return useQuery(psaStatusQuery);
}
