import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Fact, LaneItem, SessionDetail } from "./session-types";
import { optimistic, patchSnapshot, refreshSession } from "./sessions";

const path = (sessionId: string) => `/ai-sessions/${sessionId}/facts`;

const mapFacts = (snapshot: SessionDetail, change: (facts: readonly Fact[]) => readonly Fact[]): SessionDetail =>
  snapshot.facts ? { ...snapshot, facts: change(snapshot.facts) } : snapshot;

const replace = (fact: Fact) => (facts: readonly Fact[]) => facts.map((one) => (one.id === fact.id ? fact : one));

/** A fact of a person that the server has not answered for yet. */
export const PENDING_ID = "pending";

/** Adds a note of a person; it stands in the list at once. */
export function useAddNote(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (text: string) => api.post<Fact>(path(sessionId), { text }),
    onMutate: (text) => {
      const now = new Date().toISOString();
      const note: Fact = {
        id: PENDING_ID,
        session_id: sessionId,
        turn_id: null,
        text,
        source_type: "user_note",
        source_ref: null,
        source_summary: null,
        evidence: null,
        grounding: "person",
        created_by: null,
        created_at: now,
        updated_at: now,
        editable: true,
      };
      return optimistic(client, sessionId, (snapshot) => mapFacts(snapshot, (facts) => [...facts, note]));
    },
    onSuccess: (fact) => {
      patchSnapshot(client, sessionId, (snapshot) =>
        mapFacts(snapshot, (facts) => facts.map((one) => (one.id === PENDING_ID ? fact : one))),
      );
    },
    onError: (_error, _text, context) => context?.rollback(),
    onSettled: () => refreshSession(client, sessionId),
  });
}

export function useEditFact(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ fact, text }: { fact: Fact; text: string }) =>
      api.patch<Fact>(`${path(sessionId)}/${fact.id}`, { text }),
    onMutate: ({ fact, text }) =>
      optimistic(client, sessionId, (snapshot) => mapFacts(snapshot, replace({ ...fact, text, grounding: "person" }))),
    onSuccess: (fact) => {
      patchSnapshot(client, sessionId, (snapshot) => mapFacts(snapshot, replace(fact)));
    },
    onError: (_error, _input, context) => context?.rollback(),
    onSettled: () => refreshSession(client, sessionId),
  });
}

export function useConfirmFact(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (fact: Fact) => api.post<Fact>(`${path(sessionId)}/${fact.id}/confirm`),
    onMutate: (fact) =>
      optimistic(client, sessionId, (snapshot) => mapFacts(snapshot, replace({ ...fact, grounding: "person" }))),
    onSuccess: (fact) => {
      patchSnapshot(client, sessionId, (snapshot) => mapFacts(snapshot, replace(fact)));
    },
    onError: (_error, _fact, context) => context?.rollback(),
    onSettled: () => refreshSession(client, sessionId),
  });
}

/** Deletes are not optimistic: the card stays until the server has done it. */
export function useDeleteFact(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (fact: Fact) => api.delete<void>(`${path(sessionId)}/${fact.id}`),
    onSuccess: (_nothing, fact) => {
      patchSnapshot(client, sessionId, (snapshot) =>
        mapFacts(snapshot, (facts) => facts.filter((one) => one.id !== fact.id)),
      );
    },
    onSettled: () => refreshSession(client, sessionId),
  });
}

export type Promotion =
  | { readonly item: LaneItem; readonly raw: string }
  | { readonly item: LaneItem; readonly proposed: string };

/** Makes a fact of an answer or a check result: drafted from the raw text, or said by a person. */
export function usePromote(sessionId: string) {
  const client: QueryClient = useQueryClient();
  return useMutation({
    mutationFn: (input: Promotion) =>
      api.post<Fact>(`${path(sessionId)}/promote`, {
        source_type: input.item.kind === "question" ? "question" : "diagnostic_check",
        source_ref: input.item.id,
        ...("raw" in input ? { raw_input: input.raw } : { proposed_text: input.proposed }),
      }),
    onSuccess: (fact) => {
      patchSnapshot(client, sessionId, (snapshot) => mapFacts(snapshot, (facts) => [...facts, fact]));
    },
    onSettled: () => refreshSession(client, sessionId),
  });
}
