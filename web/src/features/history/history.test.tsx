import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import type { SessionRow } from "@/api/session-types";
import { axe } from "@/test/axe";
import { setMedia } from "@/test/browser";
import { person } from "@/test/data";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";
import { askOf, readView, writeView } from "./filters";

const ME = person().user;
const OTHER = { id: "0190aaaa-0000-7000-8000-00000000000b", name: "Tobin Marsh" };

function row(number: number, title: string, more: Partial<SessionRow> = {}): SessionRow {
  return {
    id: `0190aaaa-0000-7000-8000-0000000001${String(number).padStart(2, "0")}`,
    title,
    status: "resolved",
    client_name: "Norvane Logistics",
    ticket_ref: `CW #4800${number}`,
    priority: null,
    owner: { id: ME.id, name: ME.name },
    handler: null,
    fix_status: "applied_success",
    open_questions: 0,
    open_checks: 0,
    running_turn: false,
    can_write: false,
    created_at: "2026-01-05T09:00:00Z",
    last_activity_at: "2026-01-05T10:00:00Z",
    resolved_at: "2026-01-05T10:00:00Z",
    match: null,
    ...more,
  };
}

const ROWS = [
  row(1, "VPN drops every 30 minutes", { status: "paused", fix_status: null, resolved_at: null }),
  row(2, "File shares missing"),
  row(3, "Cannot print", { owner: OTHER, fix_status: "applied_failed" }),
  row(4, "Old profile", { status: "abandoned", fix_status: null }),
];
let asked: URLSearchParams[] = [];

beforeEach(() => {
  asked = [];
  server.use(
    http.get(at("/ai-sessions"), ({ request }) => {
      const query = new URL(request.url).searchParams;
      asked.push(query);
      if (query.get("q") === "vpn") {
        const match = { field: "message" as const, text: "the 😀 vpn icon turns grey", ranges: [{ start: 6, end: 9 }] };
        return HttpResponse.json({ items: [{ ...ROWS[0], match }], next_cursor: null });
      }
      if (query.get("q")) {
        return HttpResponse.json({ items: [], next_cursor: null });
      }
      return query.get("cursor")
        ? HttpResponse.json({ items: [row(9, "Older one")], next_cursor: null })
        : HttpResponse.json({ items: ROWS, next_cursor: "more" });
    }),
    http.get(at("/accounts/me/members"), () =>
      HttpResponse.json({
        items: [
          { id: ME.id, name: ME.name, role: "engineer", is_active: true, email: null },
          { ...OTHER, role: "engineer", is_active: true, email: null },
        ],
      }),
    ),
  );
});

const table = () => screen.findByRole("table", { name: "Sessions" });

describe("History", () => {
  test("lists every session with status, outcome and owner, and loads more", async () => {
    const { user, container } = renderApp("/sessions");
    const shown = await table();
    const [, first, second, third, fourth] = within(shown).getAllByRole("row");
    expect(first).toHaveTextContent(/VPN drops every 30 minutes48001Norvane LogisticsPaused/);
    expect(second).toHaveTextContent(/ResolvedFixed/);
    expect(third).toHaveTextContent(/Didn't work.*Tobin Marsh/);
    expect(fourth).toHaveTextContent(/Closed without a resolutionNo outcome recorded/);
    expect(asked[0]?.get("scope")).toBe("all");
    await user.click(screen.getByRole("button", { name: "Load more" }));
    await screen.findByRole("link", { name: "Older one" });
    expect(screen.getByText("All 5 shown")).toBeInTheDocument();
    expect(await axe(container)).toEqual([]);
  });

  test("the address holds the filters", async () => {
    const { user, address } = renderApp(
      `/sessions?status=paused,resolved&owner=${OTHER.id}&from=2026-01-01&client=Norvane`,
    );
    await table();
    const query = asked.at(-1);
    expect(query?.getAll("status")).toEqual(["paused", "resolved"]);
    expect(query?.get("owner_id")).toBe(OTHER.id);
    expect(query?.get("client_name")).toBe("Norvane");
    expect(query?.get("from")).toBe("2026-01-01");
    expect(await screen.findByRole("button", { name: "Owner: Tobin Marsh" })).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Clear filters" }));
    await waitFor(() => expect(address()).toBe("/sessions"));
    await user.click(screen.getByRole("button", { name: "Status" }));
    await user.click(await screen.findByRole("option", { name: "Escalated" }));
    await waitFor(() => expect(address()).toBe("/sessions?status=escalated"));
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: "Dates" }));
    await user.click(await screen.findByRole("button", { name: "Last 30 days" }));
    await waitFor(() => expect(address()).toBe("/sessions?status=escalated&days=30"));
    expect(asked.at(-1)?.get("from")).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  test("a text is searched after a pause and its hits are marked where they stand", async () => {
    const { user, address } = renderApp("/sessions");
    await table();
    await user.keyboard("/");
    await user.keyboard("vpn");
    await waitFor(() => expect(address()).toBe("/sessions?q=vpn"));
    const hit = await screen.findByText("vpn", { selector: "mark" });
    expect(hit.parentElement).toHaveTextContent("Message: the 😀 vpn icon turns grey");
    expect(screen.getByText("1 session, best match first")).toBeInTheDocument();
    await user.clear(screen.getByRole("searchbox"));
    await user.keyboard("nothing");
    await screen.findByText("No session matches");
  });

  test("a hit in the title marks it in the whole title", async () => {
    const title = "Cannot reach the drawing server; the VPN icon turns grey";
    const match = { field: "title" as const, text: "the VPN icon", ranges: [{ start: 4, end: 7 }] };
    server.use(
      http.get(at("/ai-sessions"), () => HttpResponse.json({ items: [row(7, title, { match })], next_cursor: null })),
    );
    renderApp("/sessions?q=vpn");
    const link = await screen.findByRole("link", { name: title });
    expect(within(link).getByText("VPN", { selector: "mark" })).toBeInTheDocument();
  });

  test("says what failed, keeps rows that may be old, and an empty account has a next act", async () => {
    server.use(http.get(at("/ai-sessions"), () => refuse(422, "invalid_request"), { once: true }));
    const { user } = renderApp("/sessions");
    await screen.findByText("Sessions could not be read");
    await user.click(screen.getByRole("button", { name: "Retry" }));
    await table();
    server.use(http.get(at("/ai-sessions"), () => HttpResponse.json({ items: [], next_cursor: null })));
    await user.keyboard("/");
    await user.keyboard("zz");
    await screen.findByText("No session matches");
  });

  test("only what one may do is offered; reopening asks for the list again", async () => {
    const { user } = renderApp("/sessions");
    await table();
    expect(screen.queryByRole("button", { name: "Share link for Cannot print" })).not.toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Reopen VPN drops every 30 minutes" })).not.toBeInTheDocument();
    let reopened = "";
    server.use(
      http.post(at("/ai-sessions/:id/reopen"), ({ params }) => {
        reopened = String(params.id);
        return HttpResponse.json({});
      }),
    );
    const before = asked.length;
    await user.click(screen.getByRole("button", { name: "Reopen File shares missing" }));
    await waitFor(() => expect(asked.length).toBeGreaterThan(before));
    expect(reopened).toBe(ROWS[1]?.id);
  });

  test("phones get cards", async () => {
    setMedia((query) => query.includes("max-width"));
    renderApp("/sessions");
    const cards = await screen.findByRole("list", { name: "Sessions" });
    expect(within(cards).getAllByRole("link")).toHaveLength(4);
    expect(screen.getByRole("button", { name: /Filters/ })).toBeInTheDocument();
  });
});

