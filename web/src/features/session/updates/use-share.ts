import { useRef, useState } from "react";
import {
  type Audience,
  type SessionUpdate,
  type ShareInput,
  type UpdateVisibility,
  useShareUpdate,
} from "@/api/updates";
import type { WritePreview } from "@/api/write-types";
import { newIdempotencyKey } from "@/lib/api";
import { isApiError } from "@/lib/api-error";
import { useSession } from "../context";
import type { UpdateDraft } from "./use-update-draft";

interface Wish {
  readonly audience: Audience;
  readonly text: string;
  readonly subject: string;
  readonly visibility: UpdateVisibility | null;
  readonly write: WritePreview | undefined;
  readonly draft: UpdateDraft;
}

/** Sends an update once: a press after a lost answer repeats the same request, so that the ticket gets one note. */
export function useShare({ audience, text, subject, visibility, write, draft }: Wish) {
  const { id } = useSession();
  const post = useShareUpdate(id);
  const [changedOk, setChangedOk] = useState(false);
  const [leakOk, setLeakOk] = useState(false);
  const attempt = useRef<{ readonly body: string; readonly key: string } | null>(null);
  const done: SessionUpdate | null = post.data ?? null;

  const send = () => {
    if (post.isPending) {
      return;
    }
    const wish: Omit<ShareInput, "key"> = {
      audience,
      markdown: text,
      ...(audience === "email_draft" && subject.trim() ? { subject } : {}),
      ...(visibility ? { visibility } : {}),
      ...(visibility && write ? { revision: write.revision } : {}),
      acknowledge: [...(changedOk ? ["ticket_changed" as const] : []), ...(leakOk ? ["leak_suspected" as const] : [])],
    };
    const body = JSON.stringify([audience, text, subject, visibility]);
    const key = attempt.current?.body === body ? attempt.current.key : newIdempotencyKey();
    attempt.current = { body, key };
    void draft.saveNow().then(() =>
      post.mutate(
        { ...wish, key },
        {
          onSuccess: () => {
            attempt.current = null;
            draft.forget();
          },
          onError: (error) => {
            // A refusal is final for this key; only an answer that never came is asked for again.
            if (!(isApiError(error) && error.transient)) {
              attempt.current = null;
            }
          },
        },
      ),
    );
  };
  return {
    busy: post.isPending,
    error: post.error,
    done,
    send,
    reset: () => {
      if (post.isError || post.isSuccess) {
        post.reset();
      }
    },
    changedOk,
    setChangedOk,
    leakOk,
    setLeakOk,
  };
}
