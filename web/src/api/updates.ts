import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { keys } from "./keys";
import type * as Schema from "./schema.gen";
import { refreshSession } from "./sessions";
import type { NoteDraft, WritePreview } from "./write-types";

export type SessionUpdate = Schema.UpdateOut;
export type UpdatePreview = Schema.UpdatePreview;
export type Audience = SessionUpdate["audience"];
export type UpdateVisibility = "internal" | "customer";

const path = (sessionId: string) => `/ai-sessions/${sessionId}/updates`;
const draftPath = (sessionId: string, audience: Audience) => `/ai-sessions/${sessionId}/document-drafts/${audience}`;

/** The updates of a session, newest first. Live events refetch them. */
export function useUpdates(sessionId: string) {
  return useQuery({
    queryKey: keys.sessionPart(sessionId, "updates"),
    queryFn: async ({ signal }) => (await api.get<Schema.UpdateList>(path(sessionId), { signal })).items,
    staleTime: 5_000,
  });
}

/**
 * A text for one audience, written from the record and from `note`, what the engineer wants said beside it; brings the own draft along.
 * Asked once each time the dialog opens, and again for another note.
 */
export function useUpdatePreview(sessionId: string, audience: Audience, note: string) {
  return useQuery({
    queryKey: ["update-preview", sessionId, audience, note],
    queryFn: ({ signal }) =>
      api.post<UpdatePreview>(`${path(sessionId)}/preview`, { audience, ...(note ? { note } : {}) }, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    retry: false,
  });
}

/** What posting exactly this text would write to the ticket; reads only. */
export function useUpdateWrite(
  sessionId: string,
  markdown: string,
  visibility: UpdateVisibility | null,
  enabled: boolean,
) {
  return useQuery({
    queryKey: ["update-write", sessionId, markdown, visibility],
    queryFn: ({ signal }) =>
      api.post<WritePreview>(
        `/ai-sessions/${sessionId}/psa-writes/preview`,
        { kind: "note", markdown, options: { visibility } },
        { signal },
      ),
    enabled,
    placeholderData: (previous) => previous,
    staleTime: 10_000,
    retry: false,
  });
}

export function saveUpdateDraft(
  sessionId: string,
  audience: Audience,
  draft: { readonly markdown: string; readonly base_state_version: number; readonly version: number },
): Promise<NoteDraft> {
  return api.put<NoteDraft>(draftPath(sessionId, audience), draft);
}

export function dropUpdateDraft(sessionId: string, audience: Audience): Promise<void> {
  return api.delete<void>(draftPath(sessionId, audience));
}

export interface ShareInput {
  readonly audience: Audience;
  readonly markdown: string;
  readonly subject?: string;
  readonly visibility?: UpdateVisibility;
  readonly revision?: string;
  readonly acknowledge: ReadonlyArray<"ticket_changed" | "leak_suspected">;
  /** Made once per text, so that a repeated press is the same update. */
  readonly key: string;
}

/** Keeps an update and, with a visibility, posts it. Never optimistic: success is what was read back. */
export function useShareUpdate(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: ShareInput) =>
      api.post<SessionUpdate>(path(sessionId), body, { idempotencyKey: key }),
    onSettled: () => refreshSession(client, sessionId),
  });
}
