import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useResolve } from "@/api/documents";
import { refreshSession } from "@/api/sessions";
import type { Acknowledge, WriteOptions, WritePreview } from "@/api/write-types";
import { newIdempotencyKey } from "@/lib/api";
import { type ApiError, isApiError } from "@/lib/api-error";
import { useSession } from "../context";
import { useSessionUi } from "../session-ui";

export interface Ticks {
  readonly unsupported: boolean;
  readonly changed: boolean;
  readonly leak: boolean;
}

interface PostInput {
  readonly text: string;
  readonly saveDraft: () => Promise<boolean>;
  readonly write: WritePreview | undefined;
  readonly linked: boolean;
  readonly options: WriteOptions;
}

const NONE: Ticks = { unsupported: false, changed: false, leak: false };

/** Posting the note: one key per text, so that a second press or a lost answer is the same write; ends in the result card. */
export function usePostNote({ text, saveDraft, write, linked, options }: PostInput) {
  const client = useQueryClient();
  const { id, detail } = useSession();
  const { set } = useSessionUi();
  const resolve = useResolve(id);
  const [ticks, setTicks] = useState<Ticks>(NONE);
  const [refusedSentences, setRefused] = useState<number | null>(null);
  const key = useRef({ of: "", key: "" });

  // What was ticked was ticked for this text.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed text takes the tick and the refusal with it
  useEffect(() => {
    setTicks((now) => (now.unsupported ? { ...now, unsupported: false } : now));
    setRefused(null);
  }, [text]);

  const submit = async () => {
    if (resolve.isPending) {
      return;
    }
    await saveDraft();
    const acknowledge: Acknowledge[] = [];
    if (ticks.unsupported) {
      acknowledge.push("unsupported_sentences");
    }
    if (ticks.changed) {
      acknowledge.push("ticket_changed");
    }
    if (ticks.leak) {
      acknowledge.push("leak_suspected");
    }
    const of = JSON.stringify([text, acknowledge, write?.revision ?? null, detail.state_version]);
    if (key.current.of !== of) {
      key.current = { of, key: newIdempotencyKey() };
    }
    resolve.mutate(
      {
        markdown: text,
        state_version: detail.state_version,
        post_to_psa: linked,
        options,
        acknowledge,
        key: key.current.key,
        ...(linked && write ? { revision: write.revision } : {}),
      },
      {
        onSuccess: () => set({ resolve: "result", justPosted: true }),
        onError: (error) => {
          if (reachedTheOutbox(error)) {
            set({ resolve: "result", justPosted: true });
            return;
          }
          if (isApiError(error, "unsupported_sentences")) {
            setRefused(sentenceCount(error));
          }
          // A refusal stored nothing, so the next press is a new one.
          key.current = { of: "", key: "" };
          void refreshSession(client, id);
          void client.invalidateQueries({ queryKey: ["write-preview", id] });
        },
      },
    );
  };

  return {
    submit: () => void submit(),
    busy: resolve.isPending,
    error: resolve.error && !reachedTheOutbox(resolve.error) ? resolve.error : null,
    ticks,
    tick: (change: Partial<Ticks>) => setTicks((now) => ({ ...now, ...change })),
    refusedSentences,
  };
}

/** A write exists: what became of it stands in the result card, not in an error. */
function reachedTheOutbox(error: unknown): boolean {
  return (
    isApiError(error, "psa_status_not_verified") ||
    isApiError(error, "psa_post_failed") ||
    isApiError(error, "psa_write_open")
  );
}

function sentenceCount(error: ApiError): number {
  const { details } = error;
  if (typeof details === "object" && details !== null) {
    for (const value of Object.values(details)) {
      if (Array.isArray(value)) {
        return value.length;
      }
    }
  }
  return Array.isArray(details) ? details.length : 1;
}
