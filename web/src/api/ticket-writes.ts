import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { keys } from "./keys";
import type { Lookup } from "./psa";
import type {
  AssigneesOut,
  AssignIn,
  ContactOut,
  Named,
  NewTicketIn,
  NewTicketOut,
  ParseIn,
  TicketDetailOut,
  TicketDraftOut,
} from "./schema.gen";

export type { DraftField, NewTicketIn, NewTicketOut, TicketDraftOut, Unresolved } from "./schema.gen";

const PATH = "/integrations/psa";
const peoplePath = (id: string) => `${PATH}/tickets/${encodeURIComponent(id)}/assignees`;

export type Staffing =
  /** `replace`: in place of whoever is primary, where the PSA knows one person only. `key` is kept over retries of one press. */
  | {
      readonly act: "assign";
      readonly member: { readonly id: string; readonly name: string };
      readonly replace?: boolean;
      readonly key: string;
    }
  | { readonly act: "unassign"; readonly member: { readonly id: string; readonly name: string }; readonly key: string };

/** Puts people on a ticket and takes them off. The answer is what the PSA shows afterwards, and that is what is shown. */
export function useStaffTicket(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (asked: Staffing) =>
      asked.act === "assign"
        ? api.post<AssigneesOut>(
            peoplePath(id),
            { member_id: asked.member.id, ...(asked.replace ? { replace: true } : {}) } satisfies AssignIn,
            { idempotencyKey: asked.key },
          )
        : api.delete<AssigneesOut>(`${peoplePath(id)}/${encodeURIComponent(asked.member.id)}`, {
            idempotencyKey: asked.key,
          }),
    onSuccess: ({ ticket, revision, assignees }) => {
      client.setQueryData<TicketDetailOut>(keys.ticket(id), (before) =>
        before
          ? {
              ...before,
              ticket,
              revision,
              sections: { ...before.sections, assignees: { items: assignees, problem: null } },
            }
          : before,
      );
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.tickets });
      void client.invalidateQueries({ queryKey: keys.ticket(id) });
    },
  });
}

/** Reads a text into a draft; writes nothing. */
export function useParseTicket() {
  return useMutation({
    mutationFn: (body: ParseIn) => api.post<TicketDraftOut>(`${PATH}/tickets/parse`, body),
  });
}

export function useOpenTicket() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...body }: NewTicketIn & { readonly key: string }) =>
      api.post<NewTicketOut>(`${PATH}/tickets`, body, { idempotencyKey: key }),
    onSettled: (_made, _error, { session_id }) => {
      void client.invalidateQueries({ queryKey: keys.tickets });
      if (session_id) {
        void client.invalidateQueries({ queryKey: keys.session(session_id) });
      }
    },
  });
}

/** People of one client by name. */
export function useContacts(companyId: string | null, text: string) {
  const query = text.trim();
  return useQuery({
    queryKey: [...keys.psa, "lookup", "contacts", companyId, query],
    queryFn: ({ signal }) =>
      api.get<Lookup<ContactOut>>(`${PATH}/contacts`, {
        query: { query, company_id: companyId ?? "", limit: 50 },
        signal,
      }),
    enabled: companyId !== null,
    placeholderData: keepPreviousData,
  });
}

/** Priorities a ticket of the board may have. */
export function useBoardPriorities(boardId: string | null) {
  return useQuery({
    queryKey: [...keys.psa, "lookup", "priorities", boardId],
    queryFn: ({ signal }) =>
      api.get<Lookup<Named>>(`${PATH}/priorities`, { query: boardId ? { board_id: boardId } : {}, signal }),
    staleTime: 10 * 60_000,
  });
}
