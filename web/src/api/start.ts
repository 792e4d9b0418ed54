import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, newId } from "@/lib/api";
import { isApiError } from "@/lib/api-error";
import { keys } from "./keys";
import type { SessionDetail, SessionRow } from "./session-types";
import { snapshotKey } from "./sessions";
import type { Page } from "./types";

/** What a session starts from: words, pictures, a ticket, or several of them. */
export interface Start {
  readonly message: string | null;
  readonly ticketId: string | null;
  /** Another open session works on the ticket, and both may. */
  readonly share: boolean;
  /** Uploaded pictures of the first message. */
  readonly pictures: readonly string[];
}

/** A start with the ids that make a repeat of it the same start. */
export interface StartAttempt extends Start {
  readonly turnId: string;
  readonly key: string;
}

/**
 * The attempt to send: the earlier one when nothing about it changed, so that a press after a lost answer starts nothing twice. Also
 * the one this tab sent before a reload, while its answer is not known.
 */
export function attemptOf(start: Start, earlier: StartAttempt | null): StartAttempt {
  const same =
    earlier !== null &&
    earlier.message === start.message &&
    earlier.ticketId === start.ticketId &&
    earlier.share === start.share &&
    earlier.pictures.join() === start.pictures.join();
  return same ? earlier : { ...start, ...(unanswered(start) ?? { turnId: newId(), key: newId() }) };
}

const UNANSWERED = "rf-start";

/** A start by a number: its words are not kept, they may hold a secret. */
function print({ message, ticketId, share, pictures }: Start): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (const letter of JSON.stringify([message, ticketId, share, pictures])) {
    const code = letter.codePointAt(0) ?? 0;
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  return `${(high >>> 0).toString(36)}${(low >>> 0).toString(36)}`;
}

function unanswered(start: Start): { readonly turnId: string; readonly key: string } | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(UNANSWERED) ?? "null") as Record<string, string> | null;
    return kept?.print === print(start) && kept.turnId && kept.key ? { turnId: kept.turnId, key: kept.key } : null;
  } catch {
    return null;
  }
}

/** Keeps the ids of a start over a reload until its answer is there; null forgets them. */
function remember(attempt: StartAttempt | null): void {
  try {
    if (attempt) {
      const { turnId, key } = attempt;
      sessionStorage.setItem(UNANSWERED, JSON.stringify({ print: print(attempt), turnId, key }));
    } else {
      sessionStorage.removeItem(UNANSWERED);
    }
  } catch {
    // Not kept then: only a reload in the middle of a start could start a second one.
  }
}

interface Started {
  readonly session: SessionDetail;
  readonly turn_id: string | null;
}

/** Starts a session; with a message its first turn runs at once. The answer is kept, so that the session view paints in the same frame. */
export function useStartSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ message, ticketId, share, pictures, turnId, key }: StartAttempt) =>
      api.post<Started>(
        "/ai-sessions",
        {
          ...(message ? { message } : {}),
          ...(pictures.length > 0 ? { upload_ids: pictures } : {}),
          ...(message || pictures.length > 0 ? { client_turn_id: turnId } : {}),
          ...(ticketId ? { ticket_id: ticketId } : {}),
          ...(share ? { share } : {}),
        },
        { idempotencyKey: key },
      ),
    onMutate: remember,
    onError: (error) => {
      // A refusal is an answer; only where none came the same start is sent again.
      if (isApiError(error) && !error.transient) {
        remember(null);
      }
    },
    onSuccess: ({ session }) => {
      remember(null);
      client.setQueryData(snapshotKey(session.id), session);
      void client.invalidateQueries({ queryKey: keys.sessions });
    },
  });
}

/** Sessions of a group for an overview: one's own, for those who own none all they may read. */
export function useSessionOverview(group: "active" | "recent", scope: "mine" | "all", limit: number) {
  return useQuery({
    queryKey: keys.sessionList({ overview: group, scope, limit }),
    queryFn: ({ signal }) => api.get<Page<SessionRow>>("/ai-sessions", { query: { group, scope, limit }, signal }),
  });
}
