import {
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback } from "react";
import { api } from "@/lib/api";
import { ApiError } from "@/lib/api-error";
import { useLive } from "@/lib/live";
import { keys } from "./keys";
import type { Lookup } from "./psa";
import type * as Schema from "./schema.gen";
import type { BodyOf, Page } from "./types";
import type { PsaWrite } from "./write-types";

export type PsaConnection = Schema.ConnectionOut;
export type PsaVendor = Schema.VendorOut;
export type PsaCheck = Schema.CheckOut;
export type PsaProvider = PsaVendor["provider"];
export type MemberMapping = Schema.MappingOut;
export type PsaSettings = Schema.SettingsOut;
export type PsaSettingsIn = BodyOf<"psa_save_settings">;
export type TargetStatus = PsaSettings["target_statuses"][number];
export type Activity = Schema.ActivityOut;
type ConnectionTest = Schema.ConnectionTestOut;
type Matched = Schema.MatchedOut;

/** What a person types in; secrets live in the form alone. */
export interface SignIn {
  readonly provider: PsaProvider;
  readonly config: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

const PATH = "/integrations/psa";
const CONNECTIONS = [...keys.psa, "connections"] as const;
const MAPPINGS = [...keys.psa, "mappings"] as const;
const SETTINGS = [...keys.psa, "settings"] as const;
const HISTORY = [...keys.psa, "history"] as const;

export function useVendors(enabled = true) {
  return useQuery({
    queryKey: [...keys.psa, "vendors"],
    queryFn: ({ signal }) => api.get<{ items: readonly PsaVendor[] }>(`${PATH}/vendors`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
}

/** The account's connections, the active one first; a live event about one reads them again. */
export function useConnections(enabled = true) {
  const client = useQueryClient();
  useLive(
    "psa.connection.changed",
    useCallback(() => void client.invalidateQueries({ queryKey: CONNECTIONS }), [client]),
  );
  return useQuery({
    queryKey: CONNECTIONS,
    queryFn: ({ signal }) => api.get<{ items: readonly PsaConnection[] }>(`${PATH}/connections`, { signal }),
    enabled,
  });
}

/** Everything the PSA answered may be another's now. */
function afterConnection(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ queryKey: keys.psa });
}

export function useTestSignIn() {
  return useMutation({ mutationFn: (body: SignIn) => api.post<ConnectionTest>(`${PATH}/connections/test`, body) });
}

export function useConnect() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SignIn) => api.post<PsaConnection>(`${PATH}/connections`, body),
    onSuccess: () => afterConnection(client),
  });
}

/** For the demo workspace: another simulated PSA, connected or turned on again. */
export function useConnectDemo() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (provider: PsaProvider) => api.post("/demo/psa", { provider }),
    onSuccess: () => afterConnection(client),
  });
}

export function useRotate(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (secrets: SignIn["secrets"]) =>
      api.post<PsaConnection>(`${PATH}/connections/${id}/rotate`, { secrets }),
    onSuccess: () => afterConnection(client),
  });
}

export function useCheckConnection(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<PsaConnection>(`${PATH}/connections/${id}/check`),
    onSuccess: () => afterConnection(client),
  });
}

export function useChangeConnection(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BodyOf<"psa_change_connection">) => api.patch<PsaConnection>(`${PATH}/connections/${id}`, body),
    onSettled: () => afterConnection(client),
  });
}

/** Asks the PSA to tell of changed tickets; a registration from before is given up. */
export function useRegisterWebhook(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.put<void>(`${PATH}/connections/${id}/webhook`),
    onSettled: () => afterConnection(client),
  });
}

export function useRemoveWebhook(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete<void>(`${PATH}/connections/${id}/webhook`),
    onSettled: () => afterConnection(client),
  });
}

export function useRemoveConnection(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (abandon: boolean) => api.delete(`${PATH}/connections/${id}${abandon ? "?abandon_writes=true" : ""}`),
    onSuccess: () => afterConnection(client),
  });
}

