import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import { loadDraft, saveDraft, setDraftOwner } from "@/lib/drafts";
import { queryClient } from "@/lib/query";
import { person } from "@/test/data";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";
import { box, SESSION, serveHome, start, started, takeStarts } from "./testing";

beforeEach(serveHome);

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

  test("pictures are uploaded, survive a reload, and go into the first message once", async () => {
    const sent = takeStarts(started);
    const UPLOAD = "018f0000-0000-7000-8000-00000000bb01";
    server.use(
      http.post(at("/uploads"), () =>
        HttpResponse.json(
          { id: UPLOAD, content_type: "image/jpeg", width: 4, height: 2, size_bytes: 9 },
          { status: 201 },
        ),
      ),
      http.get(at("/uploads/:id/content"), () => HttpResponse.arrayBuffer(new ArrayBuffer(4))),
    );
    const before = renderApp("/");
    await box();
    await before.user.upload(screen.getByTestId("attach-input"), new File(["png"], "error.png", { type: "image/png" }));
    expect(await screen.findByRole("button", { name: "Remove error.png" })).toBeInTheDocument();
    await waitFor(async () => expect(await loadDraft("pictures/home")).toContain(UPLOAD));
    before.unmount();
    queryClient.clear();

    const { user, address } = renderApp("/");
    expect(await screen.findByRole("button", { name: "Remove error.png" })).toBeInTheDocument();
    await user.click(start());
    await waitFor(() => expect(address()).toBe(`/pilot/${SESSION}`));
    expect(sent).toHaveLength(1);
    expect(sent[0]?.body).toEqual({ upload_ids: [UPLOAD], client_turn_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    await waitFor(async () => expect(await loadDraft("pictures/home")).toBeNull());
  });

  test("what is no picture says so and does not keep the words from being sent", async () => {
    const sent = takeStarts(started);
    const { user, address } = renderApp("/");
    const field = await box();
    fireEvent.drop(screen.getByRole("region", { name: "New session" }), {
      dataTransfer: { files: [new File(["x"], "notes.txt", { type: "text/plain" })] },
    });
    expect(await screen.findByText(/notes\.txt: Not a picture/)).toBeInTheDocument();
    await user.type(field, "VPN is down{Enter}");
    await waitFor(() => expect(address()).toBe(`/pilot/${SESSION}`));
    expect(sent[0]?.body).toEqual({ message: "VPN is down", client_turn_id: expect.any(String) });
  });
});
