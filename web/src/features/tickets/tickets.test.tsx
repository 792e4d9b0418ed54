import { act, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import { dispatchLive } from "@/lib/live";
import { axe } from "@/test/axe";
import { setMedia } from "@/test/browser";
import { person } from "@/test/data";
import { fakePsa, NORVANE, ticket } from "@/test/psa";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";

const LIST = "/integrations/psa/tickets";
const TICKETS = [
  ticket("48296", "Firewall offline at Depot 2", NORVANE),
  ticket("48293", "Outlook asks for a password"),
  ticket("48290", "Certificate expires in 6 days", { owner: null, board: { id: "12", name: "Alerts" } }),
  ticket("48102", "Calendar shows old bookings", {
    closed: true,
    status: { id: "509", name: "Resolved", board_id: "11", closed: true, sends_email: true },
  }),
];
let psa = fakePsa(TICKETS);

beforeEach(() => {
  psa = fakePsa(TICKETS);
  server.use(...psa.handlers);
});

const row = (name: string | RegExp) => screen.findByRole("link", { name });
const rows = () => within(screen.getByRole("table", { name: "Tickets" })).getAllByRole("link");

test("pressing Tickets asks for the list at once, and the page asks no second time", async () => {
  const { user } = renderApp("/nowhere");
  await user.click(await screen.findByRole("link", { name: "Tickets" }));
  expect(psa.asked).toHaveLength(1);
  await row("Firewall offline at Depot 2");
  expect(psa.asked).toHaveLength(1);
  expect(psa.asked[0]?.get("closed")).toBe("open");
});

describe("filters in the address", () => {
  test("an address shows its tickets", async () => {
    renderApp("/tickets?who=unassigned&board=12");
    await row("Certificate expires in 6 days");
    expect(rows()).toHaveLength(1);
    expect(psa.asked.at(-1)?.get("assignment")).toBe("unassigned");
    expect(psa.asked.at(-1)?.getAll("board_ids")).toEqual(["12"]);
    expect(screen.getByRole("radio", { name: "Unassigned" })).toBeChecked();
    expect(await screen.findByRole("button", { name: "Board: Alerts" })).toBeInTheDocument();
  });

  test("what is chosen goes into the address and into the question", async () => {
    const { user, address } = renderApp("/tickets");
    await row("Firewall offline at Depot 2");
    expect(rows()).toHaveLength(3);
    await user.click(screen.getByRole("radio", { name: "Mine" }));
    await waitFor(() => expect(address()).toBe("/tickets?who=mine"));
    await user.click(screen.getByRole("button", { name: "Status" }));
    await user.click(await screen.findByRole("option", { name: /Resolved/ }));
    // A closing status is never found among open tickets, so closed ones are shown as well.
    await waitFor(() => expect(address()).toBe("/tickets?who=mine&status=Resolved&state=all"));
    await waitFor(() => expect(rows().map((link) => link.textContent)).toEqual(["Calendar shows old bookings"]));
    await user.click(screen.getByRole("button", { name: "Clear filters" }));
    await waitFor(() => expect(address()).toBe("/tickets"));
    await waitFor(() => expect(rows()).toHaveLength(3));
  });

  test("typing searches after a pause, keeps what is typed and can be cleared", async () => {
    const { user, address } = renderApp("/tickets");
    await row("Firewall offline at Depot 2");
    await user.keyboard("/");
    const field = screen.getByRole("searchbox", { name: /Search tickets/ });
    expect(field).toHaveFocus();
    await user.type(field, "outlook");
    await waitFor(() => expect(address()).toBe("/tickets?q=outlook"));
    await waitFor(() => expect(rows()).toHaveLength(1));
    expect(field).toHaveValue("outlook");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(address()).toBe("/tickets"));
    expect(field).toHaveValue("");
  });

  test("companies are looked up as one types", async () => {
    const { user, address } = renderApp("/tickets");
    await user.click(await screen.findByRole("button", { name: "Company" }));
    await user.type(await screen.findByPlaceholderText("Search"), "norv");
    await waitFor(() => expect(screen.queryByRole("option", { name: /Quillmere/ })).not.toBeInTheDocument());
    await user.click(screen.getByRole("option", { name: /Norvane/ }));
    await waitFor(() => expect(address()).toBe("/tickets?company=204"));
    await waitFor(() => expect(rows()).toHaveLength(1));
  });

  test("a look-up that is refused names the right and offers what the tickets have", async () => {
    const words = "ConnectWise refuses Table Setup.";
    server.use(
      http.get(at("/integrations/psa/boards"), () =>
        HttpResponse.json({
          items: [],
          problem: { code: "psa_permission_missing", permission: "System: Table Setup", message: words },
        }),
      ),
    );
    const { user } = renderApp("/tickets");
    await row("Firewall offline at Depot 2");
    await user.click(screen.getByRole("button", { name: "Board" }));
    expect(await screen.findByText(/Boards could not be read in full/)).toHaveTextContent(words);
    expect(screen.getByRole("option", { name: /Service Desk/ })).toBeInTheDocument();
    expect(screen.getByRole("option", { name: /Alerts/ })).toBeInTheDocument();
  });
});

