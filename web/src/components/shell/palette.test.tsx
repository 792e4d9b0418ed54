import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, test } from "vitest";
import { fakePsa } from "@/test/psa";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";

const VPN = { id: "018f0000-0000-7000-8000-0000000000a1", title: "VPN drops", client_name: null, ticket_ref: null };
const DRIVE = {
  id: "018f0000-0000-7000-8000-0000000000a2",
  title: "Drive is gone",
  client_name: null,
  ticket_ref: null,
};

/** Sessions by what was searched for; everything else finds none. */
function serveSearch(found: Readonly<Record<string, object>>): string[] {
  const asked: string[] = [];
  server.use(
    http.get(at("/ai-sessions"), ({ request }) => {
      const q = new URL(request.url).searchParams.get("q") ?? "";
      asked.push(q);
      return HttpResponse.json({ items: found[q] ? [found[q]] : [], next_cursor: null });
    }),
    // What is opened asks for itself; that it is there is not what is tested here.
    http.get(at("/ai-sessions/:id"), () => refuse(404, "not_found")),
  );
  return asked;
}

async function openPalette() {
  server.use(...fakePsa([]).handlers);
  const app = renderApp("/nowhere");
  await screen.findByRole("link", { name: "Tickets" });
  await app.user.keyboard("{Control>}k{/Control}");
  await screen.findByPlaceholderText(/Go to, session/);
  return app;
}

describe("Enter right after typing", () => {
  test("goes to the place that was typed", async () => {
    const { user, address } = await openPalette();
    await user.keyboard("tick{Enter}");
    await waitFor(() => expect(address()).toBe("/tickets"));
  });

  test("opens the ticket of a number", async () => {
    const { user, address } = await openPalette();
    await user.keyboard("48213{Enter}");
    await waitFor(() => expect(address()).toMatch(/^\/tickets\?ticket=/));
  });

  test("waits for what is found for these words, and opens that", async () => {
    serveSearch({ "vpn drops": VPN });
    const { user, address } = await openPalette();
    await user.keyboard("vpn drops{Enter}");
    expect(screen.getByText("Searching")).toBeInTheDocument();
    await waitFor(() => expect(address()).toBe(`/pilot/${VPN.id}`));
  });

  test("never opens what was found for other words", async () => {
    serveSearch({ vpn: VPN, drive: DRIVE });
    const { user, address } = await openPalette();
    await user.keyboard("vpn");
    await screen.findByRole("option", { name: "VPN drops" });
    await user.keyboard("{Backspace}{Backspace}{Backspace}drive{Enter}");
    await waitFor(() => expect(address()).toBe(`/pilot/${DRIVE.id}`));
  });

  test("on words without a hit stays, and offers where else to look", async () => {
    serveSearch({});
    const { user, address } = await openPalette();
    await user.keyboard("nothing like it{Enter}");
    expect(await screen.findByText("Nothing here by that name")).toBeInTheDocument();
    expect(address()).toBe("/nowhere");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(address()).toMatch(/^\/tickets\?q=nothing/));
  });

  test("says that the search failed", async () => {
    server.use(http.get(at("/ai-sessions"), () => refuse(422, "invalid_request")));
    const { user } = await openPalette();
    await user.keyboard("vpn");
    expect(await screen.findByText(/could not be searched/)).toBeInTheDocument();
  });
});
