import type { Locator, Page } from "@playwright/test";
import { type App, expect, test } from "./fixtures";
import { examine } from "./support/journey";

interface SimState {
  readonly tickets: ReadonlyArray<{ readonly id: number; readonly status: { readonly name: string } }>;
  readonly notes: ReadonlyArray<{
    readonly ticketId: number;
    readonly text: string;
    readonly internalAnalysisFlag: boolean;
    readonly detailDescriptionFlag: boolean;
  }>;
  readonly mail: readonly unknown[];
}

const stateOf = async (app: App): Promise<SimState> => (await app.sim.state()) as SimState;
const statusOf = async (app: App, id: number): Promise<string | undefined> =>
  (await stateOf(app)).tickets.find((ticket) => ticket.id === id)?.status.name;

const row = (page: Page, name: string): Locator => page.getByRole("link", { name: new RegExp(name) });
const rows = (page: Page): Locator => page.locator("[data-ticket]");
const statusButton = (page: Page): Locator => page.getByRole("button", { name: /^Status: .*Change it/ });

/** Opens a ticket and waits until its sections were read. */
async function openTicket(page: Page, id: string): Promise<void> {
  await page.goto(`/tickets?ticket=${id}`);
  await expect(page.getByRole("region", { name: "Notes" }).getByRole("listitem").first()).toBeVisible();
}

async function move(page: Page, to: string): Promise<void> {
  await statusButton(page).click();
  await page.getByRole("menuitemcheckbox", { name: to }).click();
}

async function writeNote(page: Page, text: string): Promise<void> {
  await page.getByRole("button", { name: "Add note" }).click();
  await page.getByRole("textbox", { name: "Note" }).fill(text);
  await page.getByRole("button", { name: "Post internal note" }).click();
}

