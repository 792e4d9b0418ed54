import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadDraft } from "@/lib/drafts";
import { renderApp } from "@/test/render";
import { at, server } from "@/test/server";
import { resetTurns } from "./model/turn-store";
import { SESSION, session } from "./testing/fixtures";
import { serveSession } from "./testing/serve";

beforeEach(resetTurns);
afterEach(resetTurns);

test("two presses, a lost answer and another try start one session, and the words are kept until it is there", async () => {
  serveSession();
  const sent: Array<{ key: string | null; body: unknown }> = [];
  // The answer is lost after both presses, not between them.
  let lose: () => void = () => undefined;
  const pressed = new Promise<void>((resolve) => {
    lose = resolve;
  });
  server.use(
    http.post(at("/ai-sessions"), async ({ request }) => {
      sent.push({ key: request.headers.get("Idempotency-Key"), body: await request.json() });
      await pressed;
      return sent.length === 1
        ? HttpResponse.error()
        : HttpResponse.json({ session: session(), turn_id: null }, { status: 201 });
    }),
  );
  const { user, address } = renderApp("/pilot");
  const field = await screen.findByRole("textbox", { name: "Message" });
  await user.type(field, "VPN is down");
  await waitFor(async () => expect(await loadDraft("composer/new")).toBe("VPN is down"));
  await user.keyboard("{Enter}{Enter}");
  lose();
  expect(await screen.findByText(/^Not sent\./)).toBeInTheDocument();
  expect(field).toHaveValue("VPN is down");
  expect(await loadDraft("composer/new")).toBe("VPN is down");
  expect(sent).toHaveLength(1);
  await user.click(screen.getByRole("button", { name: "Retry" }));
  await waitFor(() => expect(address()).toBe(`/pilot/${SESSION}`));
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
  expect(await loadDraft("composer/new")).toBeNull();
});
