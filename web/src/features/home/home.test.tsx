import { act, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import type { SessionRow } from "@/api/session-types";
import { loadDraft, saveDraft, setDraftOwner } from "@/lib/drafts";
import { dispatchLive } from "@/lib/live";
import { queryClient } from "@/lib/query";
import { axe } from "@/test/axe";
import { setMedia } from "@/test/browser";
import { person } from "@/test/data";
import { fakePsa, ticket } from "@/test/psa";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";

const SESSION = "018f0000-0000-7000-8000-00000000aaaa";
const OUTLOOK = ticket("48293", "Outlook asks for a password");
const ALERT = ticket("48281", "DHCP scope nearly full", { owner: null, board: { id: "12", name: "Alerts" } });

function row(more: Partial<SessionRow>): SessionRow {
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

let active: SessionRow[] = [];
let recent: SessionRow[] = [];
let scopes: Array<string | null> = [];

beforeEach(() => {
  active = [];
  recent = [];
  scopes = [];
  server.use(
    http.get(at("/ai-sessions"), ({ request }) => {
      const query = new URL(request.url).searchParams;
      scopes.push(query.get("scope"));
      return HttpResponse.json({ items: query.get("group") === "recent" ? recent : active, next_cursor: null });
    }),
    http.get(at("/ai-sessions/:id"), () => refuse(404, "not_found")),
    ...fakePsa([OUTLOOK, ALERT]).handlers,
  );
});

interface Sent {
  readonly body: Record<string, unknown>;
  readonly key: string | null;
}

/** Takes starts; `answer` says what each one gets. */
function takeStarts(answer: (index: number, body: Record<string, unknown>) => Response): readonly Sent[] {
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

const started = () => HttpResponse.json({ session: { id: SESSION, title: "x" }, turn_id: "t-1" }, { status: 201 });
const box = () => screen.findByRole("textbox", { name: "What are you troubleshooting?" });
const start = () => screen.getByRole("button", { name: "Start session" });

describe("the question", () => {
  test("takes the words at once, sends them exactly once and opens the session", async () => {
    const sent = takeStarts(started);
    const { user, address } = renderApp("/");
    const field = await box();
    expect(field).toHaveFocus();
    await user.type(field, "Outlook keeps asking{Shift>}{Enter}{/Shift}for a password{Enter}{Enter}");
    await waitFor(() => expect(address()).toBe(`/pilot/${SESSION}`));
    expect(sent).toHaveLength(1);
    expect(sent[0]?.body).toEqual({
      message: "Outlook keeps asking\nfor a password",
      client_turn_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(await loadDraft("home")).toBeNull();
  });

  test("says what is missing instead of sending nothing", async () => {
    const sent = takeStarts(started);
    const { user } = renderApp("/");
    const field = await box();
    await user.click(start());
    expect(screen.getByText("Describe the problem first")).toBeInTheDocument();
    expect(field).toHaveFocus();
    await user.type(field, "x");
    expect(screen.queryByText("Describe the problem first")).not.toBeInTheDocument();
    expect(sent).toHaveLength(0);
  });

  test("keeps the words when the server cannot be reached, and repeats the same start", async () => {
    const sent = takeStarts((index) => (index === 1 ? HttpResponse.error() : started()));
    const { user, address } = renderApp("/");
    await user.type(await box(), "VPN is down{Enter}");
    expect(await screen.findByText("The session was not started")).toBeInTheDocument();
    expect(await box()).toHaveValue("VPN is down");
    await user.click(screen.getByRole("button", { name: "Retry" }));
    await waitFor(() => expect(address()).toBe(`/pilot/${SESSION}`));
    expect(sent[1]).toEqual(sent[0]);
  });

  test("a reload in the middle of a start keeps the words, and sending them again is the same start", async () => {
    const sent: Array<{ key: string | null; turn: unknown }> = [];
    server.use(
      http.post(at("/ai-sessions"), async ({ request }) => {
        const body = (await request.json()) as { client_turn_id: string };
        sent.push({ key: request.headers.get("Idempotency-Key"), turn: body.client_turn_id });
        if (sent.length === 1) {
          await new Promise(() => undefined);
        }
        return started();
      }),
    );
    const before = renderApp("/");
    await before.user.type(await box(), "VPN is down{Enter}");
    await waitFor(() => expect(sent).toHaveLength(1));
    before.unmount();
    queryClient.clear();

    const { user, address } = renderApp("/");
    await waitFor(async () => expect(await box()).toHaveValue("VPN is down"));
    await user.click(start());
    await waitFor(() => expect(address()).toBe(`/pilot/${SESSION}`));
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
    expect(JSON.stringify({ ...sessionStorage })).not.toContain("VPN");
  });

  test("other words are another start", async () => {
    const sent = takeStarts((index) => (index === 1 ? refuse(429, "rate_limited") : started()));
    const { user, address } = renderApp("/");
    await user.type(await box(), "VPN is down{Enter}");
    await screen.findByText("The session was not started");
    await user.type(await box(), " again{Enter}");
    await waitFor(() => expect(address()).toBe(`/pilot/${SESSION}`));
    expect(sent[1]?.key).not.toBe(sent[0]?.key);
    expect(sent[1]?.body.client_turn_id).not.toBe(sent[0]?.body.client_turn_id);
  });

  test("restores what was typed before, never a secret", async () => {
    const { account, user: me } = person();
    setDraftOwner({ userId: me.id, accountId: account.id });
    await saveDraft("home", "Printer offline since Monday");
    const { user } = renderApp("/");
    await waitFor(async () => expect(await box()).toHaveValue("Printer offline since Monday"));
    expect(screen.getByText("Draft restored")).toBeInTheDocument();
    await user.type(await box(), " password: Invented-9931");
    expect(screen.getByText(/1 secret will be masked/)).toBeInTheDocument();
    await waitFor(async () => expect(await loadDraft("home")).toBe("Printer offline since Monday password: "));
  });

  test("a pasted log goes in as a block", async () => {
    const { user } = renderApp("/");
    await user.type(await box(), "See this");
    await user.click(screen.getByRole("button", { name: "Paste logs" }));
    await user.click(await screen.findByRole("textbox", { name: "Log or output" }));
    await user.paste("Windows IP Configuration\n  DNS 10.0.0.1");
    expect(screen.getByText("2 lines")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Insert" }));
    expect(await box()).toHaveValue("See this\n\n```\nWindows IP Configuration\n  DNS 10.0.0.1\n```");
  });

  test("a linked ticket goes along; one in use asks first", async () => {
    const sent = takeStarts((_, body) =>
      body.share ? started() : refuse(409, "ticket_in_use", "In use.", { details: { session_id: null, title: null } }),
    );
    const { user, address } = renderApp("/");
    await user.type(await box(), "She says it is worse");
    await user.click(await screen.findByRole("button", { name: "Link ticket" }));
    await user.type(await screen.findByRole("textbox", { name: "Find a ticket" }), "outlook");
    const found = screen.getByRole("dialog", { name: "Link a ticket" });
    await user.click(await within(found).findByRole("button", { name: /48293/ }));
    expect(screen.getByText("CW #48293")).toBeInTheDocument();
    await user.click(start());
    const dialog = await screen.findByRole("dialog", { name: "CW #48293 is being worked on" });
    expect(within(dialog).queryByRole("button", { name: "Open that session" })).not.toBeInTheDocument();
    await user.click(within(dialog).getByRole("button", { name: "Start another session" }));
    await waitFor(() => expect(address()).toBe(`/pilot/${SESSION}`));
    expect(sent.at(-1)?.body).toMatchObject({ ticket_id: "48293", message: "She says it is worse", share: true });
  });
});

describe("the panels", () => {
  test("show open sessions with what they wait for, and follow live", async () => {
    active = [
      row({ fix_status: "proposed" }),
      row({
        id: "018f0000-0000-7000-8000-0000000000f2",
        title: "Scan to folder fails",
        open_questions: 2,
        open_checks: 1,
      }),
      row({ id: "018f0000-0000-7000-8000-0000000000f4", title: "Printer offline", fix_status: "verifying" }),
    ];
    renderApp("/");
    const panel = await screen.findByRole("region", { name: "Active sessions" });
    expect(await within(panel).findByText("Fix suggested")).toBeInTheDocument();
    expect(within(panel).getByText("Verifying")).toBeInTheDocument();
    expect(within(panel).getByText("2 questions, 1 check open")).toBeInTheDocument();
    expect(within(panel).getByRole("link", { name: "VPN drops every 30 minutes" })).toHaveAttribute(
      "href",
      "/pilot/018f0000-0000-7000-8000-0000000000f1",
    );
    active = [row({ fix_status: "applied_partial" })];
    act(() => dispatchLive({ id: "1", kind: "session.changed", data: { session_id: active[0]?.id } }));
    expect(await within(panel).findByText("Partly applied")).toBeInTheDocument();
    expect(scopes).not.toContain("all");
  });

  test("recent sessions say how they ended", async () => {
    recent = [
      row({ status: "resolved", fix_status: "applied_success", resolved_at: "2026-11-20T09:15:00Z" }),
      row({ id: "018f0000-0000-7000-8000-0000000000f3", title: null, status: "abandoned" }),
    ];
    renderApp("/");
    const panel = await screen.findByRole("region", { name: "Recent" });
    expect(await within(panel).findByText("Fixed")).toBeInTheDocument();
    expect(within(panel).getByText("Closed without a resolution")).toBeInTheDocument();
    expect(within(panel).getByRole("link", { name: "Untitled session" })).toBeInTheDocument();
  });

  test("the queue shows mine, then nobody's; a row starts FlowPilot or opens its ticket", async () => {
    const sent = takeStarts(started);
    const { user, address } = renderApp("/");
    const panel = await screen.findByRole("region", { name: "Ticket queue" });
    expect(await within(panel).findByRole("link", { name: "Outlook asks for a password" })).toHaveAttribute(
      "href",
      "/tickets?ticket=48293",
    );
    await user.click(within(panel).getByRole("radio", { name: /Unassigned/ }));
    await user.click(await within(panel).findByRole("button", { name: "Start FlowPilot on CW #48281" }));
    await waitFor(() => expect(address()).toBe(`/pilot/${SESSION}`));
    expect(sent[0]?.body).toMatchObject({ ticket_id: "48281", message: "DHCP scope nearly full" });
  });

  test("one that fails says so quietly and leaves the others", async () => {
    server.use(
      http.get(at("/integrations/psa/tickets"), () => refuse(502, "psa_auth_failed", "The PSA refuses our sign-in.")),
    );
    active = [row({})];
    const { user } = renderApp("/");
    const panel = await screen.findByRole("region", { name: "Ticket queue" });
    expect(
      await within(panel).findByText(/Tickets could not be read. The PSA refuses our sign-in./, {}, { timeout: 8000 }),
    ).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "VPN drops every 30 minutes" })).toBeInTheDocument();
    server.use(...fakePsa([OUTLOOK]).handlers);
    await user.click(within(panel).getByRole("button", { name: "Retry" }));
    expect(await within(panel).findByRole("link", { name: "Outlook asks for a password" })).toBeInTheDocument();
  });

  test("empty ones name the next act", async () => {
    server.use(...fakePsa([]).handlers);
    renderApp("/");
    expect(await screen.findByText(/Describe a problem, or start from a ticket/)).toBeInTheDocument();
    expect(await screen.findByText("No open ticket of yours.")).toBeInTheDocument();
    expect(screen.getByText("Sessions you resolve or close are listed here.")).toBeInTheDocument();
  });

  test("without a PSA there is no queue and no ticket to link", async () => {
    server.use(
      http.get(at("/integrations/psa/status"), () =>
        HttpResponse.json({ connected: false, provider: null, name: null, status: null, web_base: null }),
      ),
    );
    renderApp("/");
    await screen.findByText("Sessions you resolve or close are listed here.");
    expect(screen.queryByRole("region", { name: "Ticket queue" })).not.toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Link ticket" })).not.toBeInTheDocument();
  });

  test("who only reads sees what is readable and no acting control", async () => {
    server.use(http.get(at("/auth/me"), () => HttpResponse.json(person({ role: "viewer" }))));
    renderApp("/");
    expect(await screen.findByRole("link", { name: "DHCP scope nearly full" })).toBeInTheDocument();
    expect(screen.queryByRole("textbox", { name: "What are you troubleshooting?" })).not.toBeInTheDocument();
    expect(screen.queryByRole("button", { name: /Start/ })).not.toBeInTheDocument();
    expect(new Set(scopes)).toEqual(new Set(["all"]));
  });

  test("axe finds nothing, on phones too", async () => {
    active = [row({ fix_status: "proposed" })];
    const wide = renderApp("/");
    await screen.findByRole("link", { name: "Outlook asks for a password" });
    await screen.findByText("Fix suggested");
    expect(await axe(wide.container)).toEqual([]);
    wide.unmount();
    setMedia((query) => query.includes("max-width"));
    const narrow = renderApp("/");
    await screen.findByRole("link", { name: "Outlook asks for a password" });
    expect(await axe(narrow.container)).toEqual([]);
  });
});
