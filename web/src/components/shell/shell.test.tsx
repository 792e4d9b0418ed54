import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, test, vi } from "vitest";
import { loadDraft, saveDraft } from "@/lib/drafts";
import { leave } from "@/lib/leave";
import { axe } from "@/test/axe";
import { setMedia } from "@/test/browser";
import { person } from "@/test/data";
import { fakePsa, ticket } from "@/test/psa";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";

const signedOut = () => http.get(at("/auth/me"), () => refuse(401, "not_authenticated"));
const missing = "/nowhere/at/all";

describe("without a sign-in", () => {
  test("a page leads to the sign-in page and back to itself", async () => {
    let known = false;
    server.use(
      http.get(at("/auth/me"), () => (known ? HttpResponse.json(person()) : refuse(401, "not_authenticated"))),
      http.post(at("/auth/login"), () => {
        known = true;
        return HttpResponse.json({ user: person().user, expires_in: 600 });
      }),
    );
    const { user, address } = renderApp("/nowhere?ticket=48213");
    await user.type(await screen.findByLabelText("Work e-mail"), "kit.tarrow@kestrelford.example");
    expect(address()).toContain("/sign-in?next=");
    await user.type(screen.getByLabelText("Password"), "invented-password-1");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    await screen.findByRole("navigation", { name: "Main" });
    expect(address()).toBe("/nowhere?ticket=48213");
  });

  test("a server that cannot be reached is said, with a way on", async () => {
    server.use(http.get(at("/auth/me"), () => refuse(500, "internal", "The server could not do this.")));
    renderApp(missing);
    const alert = await screen.findByText("ResolutionFlow could not be opened", {}, { timeout: 4000 });
    expect(alert).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Retry" })).toBeInTheDocument();
  });
});

describe("navigation", () => {
  test("a viewer has no New session, an account without a PSA no Tickets", async () => {
    server.use(
      http.get(at("/auth/me"), () => HttpResponse.json(person({ role: "viewer" }))),
      http.get(at("/integrations/psa/status"), () =>
        HttpResponse.json({ connected: false, provider: null, name: null, status: null, web_base: null, rules: null }),
      ),
    );
    renderApp(missing);
    const main = await screen.findByRole("navigation", { name: "Main" });
    expect(within(main).getByRole("link", { name: "Home" })).toBeInTheDocument();
    expect(within(main).queryByRole("link", { name: "New session" })).not.toBeInTheDocument();
    expect(within(main).queryByRole("link", { name: "Tickets" })).not.toBeInTheDocument();
  });

  test("an engineer with a PSA has both, and pins the rail for good", async () => {
    let saved: unknown = null;
    server.use(
      http.patch(at("/users/me"), async ({ request }) => {
        saved = await request.json();
        return HttpResponse.json(person({ preferences: { sidebar_pinned: true } }));
      }),
    );
    const { user } = renderApp(missing);
    const main = await screen.findByRole("navigation", { name: "Main" });
    await within(main).findByRole("link", { name: "Tickets" });
    expect(within(main).getByRole("link", { name: "New session" })).toBeInTheDocument();
    await user.click(within(main).getByRole("button", { name: "Pin the navigation open" }));
    expect(await within(main).findByRole("button", { name: "Unpin the navigation" })).toBeInTheDocument();
    await waitFor(() => expect(saved).toEqual({ ui_preferences: { sidebar_pinned: true } }));
  });

  test("a refused preference goes back and says why", async () => {
    server.use(http.patch(at("/users/me"), () => refuse(503, "overloaded", "Try again in a moment.")));
    const { user } = renderApp(missing);
    await user.click(await screen.findByRole("button", { name: "Pin the navigation open" }));
    expect(await screen.findAllByText("Try again in a moment.")).not.toHaveLength(0);
    expect(screen.getByRole("button", { name: "Pin the navigation open" })).toBeInTheDocument();
  });

  test("an unknown address keeps the shell and has no fault that axe finds", async () => {
    const { container } = renderApp(missing);
    expect(await screen.findByRole("heading", { level: 1, name: "Not found" })).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Skip to content" })).toHaveAttribute("href", "#main");
    expect(document.title).toBe("Not found - ResolutionFlow");
    expect(await axe(container)).toEqual([]);
  });

  test("phones have the same places in a drawer behind the menu button", async () => {
    setMedia((query) => query.includes("max-width: 639px"));
    const { user } = renderApp(missing);
    await user.click(await screen.findByRole("button", { name: "Open the navigation" }));
    const drawer = await screen.findByRole("dialog", { name: "Navigation" });
    expect(within(drawer).getByRole("link", { name: "New session" })).toBeInTheDocument();
    expect(await within(drawer).findByRole("link", { name: "Tickets" })).toBeInTheDocument();
  });
});

