import { act, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadDraft, setDraftOwner } from "@/lib/drafts";
import { dispatchLive } from "@/lib/live";
import { axe } from "@/test/axe";
import { person } from "@/test/data";
import { fakePsa, ticket } from "@/test/psa";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";
import { resetTurns } from "./model/turn-store";
import { fact, fix, item, lane, ME, message, OTHER, pilot, row, SESSION, session, turn } from "./testing/fixtures";
import { serveSession, turnStream } from "./testing/serve";

const base = `/ai-sessions/${SESSION}`;
const applied = "2026-11-20T14:24:00Z";
beforeEach(resetTurns);
afterEach(resetTurns);

const open = () => renderApp(`/pilot/${SESSION}`);
const field = () => screen.findByRole("textbox", { name: "Message" });

describe("tickets that came out of the session", () => {
  const spun = (id: string, reachable = true) => ({
    ticket_id: id,
    ticket_ref: `CW #${id}`,
    created_at: "2026-11-20T14:20:00Z",
    reachable,
  });

  test("none shows nothing", async () => {
    serveSession({});
    open();
    await field();
    expect(screen.queryByRole("button", { name: /came out of this session/ })).not.toBeInTheDocument();
  });

  test("they are counted behind the ticket and lead to it", async () => {
    server.use(...fakePsa([ticket("48305", "The dock is broken too")]).handlers);
    serveSession({ status: "paused", spin_offs: [spun("48305"), spun("48306", false)] });
    const { user, address, container } = open();
    const count = await screen.findByRole("button", { name: "2 tickets came out of this session" });
    expect(count).toHaveTextContent("+2");
    expect(await axe(container)).toEqual([]);
    await user.click(count);
    expect(await screen.findByRole("menuitem", { name: /CW #48306/ })).toHaveAttribute("aria-disabled", "true");
    await user.click(screen.getByRole("menuitem", { name: "CW #48305" }));
    expect(await screen.findByRole("heading", { name: "The dock is broken too" })).toBeInTheDocument();
    expect(decodeURIComponent(address())).toBe('/tickets?ticket="48305"');
  });
});

describe("who may not act", () => {
  test("a viewer reads everything and finds no acting control", async () => {
    serveSession(
      {
        facts: [fact(1), fact(2, { grounding: "unverified" })],
        lane: lane(
          [item(1, { options: ["Yes", "No"] })],
          [item(2, { kind: "check", command: "x", command_risk: "read_only" })],
        ),
        fix: fix({ applied_at: applied }),
        permissions: { can_write: false, can_resolve: false, can_escalate: false, can_share: false, reason: "viewer" },
      },
      "viewer",
    );
    const { container } = open();
    expect(await screen.findByText("Read access")).toBeInTheDocument();
    expect(screen.getByText("Question 1?")).toBeInTheDocument();
    for (const name of [
      "Send",
      "Resolve",
      "It worked",
      "Didn't work",
      "Confirm",
      "Skip",
      "Paste output",
      "Add a note",
      "Edit the title",
      "Yes",
    ]) {
      expect(screen.queryByRole("button", { name })).not.toBeInTheDocument();
    }
    expect(screen.queryByRole("textbox", { name: "Message" })).not.toBeInTheDocument();
    expect(await axe(container)).toEqual([]);
  });

  test("a session that is not there says so and leads on", async () => {
    server.use(http.get(at(base), () => refuse(404, "not_found")));
    open();
    expect(await screen.findByText(/was not found, or it is not yours/)).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Go home" })).toBeInTheDocument();
  });

  test("one that is taken away while it is open shows nothing of itself any more and leads on", async () => {
    serveSession({ messages: { items: [message(1, { content: "The VPN is down" })], has_more: false } });
    open();
    expect(await screen.findByText("The VPN is down")).toBeInTheDocument();
    server.use(http.get(at(base), () => refuse(404, "not_found")));
    act(() => dispatchLive({ id: "1", kind: "session.changed", data: { session_id: SESSION } }));
    expect(await screen.findByText("This session is no longer yours to see")).toBeInTheDocument();
    expect(screen.queryByText("The VPN is down")).not.toBeInTheDocument();
    const ways = within(screen.getByRole("main")).getAllByRole("link", { name: /^(History|Go home)$/ });
    expect(ways.map((way) => way.getAttribute("href"))).toEqual(["/", "/sessions"]);
  });

  test("a closed session offers Reopen instead of the field", async () => {
    serveSession({
      status: "resolved",
      resolved_at: "2026-11-20T14:31:00Z",
      permissions: { can_write: false, can_resolve: false, can_escalate: false, can_share: false, reason: "closed" },
    });
    open();
    expect(await screen.findByText(/^Resolved \d\d:\d\d$/)).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Reopen" })).toBeInTheDocument();
  });
});

describe("sending", () => {
  test("the message stands at once, text arrives, and the stored reply takes over without being shown twice", async () => {
    const served = serveSession();
    const stream = turnStream();
    server.use(http.post(at(`${base}/chat`), () => stream.response));
    const { user } = open();
    await user.type(await field(), "The copier fails{Enter}");
    expect(screen.getByText("The copier fails")).toBeInTheDocument();
    stream.send("turn.started", { turn_id: "t1", engine: "guide", model: null });
    stream.send("delta", { text: "Two devices " });
    stream.send("delta", { text: "fail." });
    expect(await screen.findByText(/Two devices fail\./)).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Stop" })).toBeInTheDocument();
    served.detail = session({
      messages: {
        items: [
          message(1, { content: "The copier fails" }),
          { ...pilot(2, "Two devices fail."), turn: { ...pilot(2, "").turn, id: "t1" } } as ReturnType<typeof pilot>,
        ],
        has_more: false,
      },
      turn: turn({ id: "t1", user_message_id: message(1).id, reply_message_id: message(2).id }),
    });
    stream.send("turn.finished", {
      turn: turn({ id: "t1", text: "Two devices fail." }),
      state_version: 8,
      suggested_flows: [],
      usage: {},
    });
    expect(await screen.findByRole("button", { name: "Send" })).toBeInTheDocument();
    await waitFor(() => expect(screen.getAllByText("Two devices fail.")).toHaveLength(1));
    expect(screen.getAllByText("The copier fails")).toHaveLength(1);
  });

  test("Enter during a turn sends nothing and says why", async () => {
    serveSession();
    const stream = turnStream();
    let posts = 0;
    server.use(
      http.post(at(`${base}/chat`), () => {
        posts += 1;
        return stream.response;
      }),
    );
    const { user } = open();
    await user.type(await field(), "One{Enter}");
    await screen.findByRole("button", { name: "Stop" });
    await user.type(await field(), "Two{Enter}");
    expect(await field()).toHaveValue("Two");
    expect(screen.getAllByText(/Stop or wait to send/).length).toBeGreaterThan(0);
    expect(posts).toBe(1);
  });

  test("a refused message comes back into the field with the reason; the same words sent again are the same turn", async () => {
    serveSession();
    const ids: unknown[] = [];
    server.use(
      http.post(at(`${base}/chat`), async ({ request }) => {
        ids.push(((await request.json()) as { client_turn_id: string }).client_turn_id);
        return refuse(503, "overloaded", "The server is busy. Try again in a moment.");
      }),
    );
    const { user } = open();
    await user.type(await field(), "Keep these words{Enter}");
    expect(await screen.findByText(/Not sent\. The server is busy\./)).toBeInTheDocument();
    expect(await field()).toHaveValue("Keep these words");
    expect(screen.getAllByText("Keep these words")).toHaveLength(1);
    await user.click(screen.getByRole("button", { name: "Retry" }));
    await waitFor(() => expect(ids).toHaveLength(2));
    expect(ids[0]).toBe(ids[1]);
  });

  test("after a reload the running turn is watched from its first event", async () => {
    serveSession({ running_turn_id: "t7", turn: turn({ id: "t7", status: "running", reply_message_id: null }) });
    const stream = turnStream();
    server.use(http.get(at(`${base}/turns/t7/events`), () => stream.response));
    open();
    await screen.findByRole("button", { name: "Stop" });
    stream.send("turn.started", { turn_id: "t7", engine: "guide", model: null });
    stream.send("delta", { text: "Still here." });
    expect(await screen.findByText("Still here.")).toBeInTheDocument();
  });

  test("an interrupted turn keeps its text and offers Retry", async () => {
    const interrupted = pilot(2, "Half a");
    serveSession({
      messages: {
        items: [
          message(1),
          { ...interrupted, turn: { ...interrupted.turn, id: "t3", status: "interrupted" } } as typeof interrupted,
        ],
        has_more: false,
      },
      turn: turn({ id: "t3", status: "interrupted", reply_message_id: interrupted.id }),
    });
    let retried = false;
    server.use(
      http.post(at(`${base}/turns/t3/retry`), () => {
        retried = true;
        return turnStream().response;
      }),
    );
    const { user } = open();
    expect(await screen.findByText(/Nothing you typed is lost/)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Retry" }));
    await waitFor(() => expect(retried).toBe(true));
  });

  test("an answer that broke off says why after a reload too, and can be tried again", async () => {
    const cut = pilot(2, "Half a");
    serveSession({
      messages: {
        items: [message(1), { ...cut, turn: { ...cut.turn, id: "t5", status: "failed" } } as typeof cut],
        has_more: false,
      },
      turn: turn({
        id: "t5",
        status: "failed",
        reply_message_id: cut.id,
        error_text: "The model provider took too long. Nothing you typed is lost.",
        retryable: true,
      }),
    });
    open();
    expect(await screen.findByText(/^The model provider took too long/)).toBeInTheDocument();
    expect(screen.getByText(/Broken off/)).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Retry" })).toBeInTheDocument();
  });

  test("a stopped turn says so once, keeps its text and offers Continue", async () => {
    const stopped = pilot(2, "Half a");
    serveSession({
      messages: {
        items: [message(1), { ...stopped, turn: { ...stopped.turn, id: "t4", status: "stopped" } } as typeof stopped],
        has_more: false,
      },
      turn: turn({ id: "t4", status: "stopped", reply_message_id: stopped.id }),
    });
    const { user } = open();
    expect(await screen.findByText("Half a")).toBeInTheDocument();
    expect(screen.getAllByText(/stopped/i)).toHaveLength(1);
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect(screen.getByRole("textbox", { name: "Message" })).toHaveValue("Continue");
  });

  test("a secret is announced before sending and kept out of this browser's storage", async () => {
    serveSession();
    const { user } = open();
    await user.type(await field(), "login with password: Obviously-Invented-9 please");
    expect(screen.getByText(/1 secret will be masked/)).toBeInTheDocument();
    const me = person({ id: ME.id });
    setDraftOwner({ userId: me.user.id, accountId: me.account.id });
    await waitFor(async () => expect(await loadDraft(`composer/${SESSION}`)).toContain("login with password:"));
    expect(await loadDraft(`composer/${SESSION}`)).not.toContain("Obviously-Invented-9");
  });
});

describe("switching sessions", () => {
  test("shows nothing of the other one, and a late answer for it is dropped", async () => {
    serveSession({
      facts: [fact(1, { text: "Fact of the first." })],
      fix: fix(),
      messages: { items: [message(1, { content: "First words" })], has_more: false },
    });
    let answer: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const other = session({
      id: OTHER,
      title: "New starter cannot open shared mailbox",
      ticket_ref: null,
      psa_ticket_id: null,
      messages: { items: [message(1, { content: "Second words" })], has_more: false },
    });
    server.use(
      http.get(at("/ai-sessions"), ({ request }) =>
        HttpResponse.json({
          items: request.url.includes("group=active") ? [row(), row({ id: OTHER, title: other.title })] : [],
          next_cursor: null,
        }),
      ),
      http.get(at(`/ai-sessions/${OTHER}`), async () => {
        await late;
        return HttpResponse.json(other);
      }),
      http.get(at(`/ai-sessions/${OTHER}/suggested-fixes`), () => HttpResponse.json({ fixes: [] })),
    );
    const { user } = open();
    await screen.findByText("First words");
    const list = screen.getByRole("region", { name: "Sessions" });
    await user.click(within(list).getByRole("link", { name: /New starter cannot open/ }));
    await waitFor(() => expect(screen.queryByText("First words")).not.toBeInTheDocument());
    expect(screen.queryByText("Fact of the first.")).not.toBeInTheDocument();
    expect(screen.queryByRole("region", { name: "Suggested fix" })).not.toBeInTheDocument();
    await user.click(within(list).getByRole("link", { name: /Scan to folder fails/ }));
    expect(await screen.findByText("First words")).toBeInTheDocument();
    answer();
    await waitFor(() => expect(screen.getByText("First words")).toBeInTheDocument());
    expect(screen.queryByText("Second words")).not.toBeInTheDocument();
    await user.click(within(list).getByRole("link", { name: /New starter cannot open/ }));
    expect(await screen.findByText("Second words")).toBeInTheDocument();
    expect(screen.queryByText("First words")).not.toBeInTheDocument();
  });

  test("each session keeps its own unsent text", async () => {
    serveSession();
    const other = session({ id: OTHER, title: "Other session" });
    server.use(
      http.get(at("/ai-sessions"), ({ request }) =>
        HttpResponse.json({
          items: request.url.includes("group=active") ? [row(), row({ id: OTHER, title: "Other session" })] : [],
          next_cursor: null,
        }),
      ),
      http.get(at(`/ai-sessions/${OTHER}`), () => HttpResponse.json(other)),
      http.get(at(`/ai-sessions/${OTHER}/suggested-fixes`), () => HttpResponse.json({ fixes: [] })),
    );
    const { user } = open();
    await user.type(await field(), "Half a thought");
    await user.click(screen.getByRole("link", { name: /Other session/ }));
    await screen.findByRole("heading", { level: 1, name: "Other session" });
    expect(await field()).toHaveValue("");
    await user.click(screen.getByRole("link", { name: /Scan to folder fails/ }));
    await waitFor(async () => expect(await field()).toHaveValue("Half a thought"));
    expect(screen.getByText("Draft restored")).toBeInTheDocument();
  });
});