/** The checks a refused sign-in carries, or none. */
export function checksOf(error: unknown): readonly PsaCheck[] {
  if (!(error instanceof ApiError) || error.code !== "psa_test_failed") {
    return [];
  }
  const checks: unknown = Reflect.get(Object(error.details), "checks");
  return Array.isArray(checks) ? (checks as PsaCheck[]) : [];
}

export function useMappings(enabled: boolean) {
  return useQuery({
    queryKey: MAPPINGS,
    queryFn: ({ signal }) => api.get<{ items: readonly MemberMapping[] }>(`${PATH}/member-mappings`, { signal }),
    enabled,
  });
}

export function useMapMember() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (item: { user_id: string; member_id: string | null }) =>
      api.put<{ items: readonly MemberMapping[] }>(`${PATH}/member-mappings`, { items: [item] }),
    onSuccess: (saved) => {
      client.setQueryData(MAPPINGS, saved);
      void client.invalidateQueries({ queryKey: [...keys.psa, "lookup", "members"] });
    },
  });
}

export function useAutoMatch() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<Matched>(`${PATH}/member-mappings/auto-match`),
    onSuccess: () => client.invalidateQueries({ queryKey: MAPPINGS }),
  });
}

export function usePsaSettings(enabled: boolean) {
  return useQuery({
    queryKey: SETTINGS,
    queryFn: ({ signal }) => api.get<PsaSettings>(`${PATH}/settings`, { signal }),
    enabled,
  });
}

export function useSavePsaSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: PsaSettingsIn) => api.put<PsaSettings>(`${PATH}/settings`, body),
    onSuccess: (saved) => {
      client.setQueryData(SETTINGS, saved);
      // What everybody's screens follow is told there.
      void client.invalidateQueries({ queryKey: keys.psaStatus });
    },
  });
}

/** The statuses of each board, in the order of `boardIds`. */
export function useBoardStatuses(boardIds: readonly string[]) {
  return useQueries({
    queries: boardIds.map((id) => ({
      queryKey: [...keys.psa, "lookup", "board-statuses", id],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.get<Lookup<Schema.StatusOut>>(`${PATH}/boards/${encodeURIComponent(id)}/statuses`, { signal }),
      staleTime: 10 * 60_000,
    })),
  });
}

/** What HaloPSA files notes under; empty for the others. */
export function useOutcomes(enabled: boolean) {
  return useQuery({
    queryKey: [...keys.psa, "lookup", "outcomes"],
    queryFn: ({ signal }) => api.get<Lookup<Schema.OutcomeOut>>(`${PATH}/outcomes`, { signal }),
    staleTime: 10 * 60_000,
    enabled,
  });
}

/** Everything written to the PSA, newest first; live events read it again. `states` empty: all. */
export function useWriteHistory(states: readonly PsaWrite["state"][], enabled = true) {
  const client = useQueryClient();
  useLive(
    "psa.write.changed",
    useCallback(() => void client.invalidateQueries({ queryKey: HISTORY }), [client]),
  );
  return useInfiniteQuery({
    queryKey: [...HISTORY, states],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<PsaWrite>>(`${PATH}/writes`, {
        query: { state: states, limit: 25, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    getNextPageParam: (page) => page.next_cursor,
    enabled,
  });
}

export function useHistoryAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, act, body }: { id: string; act: "retry" | "finish-without-status" | "cancel"; body?: object }) =>
      api.post<PsaWrite>(`${PATH}/writes/${id}/${act}`, body),
    onSettled: () => client.invalidateQueries({ queryKey: HISTORY }),
  });
}

export function useActivity(enabled: boolean) {
  return useInfiniteQuery({
    queryKey: [...keys.psa, "activity"],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Activity>>(`${PATH}/activity`, {
        query: { limit: 25, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    getNextPageParam: (page) => page.next_cursor,
    enabled,
  });
}
