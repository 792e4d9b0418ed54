import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, newId } from "@/lib/api";
import { keys } from "./keys";
import type { SessionDetail, SessionRow } from "./session-types";
import { snapshotKey } from "./sessions";
import type { Page } from "./types";

/** What a session starts from: words, a ticket, or both. */
export interface Start {
  readonly message: string | null;
  readonly ticketId: string | null;
  /** Another open session works on the ticket, and both may. */
  readonly share: boolean;
}

/** A start with the ids that make a repeat of it the same start. */
export interface StartAttempt extends Start {
  readonly turnId: string;
  readonly key: string;
}

/** The attempt to send: the earlier one when nothing about it changed, so that a press after a lost answer starts nothing twice. */
export function attemptOf(start: Start, earlier: StartAttempt | null): StartAttempt {
  const same =
    earlier !== null &&
    earlier.message === start.message &&
    earlier.ticketId === start.ticketId &&
    earlier.share === start.share;
  return same ? earlier : { ...start, turnId: newId(), key: newId() };
}

interface Started {
  readonly session: SessionDetail;
  readonly turn_id: string | null;
}

/** Starts a session; with a message its first turn runs at once. The answer is kept, so that the session view paints in the same frame. */
export function useStartSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ message, ticketId, share, turnId, key }: StartAttempt) =>
      api.post<Started>(
        "/ai-sessions",
        {
          ...(message ? { message, client_turn_id: turnId } : {}),
          ...(ticketId ? { ticket_id: ticketId } : {}),
          ...(share ? { share } : {}),
        },
        { idempotencyKey: key },
      ),
    onSuccess: ({ session }) => {
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
