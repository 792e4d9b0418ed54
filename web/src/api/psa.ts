import { keepPreviousData, queryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { keys } from "./keys";
import type { MemberOut, MergedStatusOut, MyMappingOut, Named, PsaProblem, StatusOut } from "./schema.gen";
import type { PsaStatus } from "./types";

export type { MemberOut, MergedStatusOut, Named, PsaProblem, StatusOut } from "./schema.gen";

const PATH = "/integrations/psa";

export const psaStatusQuery = queryOptions({
  queryKey: keys.psaStatus,
  queryFn: ({ signal }) => api.get<PsaStatus>(`${PATH}/status`, { signal }),
  staleTime: 5 * 60_000,
});

/** Whether the account has a PSA; decides whether Tickets is shown. */
export function usePsaStatus() {
  return useQuery(psaStatusQuery);
}

const PSA_NAMES = { connectwise: "ConnectWise", halopsa: "HaloPSA", autotask: "Autotask" } as const;

/** The name people know their PSA by; "the PSA" until it is known. */
export function usePsaName(): string {
  const provider = usePsaStatus().data?.provider;
  return provider ? PSA_NAMES[provider] : "the PSA";
}

/** What a look-up answers: never an error for a missing right, but a named problem beside the items that could be read. */
export interface Lookup<T> {
  readonly items: readonly T[];
  readonly problem: PsaProblem | null;
}

type Query = Readonly<Record<string, string | number | readonly string[]>>;

/** A problem is asked about again when the list is next shown; a good answer is kept for ten minutes. */
function lookup<T>(parts: readonly unknown[], path: string, query: Query = {}, enabled = true) {
  return queryOptions({
    queryKey: [...keys.psa, "lookup", ...parts],
    queryFn: ({ signal }) => api.get<Lookup<T>>(`${PATH}/${path}`, { query, signal }),
    staleTime: ({ state }) => (state.data?.problem ? 0 : 10 * 60_000),
    enabled,
  });
}

export type LookupResult<T> = UseQueryResult<Lookup<T>>;

export function useBoards(enabled = true): LookupResult<Named> {
  return useQuery(lookup<Named>(["boards"], "boards", {}, enabled));
}

/** Statuses of the chosen boards, of all boards when none is chosen, merged by name. */
export function useStatuses(boardIds: readonly string[]): LookupResult<MergedStatusOut> {
  return useQuery({
    ...lookup<MergedStatusOut>(["statuses", boardIds], "statuses", { board_ids: boardIds }),
    placeholderData: keepPreviousData,
  });
}

export function usePriorities(): LookupResult<Named> {
  return useQuery(lookup<Named>(["priorities"], "priorities"));
}

export function useMembers(enabled = true): LookupResult<MemberOut> {
  return useQuery(lookup<MemberOut>(["members"], "members", {}, enabled));
}

/** Who the caller is in the PSA; nobody while they are not mapped. */
export function useMyMember(enabled: boolean) {
  return useQuery({
    queryKey: [...keys.psa, "my-member"],
    queryFn: ({ signal }) => api.get<MyMappingOut>(`${PATH}/member-mappings/me`, { signal }),
    staleTime: 60_000,
    enabled,
  });
}

/** Client companies by name; the PSA is asked for what was typed, since there may be thousands. */
export function useCompanies(text: string): LookupResult<Named> {
  const query = text.trim();
  return useQuery({
    ...lookup<Named>(["companies", query], "companies", { query, limit: 50 }),
    placeholderData: keepPreviousData,
  });
}

/** Statuses the ticket may be set to. */
export function useTicketStatuses(ticketId: string, enabled: boolean): LookupResult<StatusOut> {
  const path = `tickets/${encodeURIComponent(ticketId)}/statuses`;
  return useQuery(lookup<StatusOut>(["ticket-statuses", ticketId], path, {}, enabled));
}
