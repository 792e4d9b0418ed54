import { HttpResponse, http } from "msw";
import type { MemberOut, Named, StatusOut } from "@/api/psa";
import type { NoteOut, TicketDetailOut, TicketSummaryOut } from "@/api/tickets";
import { at } from "./server";

/** A small PSA in memory for page tests: tickets that can be listed by the filters the pages use, read and changed. */

const STATUSES: readonly StatusOut[] = [
  { id: "501", name: "New", board_id: "11", closed: false, sends_email: false },
  { id: "503", name: "In progress", board_id: "11", closed: false, sends_email: false },
  { id: "509", name: "Resolved", board_id: "11", closed: true, sends_email: true },
];
export const MEMBERS: readonly MemberOut[] = [
  { id: "155", identifier: "ktarrow", name: "Kit Tarrow", email: null, is_me: true },
  { id: "153", identifier: "tmarsh", name: "Tobin Marsh", email: null, is_me: false },
];
const BOARDS: readonly Named[] = [
  { id: "11", name: "Service Desk" },
  { id: "12", name: "Alerts" },
];
const COMPANIES: readonly Named[] = [
  { id: "201", name: "Quillmere Dental" },
  { id: "204", name: "Norvane Logistics" },
];

export function ticket(id: string, summary: string, more: Partial<TicketSummaryOut> = {}): TicketSummaryOut {
  return {
    id,
    number: id,
    ref: `CW #${id}`,
    summary,
    board: { id: "11", name: "Service Desk" },
    status: { id: "503", name: "In progress", board_id: "11", closed: false, sends_email: null },
    priority: { id: "7", name: "Priority 2 - High" },
    company: { id: "201", name: "Quillmere Dental" },
    contact: { id: "20101", name: "Nell Harrowgate" },
    owner: { id: "155", name: "Kit Tarrow" },
    closed: false,
    created_at: "2026-11-20T08:33:57Z",
    updated_at: "2026-11-20T13:02:57Z",
    url: `https://psa.example/ticket/${id}`,
    ...more,
  };
}

export const NORVANE = { company: { id: "204", name: "Norvane Logistics" } };

export function note(id: string, text: string, more: Partial<NoteOut> = {}): NoteOut {
  return {
    id,
    author: "Nell Harrowgate",
    author_kind: "customer",
    text,
    visibility: "customer",
    kinds: [],
    created_at: "2026-11-20T13:02:57Z",
    ours: false,
    ...more,
  };
}

export function detail(of: TicketSummaryOut, sections: Partial<TicketDetailOut["sections"]> = {}): TicketDetailOut {
  const nothing = { items: [], problem: null };
  return {
    ticket: { ...of, description: "", type: "Incident", sla: null, site: "Harbour Street", contact_email: null },
    revision: `revision-of-${of.status?.id}`,
    sections: {
      notes: nothing,
      configurations: nothing,
      assignees: nothing,
      related: nothing,
      time: nothing,
      attachments: nothing,
      ...sections,
    },
  };
}

const P = "/integrations/psa";
const list = (items: readonly unknown[]) => HttpResponse.json({ items, problem: null });

/** Handlers over these tickets; what was asked of the list is kept in `asked`. */
export function fakePsa(tickets: readonly TicketSummaryOut[]) {
  const asked: URLSearchParams[] = [];
  const handlers = [
    http.get(at(`${P}/boards`), () => list(BOARDS)),
    http.get(at(`${P}/statuses`), () =>
      list(STATUSES.map(({ name, closed }) => ({ name, closed, board_ids: ["11"] }))),
    ),
    http.get(at(`${P}/priorities`), () => list([{ id: "7", name: "Priority 2 - High" }])),
    http.get(at(`${P}/members`), () => list(MEMBERS)),
    http.get(at(`${P}/companies`), ({ request }) => {
      const text = new URL(request.url).searchParams.get("query")?.toLowerCase() ?? "";
      return list(COMPANIES.filter(({ name }) => name.toLowerCase().includes(text)));
    }),
    http.get(at(`${P}/tickets`), ({ request }) => {
      const query = new URL(request.url).searchParams;
      asked.push(query);
      const from = Number(query.get("cursor") ?? 0);
      const limit = Number(query.get("limit") ?? 10);
      const found = tickets.filter((one) => matches(one, query));
      const next = from + limit < found.length ? String(from + limit) : null;
      return HttpResponse.json({
        items: found.slice(from, from + limit),
        next_cursor: next,
        truncated: false,
        problem: null,
      });
    }),
    http.get(at(`${P}/tickets/:id/statuses`), () => list(STATUSES)),
    http.get(at(`${P}/tickets/:id`), ({ params }) => {
      const found = tickets.find(({ id }) => id === params.id);
      return found
        ? HttpResponse.json(detail(found))
        : HttpResponse.json(
            { code: "psa_not_found", message: "The PSA has no such record.", details: null, request_id: "req-1" },
            { status: 404 },
          );
    }),
  ];
  return { handlers, asked };
}

function matches(one: TicketSummaryOut, query: URLSearchParams): boolean {
  const who = query.get("assignment") ?? "all";
  const text = query.get("query") ?? "";
  const boards = query.getAll("board_ids");
  const closed = query.get("closed") ?? "open";
  return (
    (closed === "all" || one.closed === (closed === "closed")) &&
    (who === "all" ||
      (who === "unassigned" ? !one.owner : one.owner?.id === (who === "mine" ? "155" : who.slice(7)))) &&
    (boards.length === 0 || boards.includes(one.board?.id ?? "")) &&
    (!query.get("status_name") || one.status?.name === query.get("status_name")) &&
    (!query.get("company_id") || one.company?.id === query.get("company_id")) &&
    (text === "" || one.number === text || one.summary.toLowerCase().includes(text.toLowerCase()))
  );
}
