import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api } from "@/lib/api";
import { onLive } from "@/lib/live";
import { toast } from "@/lib/toast";
import { hasRole, useSignedIn } from "./auth";
import { keys } from "./keys";
import type { AiSettingsIn, AiSettingsOut, AiUsageOut } from "./schema.gen";
import type { BodyOf, QueryOf } from "./types";

export type { AiSettingsIn, AiSettingsOut, AiUsageOut, BudgetOut, PriceOut, TierTest, UsageRow } from "./schema.gen";
export type AiMode = AiSettingsOut["mode"];
export type AiProvider = NonNullable<AiSettingsOut["provider"]>;
export type AiTestIn = NonNullable<BodyOf<"test_ai">>;
export type UsageGroup = AiUsageOut["group_by"];

const PATH = "/accounts/me/ai";

export const PROVIDER_NAME: Record<AiProvider, string> = {
  anthropic: "Anthropic",
  google: "Google",
  openai_compatible: "OpenAI-compatible server",
};

export const aiSettingsQuery = queryOptions({
  queryKey: [...keys.ai, "settings"],
  queryFn: ({ signal }) => api.get<AiSettingsOut>(PATH, { signal }),
});

/** Which engine answers; not for viewers. */
export function useAiSettings(enabled = true) {
  return useQuery({ ...aiSettingsQuery, enabled });
}

export function useSaveAi() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: AiSettingsIn) => api.put<AiSettingsOut>(PATH, body),
    onSuccess: (saved) => {
      client.setQueryData(aiSettingsQuery.queryKey, saved);
      void client.invalidateQueries({ queryKey: [...keys.ai, "usage"] });
    },
  });
}

/** One tiny call a tier, with what is given instead of what is stored. */
export function useTestAi() {
  return useMutation({
    mutationFn: (body: AiTestIn | null) =>
      api.post<{ items: import("./schema.gen").TierTest[] }>(`${PATH}/test`, body ?? undefined),
  });
}

export function useAiUsage(query: QueryOf<"ai_usage">) {
  return useQuery({
    queryKey: [...keys.ai, "usage", query],
    queryFn: ({ signal }) => api.get<AiUsageOut>(`${PATH}/usage`, { query: { ...query }, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Keeps the model settings fresh, and tells admins when the budget runs out. Once, in the shell. */
export function useAiLive(): void {
  const client = useQueryClient();
  const admin = hasRole(useSignedIn().user, "admin");
  useEffect(() => {
    const ends = [
      onLive("ai.settings.changed", () => void client.invalidateQueries({ queryKey: keys.ai })),
      onLive("ai.budget", (data) => {
        if (admin) {
          toast.warning(budgetWords(data));
        }
      }),
    ];
    return () => {
      for (const end of ends) {
        end();
      }
    };
  }, [client, admin]);
}

function budgetWords(data: unknown): string {
  const state = typeof data === "object" && data !== null ? Reflect.get(data, "state") : null;
  const percent = typeof data === "object" && data !== null ? Reflect.get(data, "warn_percent") : null;
  return state === "exhausted"
    ? "The model budget of this month is used up. The Guide answers until it is raised."
    : `${String(percent)} % of this month's model budget is used. Account, Engines shows what for.`;
}
