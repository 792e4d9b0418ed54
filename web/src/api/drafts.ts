import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api } from "@/lib/api";
import { useLive } from "@/lib/live";
import { keys } from "./keys";
import type {
  CategoryList,
  DraftAccepted,
  DraftRejected,
  DraftTemplateCount,
  DraftTemplateOut,
  DraftTemplatePage,
  ParameterOut,
} from "./schema.gen";

export type Draft = DraftTemplateOut;
export type DraftRow = DraftTemplatePage["items"][number];
export type Parameter = ParameterOut;

/** Scripts that wait to be reviewed into the library, newest first. */
export function useDrafts(pendingOnly: boolean) {
  return useInfiniteQuery({
    queryKey: keys.draftList(pendingOnly),
    queryFn: ({ signal, pageParam }) => {
      const cursor = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : "";
      return api.get<DraftTemplatePage>(`/draft-templates?pending_only=${pendingOnly}${cursor}`, { signal });
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** The scripts of one session that wait to be reviewed. */
export function useSessionDrafts(sessionId: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.draftsOf(sessionId),
    queryFn: async ({ signal }) =>
      (await api.get<DraftTemplatePage>(`/draft-templates?pending_only=true&session_id=${sessionId}`, { signal }))
        .items,
    enabled,
  });
}

/** How many wait: the badge of the navigation. */
export function useDraftCount(enabled: boolean) {
  return useQuery({
    queryKey: keys.draftCount,
    queryFn: async ({ signal }) => (await api.get<DraftTemplateCount>("/draft-templates/count", { signal })).pending,
    enabled,
  });
}

export function useDraftTemplate(id: string) {
  return useQuery({
    queryKey: keys.draft(id),
    queryFn: ({ signal }) => api.get<Draft>(`/draft-templates/${id}`, { signal }),
  });
}

export function useScriptCategories() {
  return useQuery({
    queryKey: keys.scriptCategories,
    queryFn: async ({ signal }) => (await api.get<CategoryList>("/scripts/categories", { signal })).items,
    staleTime: 5 * 60_000,
  });
}

/** A fix that changed may have made a draft or finished one. */
export function useDraftsLive(): void {
  const client = useQueryClient();
  const changed = useCallback(
    (data: unknown) => {
      const parts: unknown = typeof data === "object" && data !== null ? Reflect.get(data, "parts") : null;
      if (Array.isArray(parts) && parts.includes("fix")) {
        void client.invalidateQueries({ queryKey: keys.drafts });
      }
    },
    [client],
  );
  useLive("session.changed", changed);
}

export interface Acceptance {
  readonly name: string;
  readonly category_id: string;
  readonly description?: string;
  readonly parameters_schema: { readonly parameters: readonly Parameter[] };
  readonly edited_body: string;
}

export function useAcceptDraft(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Acceptance) => api.post<DraftAccepted>(`/draft-templates/${id}/accept`, body),
    onSettled: () => client.invalidateQueries({ queryKey: keys.drafts }),
  });
}

export function useRejectDraft(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<DraftRejected>(`/draft-templates/${id}/reject`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.drafts }),
  });
}