describe("the list", () => {
  test("more is loaded on demand, each ticket once, and says when all are shown", async () => {
    const many = Array.from({ length: 70 }, (_, index) => ticket(String(49_000 - index), `Ticket number ${index}`));
    server.use(...fakePsa(many).handlers);
    const { user } = renderApp("/tickets");
    await row("Ticket number 0");
    expect(rows()).toHaveLength(50);
    expect(screen.getByText(/^50 shown, checked/)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Load more" }));
    await row("Ticket number 69");
    expect(screen.getByText(/^All 70 shown/)).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Load more" })).not.toBeInTheDocument();
  });

  test("rows that cannot be refreshed stay and say that they may be old", async () => {
    renderApp("/tickets");
    await row("Firewall offline at Depot 2");
    server.use(http.get(at(LIST), () => refuse(502, "psa_auth_failed", "The PSA refuses our sign-in.")));
    act(() => dispatchLive({ id: "1", kind: "ticket.changed", data: { ticket_id: "48296" } }));
    expect(await screen.findByText(/These rows may be old/, {}, { timeout: 8000 })).toBeInTheDocument();
    expect(rows()).toHaveLength(3);
  });

  test("a failure says what happened and how to go on", async () => {
    server.use(http.get(at(LIST), () => refuse(400, "invalid_filter", "This cannot be searched for.")));
    renderApp("/tickets?q=x");
    expect(await screen.findByText("This cannot be searched for.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Retry" })).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Copy request id" })).toBeInTheDocument();
  });

  test("nothing found names the way back", async () => {
    const { user, address } = renderApp("/tickets?q=unicorn");
    expect(await screen.findByText(/No ticket matches "unicorn"/)).toBeInTheDocument();
    const [, clear] = screen.getAllByRole("button", { name: "Clear filters" });
    await user.click(clear as HTMLElement);
    await waitFor(() => expect(address()).toBe("/tickets"));
  });

  test("mine without a mapping explains itself", async () => {
    server.use(
      http.get(at(LIST), () =>
        HttpResponse.json({
          items: [],
          next_cursor: null,
          truncated: false,
          problem: { code: "no_member_mapping", permission: null, message: "You are not matched." },
        }),
      ),
    );
    renderApp("/tickets?who=mine");
    expect(await screen.findByText("You are not matched to a member of ConnectWise yet")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Show all tickets" })).toBeInTheDocument();
  });

  test("a missing right to tickets is named", async () => {
    server.use(
      http.get(at(LIST), () =>
        HttpResponse.json({
          items: [],
          next_cursor: null,
          truncated: false,
          problem: {
            code: "psa_permission_missing",
            permission: "Service Desk: Service Tickets",
            message: "The API member lacks a right.",
          },
        }),
      ),
    );
    renderApp("/tickets");
    expect(await screen.findByText("ConnectWise refuses Service Desk: Service Tickets")).toBeInTheDocument();
  });

  test("without a PSA the page says where tickets come from", async () => {
    server.use(
      http.get(at("/integrations/psa/status"), () =>
        HttpResponse.json({ connected: false, provider: null, name: null, status: null, web_base: null, rules: null }),
      ),
    );
    renderApp("/tickets");
    expect(await screen.findByText("No PSA is connected")).toBeInTheDocument();
  });

  test("J and K walk the rows; with a ticket open they change it, Esc closes it", async () => {
    const { user, address } = renderApp("/tickets");
    const first = await row("Firewall offline at Depot 2");
    await user.keyboard("j");
    expect(first).toHaveFocus();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(address()).toBe("/tickets?ticket=48296"));
    await screen.findByRole("heading", { name: "Firewall offline at Depot 2" });
    await user.keyboard("j");
    await waitFor(() => expect(address()).toBe("/tickets?ticket=48293"));
    await screen.findByRole("heading", { name: "Outlook asks for a password" });
    await user.keyboard("k");
    await waitFor(() => expect(address()).toBe("/tickets?ticket=48296"));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(address()).toBe("/tickets"));
    expect(first).toHaveFocus();
  });

  test("phones get cards, and the filters in a sheet", async () => {
    setMedia((query) => query.includes("max-width"));
    const { user, address } = renderApp("/tickets");
    expect(await screen.findByRole("list", { name: "Tickets" })).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Filters" }));
    const sheet = await screen.findByRole("dialog", { name: "Filters" });
    await user.click(await within(sheet).findByRole("button", { name: /^Board/ }));
    await user.click(await screen.findByRole("option", { name: /Alerts/ }));
    await waitFor(() => expect(address()).toBe("/tickets?board=12"));
  });

  test("axe finds nothing in list and panel", async () => {
    const { container } = renderApp("/tickets?ticket=48293");
    await screen.findByRole("heading", { name: "Outlook asks for a password" });
    await screen.findByText("No notes yet.");
    expect(await axe(container)).toEqual([]);
  });
});

describe("those who only read", () => {
  test("see the tickets and no acting control", async () => {
    server.use(http.get(at("/auth/me"), () => HttpResponse.json(person({ role: "viewer" }))));
    renderApp("/tickets?ticket=48293");
    await screen.findByText("No notes yet.");
    for (const name of [/Start FlowPilot/, /Add note/, /^Status: In progress/]) {
      expect(screen.queryByRole("button", { name })).not.toBeInTheDocument();
    }
    expect(screen.getAllByText("In progress").length).toBeGreaterThan(0);
  });
});