describe("share links", () => {
  test("a link is made, shown once, listed and withdrawn in two steps", async () => {
    const made: unknown[] = [];
    const link = {
      id: "0190aaaa-0000-7000-8000-0000000000f1",
      label: "For the client",
      include_conversation: true,
      created_by_name: ME.name,
      created_at: new Date().toISOString(),
      expires_at: new Date(Date.now() + 3 * 86_400_000).toISOString(),
      revoked_at: null as string | null,
      view_count: 2,
      last_viewed_at: null,
      live: true,
    };
    server.use(
      http.get(at("/ai-sessions/:id/shares"), () =>
        HttpResponse.json({ items: made.length > 0 ? [link] : [], enabled: true, max_days: 14 }),
      ),
      http.post(at("/ai-sessions/:id/shares"), async ({ request }) => {
        made.push(await request.json());
        const url = "http://elsewhere.example/shared/sessions/TOKEN";
        return HttpResponse.json({ id: link.id, url, expires_at: link.expires_at }, { status: 201 });
      }),
      http.delete(at("/ai-sessions/:id/shares/:share"), () => {
        Object.assign(link, { live: false, revoked_at: new Date().toISOString() });
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = renderApp("/sessions");
    await table();
    await user.click(screen.getByRole("button", { name: "Share link for File shares missing" }));
    const dialog = await screen.findByRole("dialog", { name: "Share link" });
    await user.type(await within(dialog).findByLabelText("For whom"), "For the client");
    expect(
      within(dialog)
        .getAllByRole("option")
        .map((option) => option.textContent),
    ).toEqual(["1 day", "3 days", "7 days", "14 days"]);
    await user.selectOptions(within(dialog).getByLabelText("Works for"), "3 days");
    await user.click(within(dialog).getByRole("switch", { name: "Include the conversation" }));
    await user.click(within(dialog).getByRole("button", { name: "Create link" }));
    expect(await within(dialog).findByLabelText("Link")).toHaveValue(`${window.location.origin}/shared/sessions/TOKEN`);
    expect(made).toEqual([{ expires_in_days: 3, include_conversation: true, label: "For the client" }]);
    expect(await within(dialog).findByText("2 views")).toBeInTheDocument();
    expect(await axe(dialog)).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Revoke" }));
    await user.click(within(dialog).getByRole("button", { name: "Confirm revoke?" }));
    await within(dialog).findByText("Revoked");
  });

  test("switched off says so and offers nothing", async () => {
    server.use(
      http.get(at("/ai-sessions/:id/shares"), () => HttpResponse.json({ items: [], enabled: false, max_days: 30 })),
    );
    const { user } = renderApp("/sessions");
    await table();
    await user.click(screen.getByRole("button", { name: "Share link for File shares missing" }));
    await screen.findByText(/Share links are switched off/);
    expect(screen.queryByRole("button", { name: "Create link" })).not.toBeInTheDocument();
  });
});

test("an address and its view say the same; nonsense counts as not set", () => {
  const search = { q: "vpn", status: "paused,resolved", owner: OTHER.id, client: "Norvane", days: 30 };
  expect(writeView(readView(search))).toEqual(search);
  expect(writeView(readView({ status: "done", owner: "me", days: 31, from: "soon", x: 1 }))).toEqual({});
  expect(askOf(readView({ days: "7" }), new Date(2026, 2, 3)).from).toBe("2026-02-24");
  expect(writeView(readView({ days: 7, to: "2026-01-01" }))).toEqual({ to: "2026-01-01" });
});
