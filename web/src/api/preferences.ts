import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { toast } from "@/lib/toast";
import { keys } from "./keys";
import type { PreferencesOut } from "./schema.gen";

const PATH = "/accounts/me/preferences";

/** The account's rules: what is stored, and with defaults. */
export function useAccountPreferences(enabled = true) {
  return useQuery({
    enabled,
    queryKey: keys.preferences,
    queryFn: ({ signal }) => api.get<PreferencesOut>(PATH, { signal }),
  });
}

/** Changes rules at once and puts them back when the server refuses. */
export function useChangePreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Readonly<Record<string, unknown>>) => api.patch<PreferencesOut>(PATH, { preferences: change }),
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey: keys.preferences });
      const before = client.getQueryData<PreferencesOut>(keys.preferences);
      if (before) {
        client.setQueryData<PreferencesOut>(keys.preferences, {
          ...before,
          effective: { ...before.effective, ...change },
        });
      }
      return { before };
    },
    onSuccess: (now) => client.setQueryData(keys.preferences, now),
    onError: (error, _change, context) => {
      if (context?.before) {
        client.setQueryData(keys.preferences, context.before);
      }
      toast.error(error);
    },
  });
}
