import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { refreshSession } from "./sessions";
import type { Acknowledge, NoteDraft, NotePreview, ResolvePost, WriteOptions, WritePreview } from "./write-types";

const note = (sessionId: string) => `/ai-sessions/${sessionId}/resolution-note`;

// Not below the session's own keys: a change of the session asks for a new text by its state version, after a short pause, not at once.
const previewKey = (sessionId: string) => ["note-preview", sessionId] as const;
const writeKey = (sessionId: string) => ["write-preview", sessionId] as const;

/** The resolution note of the state shown. A new state version asks again; the old text stays on the screen until then. */
export function useNotePreview(sessionId: string, stateVersion: number, enabled: boolean) {
  return useQuery({
    queryKey: previewKey(sessionId),
    queryFn: ({ signal }) => api.post<NotePreview>(`${note(sessionId)}/preview`, {}, { signal }),
    enabled,
    staleTime: (query) => (query.state.data?.state_version === stateVersion ? 60_000 : 0),
    retry: false,
  });
}

/** How many sentences of the note last shown rest on a fact; 0 while none was shown. */
export function useNoteSentences(sessionId: string, factId: string): number {
  const preview = useQueryClient().getQueryData<NotePreview>(previewKey(sessionId));
  return preview?.sentences.filter((sentence) => sentence.fact_ids.includes(factId)).length ?? 0;
}

export function useRewriteNote(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<NotePreview>(`${note(sessionId)}/preview`, { force: true }),
    onSuccess: (preview) => client.setQueryData(previewKey(sessionId), preview),
  });
}

export interface DraftSave {
  readonly markdown: string;
  readonly base_state_version: number;
  readonly version: number;
}

function setDraft(client: ReturnType<typeof useQueryClient>, sessionId: string, draft: NoteDraft | null): void {
  client.setQueryData<NotePreview>(previewKey(sessionId), (preview) => (preview ? { ...preview, draft } : preview));
}

/** Keeps an edited note on the server. 409 `version_conflict` carries the text another tab saved. */
export function useSaveNoteDraft(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (draft: DraftSave) =>
      api.put<NoteDraft>(`/ai-sessions/${sessionId}/document-drafts/resolution_note`, draft),
    onSuccess: (draft) => setDraft(client, sessionId, draft),
  });
}

export function useDropNoteDraft(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete<void>(`/ai-sessions/${sessionId}/document-drafts/resolution_note`),
    onSuccess: () => setDraft(client, sessionId, null),
  });
}

/** What posting exactly this text would write to the ticket; reads only. */
export function useWritePreview(sessionId: string, markdown: string, options: WriteOptions, enabled: boolean) {
  return useQuery({
    queryKey: [...writeKey(sessionId), markdown, options],
    queryFn: ({ signal }) =>
      api.post<WritePreview>(
        `/ai-sessions/${sessionId}/psa-writes/preview`,
        { kind: "resolution", markdown, options },
        { signal },
      ),
    enabled,
    placeholderData: (previous) => previous,
    staleTime: 10_000,
    retry: false,
  });
}

export interface ResolveInput {
  readonly markdown: string;
  readonly state_version: number;
  readonly post_to_psa: boolean;
  readonly options: WriteOptions;
  readonly revision?: string;
  readonly acknowledge: readonly Acknowledge[];
  /** Made once per text, so that a repeated press is the same write. */
  readonly key: string;
}

/** Posts and resolves. Never optimistic: success is what was read back. */
export function useResolve(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: ResolveInput) =>
      api.post<ResolvePost>(`${note(sessionId)}/post`, body, { idempotencyKey: key }),
    onSettled: () => refreshSession(client, sessionId),
  });
}
