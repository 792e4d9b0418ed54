import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { isApiError } from "@/lib/api-error";
import { keys } from "./keys";
import type { Fix, FixDecisionResult, FixOutcome, SessionDetail } from "./session-types";
import { optimistic, patchSnapshot, refreshSession } from "./sessions";

/** All fixes of the session, newest first; the lane shows the dismissed and the tried ones. */
export function useFixHistory(sessionId: string, enabled = true) {
  return useQuery({
    queryKey: keys.sessionPart(sessionId, "fixes"),
    queryFn: async ({ signal }) =>
      (await api.get<{ fixes: readonly Fix[] }>(`/ai-sessions/${sessionId}/suggested-fixes`, { signal })).fixes,
    enabled,
  });
}

/** Everything a person does with a fix. Only `did`, `oneOff` and `keep` start verifying; opening a surface does nothing here. */
export type FixAct =
  | { readonly act: "did"; readonly fix: Fix }
  | { readonly act: "oneOff" | "keep"; readonly fix: Fix; readonly script: string }
  | { readonly act: "dismiss"; readonly fix: Fix }
  | { readonly act: "outcome"; readonly fix: Fix; readonly outcome: FixOutcome; readonly notes?: string }
  | { readonly act: "finish"; readonly fix: Fix }
  | { readonly act: "restore"; readonly fix: Fix }
  | { readonly act: "notYet"; readonly fix: Fix };

const DECISIONS = { oneOff: "one_off", keep: "draft_template" } as const;

/** The active fix as it will be once the server agrees; null when none is active then. */
export function afterAct(input: FixAct, now: string): Fix | null {
  const { fix } = input;
  switch (input.act) {
    case "did":
      return { ...fix, applied_at: fix.applied_at ?? now, updated_at: now };
    case "oneOff":
    case "keep":
      return {
        ...fix,
        applied_at: fix.applied_at ?? now,
        user_decision: DECISIONS[input.act],
        edited_script: input.script,
        updated_at: now,
      };
    case "dismiss":
      return null;
    case "outcome":
      return input.outcome === "dismissed"
        ? null
        : {
            ...fix,
            status: input.outcome,
            applied_at: fix.applied_at ?? now,
            verified_at: input.outcome === "applied_partial" ? fix.verified_at : now,
            partial_notes: input.outcome === "applied_partial" ? (input.notes ?? fix.partial_notes) : fix.partial_notes,
            failure_reason: input.outcome === "applied_failed" ? (input.notes ?? null) : fix.failure_reason,
            ai_outcome_proposal: null,
            updated_at: now,
          };
    case "finish":
      return { ...fix, status: "proposed", messages_since_apply: 0, updated_at: now };
    case "restore":
      return {
        ...fix,
        status: "proposed",
        applied_at: null,
        verified_at: null,
        failure_reason: null,
        user_decision: null,
        ai_outcome_proposal: null,
        superseded_at: null,
        superseded_by: null,
        updated_at: now,
      };
    case "notYet":
      return { ...fix, ai_outcome_proposal: null };
  }
}

async function request(sessionId: string, input: FixAct): Promise<Fix> {
  const path = `/ai-sessions/${sessionId}/suggested-fixes/${input.fix.id}`;
  switch (input.act) {
    case "did":
      return api.post<Fix>(`${path}/apply`, {});
    case "oneOff":
    case "keep":
      return (
        await api.post<FixDecisionResult>(`${path}/decision`, {
          decision: DECISIONS[input.act],
          edited_script: input.script,
        })
      ).fix;
    case "dismiss":
      return (await api.post<FixDecisionResult>(`${path}/decision`, { decision: "dismissed" })).fix;
    case "outcome":
      return api.patch<Fix>(`${path}/outcome`, {
        outcome: input.outcome,
        ...(input.notes?.trim() ? { notes: input.notes.trim() } : {}),
      });
    case "finish":
      return api.post<Fix>(`${path}/resume`);
    case "restore":
      return api.post<Fix>(`${path}/restore`);
    case "notYet":
      return api.delete<Fix>(`${path}/ai-outcome-proposal`);
  }
}

const isActive = (fix: Fix) => fix.superseded_at === null;

/** Shown at once; a refusal puts the fix back as it was and the refetch shows what it is now. */
export function useFixAct(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: FixAct) => request(sessionId, input),
    onMutate: (input) => {
      const next = afterAct(input, new Date().toISOString());
      return optimistic(client, sessionId, (snapshot) => ({ ...snapshot, fix: next }));
    },
    onSuccess: (fix) => {
      patchSnapshot(client, sessionId, (snapshot: SessionDetail) => ({ ...snapshot, fix: isActive(fix) ? fix : null }));
    },
    onError: (_error, _input, context) => context?.rollback(),
    onSettled: (_fix, _error, input) => {
      if (input.act === "keep") {
        void client.invalidateQueries({ queryKey: keys.drafts });
      }
      return refreshSession(client, sessionId);
    },
  });
}

/** Gives a fix without a script the one a person wrote. Not optimistic: the text stays in its editor until the server has it. */
export function useAttachScript(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ fix, script }: { readonly fix: Fix; readonly script: string }) =>
      api.patch<Fix>(`/ai-sessions/${sessionId}/suggested-fixes/${fix.id}/script`, { ai_drafted_script: script }),
    onSuccess: (fix) => {
      patchSnapshot(client, sessionId, (snapshot: SessionDetail) => ({ ...snapshot, fix: isActive(fix) ? fix : null }));
    },
    onSettled: () => refreshSession(client, sessionId),
  });
}

/** What to say when a refusal means that the fix is no longer what was on the screen. */
export function fixConflictText(error: unknown): string | null {
  if (isApiError(error) && error.status === 409) {
    return `${error.message} The banner shows what it is now.`;
  }
  return null;
}