describe("a sign-in that ends while the page is used", () => {
  test("is asked for over the page, which stays", async () => {
    const { user } = renderApp(missing);
    await screen.findByRole("heading", { name: "Not found" });
    await user.keyboard("{Control>}k{/Control}");
    const search = await screen.findByPlaceholderText(/Go to, session/);
    server.use(http.get(at("/ai-sessions"), () => refuse(401, "not_authenticated")));
    await user.type(search, "scan");
    const over = await screen.findByRole("dialog", { name: "Sign in again" });
    expect(screen.getByText("Not found")).toBeInTheDocument();
    // What is typed on lands in no address that is known already.
    await waitFor(() => expect(within(over).getByLabelText("Password")).toHaveFocus());
    server.use(
      http.post(at("/auth/login"), () => HttpResponse.json({ user: person().user, expires_in: 600 })),
      http.get(at("/ai-sessions"), () => HttpResponse.json({ items: [], next_cursor: null })),
    );
    await user.type(within(over).getByLabelText("Password"), "invented-password-1");
    await user.click(within(over).getByRole("button", { name: "Sign in" }));
    await waitFor(() => expect(screen.queryByRole("dialog", { name: "Sign in again" })).not.toBeInTheDocument());
    expect(screen.getByText("Not found")).toBeInTheDocument();
  });
});

describe("palette", () => {
  test("goes to a ticket by its number", async () => {
    server.use(...fakePsa([ticket("48213", "Scan to folder fails")]).handlers);
    const { user, address } = renderApp(missing);
    await screen.findByRole("link", { name: "Tickets" });
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByPlaceholderText(/Go to, session/), "48213");
    await user.click(await screen.findByRole("option", { name: "Open ticket #48213" }));
    await waitFor(() => expect(address()).toMatch(/^\/tickets\?ticket=/));
    expect(screen.queryByPlaceholderText(/Go to, session/)).not.toBeInTheDocument();
  });

  test("finds sessions on the server; arriving hits do not move the selection", async () => {
    const hit = {
      id: "018f0000-0000-7000-8000-0000000000aa",
      title: "Home drive is missing",
      client_name: "Marrowby Legal",
      ticket_ref: "#48231",
    };
    server.use(http.get(at("/ai-sessions"), () => HttpResponse.json({ items: [hit], next_cursor: null })));
    const { user } = renderApp(missing);
    await screen.findByRole("heading", { name: "Not found" });
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByPlaceholderText(/Go to, session/), "ho");
    const first = await screen.findByRole("option", { name: "Home" });
    expect(first).toHaveAttribute("aria-selected", "true");
    await screen.findByRole("option", { name: /Home drive is missing/ });
    expect(first).toHaveAttribute("aria-selected", "true");
  });
});

test("the list of shortcuts opens with ? and names the palette", async () => {
  const { user } = renderApp(missing);
  await screen.findByRole("heading", { name: "Not found" });
  await user.keyboard("?");
  const list = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
  expect(within(list).getByText("Search and act")).toBeInTheDocument();
});

test("sign-out ends the sign-in and removes the drafts of this browser", async () => {
  let out = false;
  const left = vi.spyOn(leave, "to").mockReturnValue(undefined);
  server.use(
    http.post(at("/auth/logout"), () => {
      out = true;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = renderApp(missing);
  await user.click(await screen.findByRole("button", { name: /Kit Tarrow: theme, sign out/ }));
  await saveDraft("composer/s1", "half a sentence");
  await user.click(await screen.findByRole("menuitem", { name: "Sign out" }));
  await waitFor(() => expect(left).toHaveBeenCalledWith("/sign-in"));
  expect(out).toBe(true);
  expect(await loadDraft("composer/s1")).toBeNull();
});

test("a failed sign-out keeps the drafts and says so", async () => {
  const left = vi.spyOn(leave, "to").mockReturnValue(undefined);
  server.use(http.post(at("/auth/logout"), () => refuse(503, "overloaded", "Not signed out. Try again.")));
  const { user } = renderApp(missing);
  await user.click(await screen.findByRole("button", { name: /Kit Tarrow: theme, sign out/ }));
  await saveDraft("composer/s1", "half a sentence");
  await user.click(await screen.findByRole("menuitem", { name: "Sign out" }));
  expect(await screen.findAllByText("Not signed out. Try again.")).not.toHaveLength(0);
  expect(left).not.toHaveBeenCalled();
  expect(await loadDraft("composer/s1")).toBe("half a sentence");
});

test("the stored theme of the person is applied", async () => {
  server.use(http.get(at("/auth/me"), () => HttpResponse.json(person({ preferences: { theme: "light" } }))));
  renderApp(missing);
  await screen.findByRole("heading", { name: "Not found" });
  expect(document.documentElement.dataset.theme).toBe("light");
});

test("an ended sign-in at the first call shows no frame of the app", async () => {
  server.use(signedOut());
  renderApp("/");
  await screen.findByRole("heading", { name: "Sign in" });
  expect(screen.queryByRole("navigation", { name: "Main" })).not.toBeInTheDocument();
});
