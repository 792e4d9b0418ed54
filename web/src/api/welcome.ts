import { useMutation, useQuery } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { isApiError } from "@/lib/api-error";
import { keys } from "./keys";
import type { AnswerOf, BodyOf } from "./types";

export type FirstAccount = BodyOf<"welcome">;

/** Whether this browser may make the first account; null once there is one. `link` is the end of the address the server printed. */
export function useWelcome({ link = "", enabled = true }: { readonly link?: string; readonly enabled?: boolean } = {}) {
  return useQuery({
    queryKey: [...keys.welcome, link],
    queryFn: async ({ signal }) => {
      try {
        const headers = link ? { "X-Welcome-Link": link } : undefined;
        return await api.get<AnswerOf<"read_welcome">>("/auth/welcome", { signal, ...(headers ? { headers } : {}) });
      } catch (error) {
        if (isApiError(error, "not_found")) {
          return null;
        }
        throw error;
      }
    },
    enabled,
    staleTime: 60_000,
  });
}

/** Makes the first account and signs its owner in. */
export function useMakeFirstAccount() {
  return useMutation({
    mutationFn: (first: FirstAccount) => api.post<AnswerOf<"welcome">>("/auth/welcome", first),
  });
}
