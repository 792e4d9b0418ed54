import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { keys } from "./keys";
import type { AccountMemberList } from "./schema.gen";

/** The people of the account, by name. */
export function useAccountMembers(enabled = true) {
  return useQuery({
    queryKey: keys.members,
    queryFn: ({ signal }) => api.get<AccountMemberList>("/accounts/me/members", { signal }),
    enabled,
    staleTime: 60_000,
  });
}
