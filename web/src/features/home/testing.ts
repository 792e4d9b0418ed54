import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import type { SessionRow } from "@/api/session-types";
import { fakePsa, ticket } from "@/test/psa";
import { at, refuse, server } from "@/test/server";

export const SESSION = "018f0000-0000-7000-8000-00000000aaaa";
export const OUTLOOK = ticket("48293", "Outlook asks for a password");
const ALERT = ticket("48281", "DHCP scope nearly full", { owner: null, board: { id: "12", name: "Alerts" } });

export function row(more: Partial<SessionRow>): SessionRow {
  return {
    id: "018f0000-0000-7000-8000-0000000000f1",
    title: "VPN drops every 30 minutes",
    status: "active",
    client_name: "Norvane Logistics",
    ticket_ref: "CW #48190",
    priority: null,
    owner: { id: "u-1", name: "Kit Tarrow" },
    handler: null,
    fix_status: null,
    open_questions: 0,
    open_checks: 0,
    running_turn: false,
    can_write: true,
    created_at: "2026-11-20T11:00:00Z",
    last_activity_at: "2026-11-20T11:52:00Z",
    resolved_at: null,
    match: null,
    ...more,
  };
}

/** What the lists of Home hold, and which scopes were asked for. */
export const lists: { active: SessionRow[]; recent: SessionRow[]; scopes: Array<string | null> } = {
  active: [],
  recent: [],
  scopes: [],
};

/** Home with empty lists, a PSA with two tickets, and no session that can be opened. */
export function serveHome(): void {
  Object.assign(lists, { active: [], recent: [], scopes: [] });
  server.use(
    http.get(at("/ai-sessions"), ({ request }) => {
      const query = new URL(request.url).searchParams;
      lists.scopes.push(query.get("scope"));
      const items = query.get("group") === "recent" ? lists.recent : lists.active;
      return HttpResponse.json({ items, next_cursor: null });
    }),
    http.get(at("/ai-sessions/:id"), () => refuse(404, "not_found")),
    ...fakePsa([OUTLOOK, ALERT]).handlers,
  );
}

export interface Sent {
  readonly body: Record<string, unknown>;
  readonly key: string | null;
}

/** Takes starts; `answer` says what each one gets. */
export function takeStarts(answer: (index: number, body: Record<string, unknown>) => Response): readonly Sent[] {
  const sent: Sent[] = [];
  server.use(
    http.post(at("/ai-sessions"), async ({ request }) => {
      const body = (await request.json()) as Record<string, unknown>;
      sent.push({ body, key: request.headers.get("Idempotency-Key") });
      return answer(sent.length, body);
    }),
  );
  return sent;
}

export const started = () =>
  HttpResponse.json({ session: { id: SESSION, title: "x" }, turn_id: "t-1" }, { status: 201 });
export const box = () => screen.findByRole("textbox", { name: "What are you troubleshooting?" });
export const start = () => screen.getByRole("button", { name: "Start session" });
