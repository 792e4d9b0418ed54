import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { keys } from "./keys";
import type { Lane, LaneItem, LaneItemResult, OutputsResult, RunScript, RunShell } from "./session-types";
import { optimistic, patchSnapshot, refreshSession } from "./sessions";

/** What a person does with one item of the lane. */
export type LaneAct =
  | { readonly act: "answer"; readonly item: LaneItem; readonly text: string }
  | { readonly act: "option"; readonly item: LaneItem; readonly index: number }
  | { readonly act: "unknown"; readonly item: LaneItem }
  | { readonly act: "output"; readonly item: LaneItem; readonly output: string }
  | { readonly act: "skip"; readonly item: LaneItem; readonly reason?: string }
  | { readonly act: "reopen"; readonly item: LaneItem };

/** The item as it will be once the server agrees. */
export function settled(act: LaneAct, now: string): LaneItem {
  const base = { ...act.item, settled_at: now, sent_turn_id: null, updated_at: now };
  switch (act.act) {
    case "answer":
      return { ...base, state: "answered", answer: act.text, answer_kind: "text", option_index: null };
    case "option":
      return {
        ...base,
        state: "answered",
        answer: act.item.options[act.index] ?? "",
        answer_kind: "option",
        option_index: act.index,
      };
    case "unknown":
      return { ...base, state: "answered", answer: "I don't know", answer_kind: "unknown", option_index: null };
    case "output":
      return { ...base, state: "done", output: act.output };
    case "skip":
      return { ...base, state: "skipped", skip_reason: act.reason ?? null };
    case "reopen":
      return {
        ...base,
        state: "open",
        answer: null,
        answer_kind: null,
        option_index: null,
        output: null,
        skip_reason: null,
        settled_at: null,
      };
  }
}

/** The lane with one item replaced and its counts made anew. */
export function withItem(lane: Lane, item: LaneItem): Lane {
  const swap = (items: readonly LaneItem[]) => items.map((one) => (one.id === item.id ? item : one));
  const next = { questions: swap(lane.questions), checks: swap(lane.checks) };
  return { ...next, counts: countLane([...next.questions, ...next.checks]) };
}

export function countLane(items: readonly LaneItem[]): Lane["counts"] {
  const of = (test: (item: LaneItem) => boolean) => items.filter(test).length;
  const isSettled = (item: LaneItem) => item.state === "answered" || item.state === "done" || item.state === "skipped";
  return {
    open_questions: of((item) => item.kind === "question" && item.state === "open"),
    open_checks: of((item) => item.kind === "check" && item.state === "open"),
    settled: of(isSettled),
    retired: of((item) => item.state === "retired"),
    unsent: of((item) => isSettled(item) && item.sent_turn_id === null),
  };
}

function request(sessionId: string, act: LaneAct): Promise<LaneItemResult> {
  const base = `/ai-sessions/${sessionId}/lane/${act.item.id}`;
  switch (act.act) {
    case "answer":
      return api.post(`${base}/answer`, { answer: act.text });
    case "option":
      return api.post(`${base}/answer`, { option_index: act.index });
    case "unknown":
      return api.post(`${base}/answer`, { unknown: true });
    case "output":
      return api.post(`${base}/output`, { output: act.output });
    case "skip":
      return api.post(`${base}/skip`, act.reason ? { reason: act.reason } : {});
    case "reopen":
      return api.post(`${base}/reopen`);
  }
}

/** Answers, skips and brings back: shown at once, put back with a reason when refused. */
export function useLaneAct(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationKey: keys.sessionPart(sessionId, "lane-act"),
    mutationFn: (act: LaneAct) => request(sessionId, act),
    onMutate: (act) => {
      const item = settled(act, new Date().toISOString());
      return optimistic(client, sessionId, (snapshot) =>
        snapshot.lane ? { ...snapshot, lane: withItem(snapshot.lane, item) } : snapshot,
      );
    },
    onSuccess: (result) => {
      patchSnapshot(client, sessionId, (snapshot) =>
        snapshot.lane ? { ...snapshot, lane: withItem(snapshot.lane, result.item) } : snapshot,
      );
    },
    onError: (_error, _act, context) => context?.rollback(),
    onSettled: () => refreshSession(client, sessionId),
  });
}

/** The script that runs the open checks of one shell in one go; `ids` adds left-out checks by name. */
export function useRunScript(sessionId: string, shell: RunShell, ids: readonly string[], enabled: boolean) {
  return useQuery({
    queryKey: [...keys.sessionPart(sessionId, "run-script"), shell, ids],
    queryFn: ({ signal }) =>
      api.get<RunScript>(`/ai-sessions/${sessionId}/lane/run-script`, {
        query: { shell, ...(ids.length > 0 ? { ids } : {}) },
        signal,
      }),
    enabled,
    retry: false,
  });
}

/** Sorts what a combined script printed into its checks. */
export function useCombinedOutput(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (text: string) => api.post<OutputsResult>(`/ai-sessions/${sessionId}/lane/outputs`, { text }),
    onSuccess: () => refreshSession(client, sessionId),
  });
}
