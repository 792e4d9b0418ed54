import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./api-error";

/**
 * Server data has one home: this client. Nothing polls; live events invalidate (see live.ts). A refusal is final, a lost connection
 * is tried twice more.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 30 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: true,
        networkMode: "always",
        retry: (count, error) => count < 2 && error instanceof ApiError && error.transient && error.status !== 429,
        retryDelay: (count) => 400 * 2 ** count,
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

export const queryClient = createQueryClient();
