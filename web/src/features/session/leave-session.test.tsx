import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { person } from "@/test/data";
import { type AppView, renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";
import { resetTurns } from "./model/turn-store";
import { ME, row, SESSION } from "./testing/fixtures";
import { serveSession } from "./testing/serve";

const OTHER = "018f0000-0000-7000-8000-0000000000aa";
beforeEach(() => {
  resetTurns();
  // Home is opened from here: without a PSA it has no queue to read.
  server.use(
    http.get(at("/integrations/psa/status"), () =>
      HttpResponse.json({ connected: false, provider: null, name: null, status: null, web_base: null, rules: null }),
    ),
  );
});
afterEach(resetTurns);

const dialog = () => screen.findByRole("dialog", { name: "Leave this session?" });
const open = async (): Promise<AppView> => {
  const view = renderApp(`/pilot/${SESSION}`);
  await screen.findByRole("textbox", { name: "Message" });
  return view;
};
const goHome = async ({ user }: AppView) => {
  await user.click(within(screen.getByRole("navigation")).getByRole("link", { name: "Home" }));
};

describe("leaving an active session for another page", () => {
  test("asks; Stay stays, Leave running goes and pauses nothing", async () => {
    serveSession({ status: "active" });
    let paused = 0;
    server.use(
      http.post(at(`/ai-sessions/${SESSION}/pause`), () => {
        paused += 1;
        return refuse(409, "session_closed");
      }),
    );
    const view = await open();
    await goHome(view);
    await view.user.click(within(await dialog()).getByRole("button", { name: "Stay" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(view.address()).toBe(`/pilot/${SESSION}`);
    await goHome(view);
    await view.user.click(within(await dialog()).getByRole("button", { name: "Leave running" }));
    await waitFor(() => expect(view.address()).toBe("/"));
    expect(paused).toBe(0);
  });

  test("Pause & leave goes only once it is paused", async () => {
    const served = serveSession({ status: "active" });
    let tries = 0;
    server.use(
      http.post(at(`/ai-sessions/${SESSION}/pause`), () => {
        tries += 1;
        if (tries === 1) {
          return refuse(503, "unavailable", "Not now. Nothing was changed.");
        }
        served.detail = { ...served.detail, status: "paused" };
        return HttpResponse.json(served.detail);
      }),
    );
    const view = await open();
    await goHome(view);
    const pause = within(await dialog()).getByRole("button", { name: "Pause & leave" });
    await view.user.click(pause);
    expect((await screen.findAllByText("Not now. Nothing was changed.")).length).toBeGreaterThan(0);
    expect(view.address()).toBe(`/pilot/${SESSION}`);
    await view.user.click(pause);
    await waitFor(() => expect(view.address()).toBe("/"));
  });

  test("*Don't ask again* is kept with the person, and then nothing is asked", async () => {
    serveSession({ status: "active" });
    let kept: unknown = null;
    server.use(
      http.patch(at("/users/me"), async ({ request }) => {
        kept = await request.json();
        return HttpResponse.json(person({ id: ME.id }));
      }),
    );
    const view = await open();
    await goHome(view);
    await view.user.click(within(await dialog()).getByRole("checkbox", { name: "Don't ask again" }));
    await view.user.click(screen.getByRole("button", { name: "Leave running" }));
    await waitFor(() => expect(kept).toEqual({ ui_preferences: { ask_before_leaving: false } }));
    await waitFor(() => expect(view.address()).toBe("/"));
  });
});

test.each([
  ["a paused session", { status: "paused" as const }, "engineer" as const],
  ["somebody who reads along", { status: "active" as const }, "viewer" as const],
])("%s is left without a question", async (_name, over, role) => {
  serveSession(over, role);
  const view = renderApp(`/pilot/${SESSION}`);
  await screen.findByRole("log", { name: "Conversation" });
  await goHome(view);
  await waitFor(() => expect(view.address()).toBe("/"));
});

test("switching between sessions never asks", async () => {
  serveSession({ status: "active" });
  server.use(
    http.get(at("/ai-sessions"), () =>
      HttpResponse.json({
        items: [row({ id: SESSION }), row({ id: OTHER, title: "The other one" })],
        next_cursor: null,
      }),
    ),
    http.get(at(`/ai-sessions/${OTHER}`), () => refuse(404, "not_found")),
  );
  const view = await open();
  await view.user.click((await screen.findAllByRole("link", { name: /The other one/ }))[0] as HTMLElement);
  await waitFor(() => expect(view.address()).toBe(`/pilot/${OTHER}`));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});
