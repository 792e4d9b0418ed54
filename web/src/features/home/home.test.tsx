import { act, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import { dispatchLive } from "@/lib/live";
import { axe } from "@/test/axe";
import { setMedia } from "@/test/browser";
import { person } from "@/test/data";
import { fakePsa } from "@/test/psa";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";
import { lists, OUTLOOK, row, SESSION, serveHome, started, takeStarts } from "./testing";

const NOW = new Date();
beforeEach(serveHome);

describe("the panels", () => {
  test("show open sessions with what they wait for, and follow live", async () => {
    lists.active = [
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
    lists.active = [row({ fix_status: "applied_partial" })];
    act(() => dispatchLive({ id: "1", kind: "session.changed", data: { session_id: lists.active[0]?.id } }));
    expect(await within(panel).findByText("Partly applied")).toBeInTheDocument();
    expect(lists.scopes).not.toContain("all");
  });

  test("recent sessions say how they ended", async () => {
    lists.recent = [
      row({ status: "resolved", fix_status: "applied_success", resolved_at: NOW.toISOString() }),
      row({ id: "018f0000-0000-7000-8000-0000000000f3", title: null, status: "abandoned" }),
    ];
    renderApp("/");
    const panel = await screen.findByRole("region", { name: "Recent" });
    expect(await within(panel).findByText(/^Fixed, provisional until /)).toBeInTheDocument();
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
    lists.active = [row({})];
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
        HttpResponse.json({ connected: false, provider: null, name: null, status: null, web_base: null, rules: null }),
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
    expect(new Set(lists.scopes)).toEqual(new Set(["all"]));
  });

  test("axe finds nothing, on phones too", async () => {
    lists.active = [row({ fix_status: "proposed" })];
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