test.describe("tickets", () => {
  test.beforeEach(async ({ app }) => {
    await app.sim.reset();
  });
  test.afterEach(async ({ app }) => {
    await app.sim.clearFaults();
  });

  test("filters are in the address: they survive a reload, and back undoes them", { tag: "@phone" }, async ({
    page,
    app,
  }) => {
    await app.signIn(page, { path: "/tickets" });
    // A ticket that no journey resolves: what the product read a moment ago outlives a reset of the simulator.
    await expect(row(page, "Hand scanners at Depot 2 cannot reach the stock system")).toBeVisible();
    await page.getByRole("radio", { name: "Unassigned" }).click();
    await expect(page).toHaveURL(/who=unassigned/);
    await expect(row(page, "Hand scanners at Depot 2 cannot reach the stock system")).toHaveCount(0);
    await expect(row(page, "Account locked out twice today")).toBeVisible();
    const count = await rows(page).count();
    await page.reload();
    await expect(page.getByRole("radio", { name: "Unassigned" })).toBeChecked();
    await expect(rows(page)).toHaveCount(count);
    await page.goBack();
    await expect(row(page, "Hand scanners at Depot 2 cannot reach the stock system")).toBeVisible();
    await page.getByRole("searchbox").fill("48285");
    await expect(rows(page)).toHaveCount(1);
    await expect(page).toHaveURL(/q=48285/);
  });

  test("a status counts only when the PSA shows it", async ({ page, app }) => {
    await app.signIn(page);
    await openTicket(page, "48288");
    await move(page, "In progress");
    await expect(page.getByText("ConnectWise shows it")).toBeVisible();
    await expect(statusButton(page)).toHaveAccessibleName(/In progress/);
    expect(await statusOf(app, 48_288)).toBe("In progress");
  });

  test("a status the PSA ignores goes back, with what was asked and what stands there", async ({ page, app }) => {
    await app.sim.addFault({ kind: "status_ignored", method: "PATCH", path: "/service/tickets/48288", times: 0 });
    await app.signIn(page);
    await openTicket(page, "48288");
    await move(page, "In progress");
    await expect(page.getByText("Asked for In progress, ConnectWise shows Waiting customer")).toBeVisible();
    await expect(statusButton(page)).toHaveAccessibleName(/Waiting customer/);
    expect(await statusOf(app, 48_288)).toBe("Waiting customer");
    await app.sim.clearFaults();
    await page.getByRole("button", { name: "Retry" }).click();
    await expect(page.getByText("ConnectWise shows it")).toBeVisible();
  });

  test("a change made in the PSA meanwhile is named before anything is overwritten", async ({ page, app }) => {
    await app.signIn(page);
    await openTicket(page, "48263");
    await app.sim.person({ action: "status", ticket_id: 48_263, status: "Escalated", member: "tmarsh" });
    await move(page, "In progress");
    await expect(page.getByText(/the ticket changed meanwhile/)).toBeVisible();
    expect(await statusOf(app, 48_263)).toBe("Escalated");
    await page.getByRole("button", { name: "Change it anyway" }).click();
    await expect(page.getByText("ConnectWise shows it")).toBeVisible();
    expect(await statusOf(app, 48_263)).toBe("In progress");
  });

  test("a note is written once, as said, and read back, although its answer was lost", { tag: "@phone" }, async ({
    page,
    app,
  }) => {
    await app.signIn(page);
    await openTicket(page, "48262");
    await app.sim.addFault({ kind: "reply_lost", method: "POST", path: "/service/tickets/48262/notes" });
    await writeNote(page, "Cleared the saved sign-in on the floor terminal.");
    await expect(page.getByText("The note is on the ticket")).toBeVisible({ timeout: 30_000 });
    const notes = (await stateOf(app)).notes.filter(
      (note) => note.ticketId === 48_262 && note.text.includes("Cleared the saved sign-in"),
    );
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({ internalAnalysisFlag: true, detailDescriptionFlag: false });
    expect((await stateOf(app)).mail).toEqual([]);
    const shown = page.getByRole("region", { name: "Notes" }).getByRole("listitem").first();
    await expect(shown).toContainText("Cleared the saved sign-in on the floor terminal.");
    await expect(shown).toContainText("Internal only");
  });

  test("a section the PSA refuses names the right; the rest is there", async ({ page, app }) => {
    const permission = "Companies: Configurations";
    await app.sim.addFault({ kind: "403", method: "GET", path: "*/configurations*", times: 0, args: { permission } });
    await app.signIn(page);
    await openTicket(page, "48293");
    const section = page.getByRole("region", { name: "Configurations" });
    await expect(section).toContainText("Configurations could not be read.");
    await expect(section).toContainText(permission);
    await app.sim.clearFaults();
    await section.getByRole("button", { name: "Retry" }).click();
    await expect(section).toContainText("WS-0142");
  });

  test("a customer's reply is there on the next look", async ({ page, app }) => {
    await app.signIn(page);
    await openTicket(page, "48258");
    await app.sim.person({ action: "reply", ticket_id: 48_258, text: "It works again since lunch." });
    await page.reload();
    await expect(page.getByText("It works again since lunch.")).toBeVisible();
  });

  test("Start FlowPilot opens a session that answers; a second start asks first", { tag: "@phone" }, async ({
    page,
    app,
  }) => {
    await app.signIn(page);
    await openTicket(page, "48251");
    await page.getByRole("button", { name: "Start FlowPilot" }).click();
    await expect(page).toHaveURL(/\/pilot\/[0-9a-f-]{36}/);
    const session = page.url();
    await expect(page.getByRole("article", { name: "FlowPilot said" }).first()).toBeVisible();
    await openTicket(page, "48251");
    await page.getByRole("button", { name: "Start FlowPilot" }).click();
    const dialog = page.getByRole("dialog", { name: "CW #48251 is being worked on" });
    await expect(dialog).toBeVisible();
    await dialog.getByRole("button", { name: "Open that session" }).click();
    await expect(page).toHaveURL(session);
  });

  test("the PSA away: the list says so and comes back", async ({ page, app }) => {
    await app.signIn(page, { path: "/nowhere" });
    await app.sim.addFault({ kind: "503", method: "GET", path: "/service/tickets", times: 0 });
    await page.goto("/tickets?q=printing+somewhere");
    await expect(page.getByText("Tickets could not be read")).toBeVisible({ timeout: 40_000 });
    await app.sim.clearFaults();
    // The page also asks again by itself when it hears that the connection is well: then there is nothing left to press.
    await expect(async () => {
      const retry = page.getByRole("button", { name: "Retry" });
      if (await retry.isVisible()) {
        await retry.click();
      }
      await expect(page.getByText(/No ticket matches/)).toBeVisible({ timeout: 3_000 });
    }).toPass({ timeout: 30_000 });
  });

  test("keyboard alone: search, rows, ticket, note, back", async ({ page, app }) => {
    // A keyboard belongs to a wide screen, also when that screen can be touched.
    await page.setViewportSize({ width: 1440, height: 900 });
    await app.signIn(page, { path: "/tickets" });
    await expect(rows(page).first()).toBeVisible();
    await page.keyboard.press("/");
    await page.keyboard.type("outlook");
    await expect(page).toHaveURL(/q=outlook/);
    await expect(row(page, "Outlook keeps asking for sign-in")).toBeVisible();
    await expect(row(page, "Hand scanners at Depot 2")).toHaveCount(0);
    await page.getByRole("searchbox").blur();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("complementary", { name: "Ticket" })).toBeVisible();
    await page.keyboard.press("j");
    await expect(page.getByRole("complementary").getByRole("heading", { level: 2 })).toContainText("sign-in");
    await page.getByRole("button", { name: "Add note" }).focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("textbox", { name: "Note" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("textbox", { name: "Note" })).toHaveCount(0);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("complementary", { name: "Ticket" })).toHaveCount(0);
  });

  test("axe finds nothing on list, filters, ticket and note", { tag: "@phone" }, async ({ page, app, isMobile }) => {
    await app.signIn(page, { path: "/tickets" });
    await expect(rows(page).first()).toBeVisible();
    await examine(app, page, "tickets-list");
    if (isMobile) {
      await page.getByRole("button", { name: "Filters" }).click();
      await expect(page.getByRole("dialog", { name: "Filters" })).toBeVisible();
    } else {
      await page.getByRole("button", { name: "Board" }).click();
      await expect(page.getByRole("option", { name: "Service Desk" })).toBeVisible();
    }
    await examine(app, page, "tickets-filters");
    await openTicket(page, "48293");
    await examine(app, page, "tickets-ticket");
    await page.getByRole("button", { name: "Add note" }).click();
    await page.getByRole("textbox", { name: "Note" }).fill("Reset the credential");
    await examine(app, page, "tickets-note");
  });
});
