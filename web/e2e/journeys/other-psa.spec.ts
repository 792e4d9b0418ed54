import { expect, test } from "../fixtures";
import { confirm, examine, inPsa, note, openNote, result, rowOf, said } from "../support/journey";
import { call, startSession } from "../support/session";
import { Simulator } from "../support/simulator";

interface Connections {
  readonly items: ReadonlyArray<{
    readonly id: string;
    readonly provider: string;
    readonly is_active: boolean;
    readonly version: number;
    readonly config: Readonly<Record<string, string>>;
  }>;
}
interface Tickets {
  readonly items: ReadonlyArray<{
    readonly id: string;
    readonly ref: string;
    readonly board: { readonly name: string };
  }>;
}
const P = "/integrations/psa";

test.describe("another PSA", () => {
  // The other journeys go on with ConnectWise.
  test.afterEach(async ({ page }) => {
    const { items } = await call<Connections>(page, "GET", `${P}/connections`);
    const first = items.find((one) => one.provider === "connectwise");
    if (first && !first.is_active) {
      await call(page, "PATCH", `${P}/connections/${first.id}`, { version: first.version, is_active: true });
      await call(page, "POST", `${P}/connections/${first.id}/check`);
    }
  });

  test("Autotask in the demo: connected, people mapped, a ticket resolved and verified", async ({ page, app }) => {
    test.slow();
    await app.signIn(page, { as: "owner", path: "/account/integrations" });
    await page.getByRole("button", { name: "Connect another PSA" }).click();
    await page.getByRole("radio", { name: "Autotask" }).click();
    await expect(page.getByLabel(/Zone address/)).toHaveCount(0);
    await page.getByRole("button", { name: "Connect the simulated Autotask" }).click();
    const own = page.getByRole("region", { name: "Autotask (simulated)" });
    await expect(own.getByRole("list", { name: "Rights" })).toContainText("Address, certificate, sign-in");

    // Wrong keys are refused with the check named, and the old ones stay in use.
    await own.getByRole("button", { name: "Change keys" }).click();
    await own.getByLabel("Secret", { exact: true }).fill("not-the-secret");
    await own.getByLabel("Integration code").fill("NOTTHECODE");
    await own.getByRole("button", { name: "Store new keys" }).click();
    const refused = own.getByRole("list", { name: "Nothing was stored" });
    await expect(refused.getByRole("listitem").filter({ hasText: "failed" })).toContainText("Sign-in");
    await examine(app, page, "psa-wrong-keys");
    await own.getByRole("button", { name: "Cancel" }).click();
    await own.getByRole("button", { name: "Test again" }).click();
    await expect(page.getByText("Connected", { exact: true })).toBeVisible();

    // Somebody who is nobody there is found again by the e-mail address.
    const people = page.getByRole("region", { name: "Member mapping" });
    await expect(people.getByText("6 of 6 mapped")).toBeVisible();
    const { items: mapped } = await call<{ items: ReadonlyArray<{ user_id: string; name: string }> }>(
      page,
      "GET",
      `${P}/member-mappings`,
    );
    const me = mapped.find((one) => one.name === "Maren Holt");
    await call(page, "PUT", `${P}/member-mappings`, { items: [{ user_id: me?.user_id, member_id: null }] });
    await page.reload();
    await expect(people.getByText("5 of 6 mapped")).toBeVisible();
    await people.getByRole("button", { name: "Match by e-mail" }).click();
    await expect(people.getByRole("status")).toContainText("1 matched");
    await expect(people.getByText("6 of 6 mapped")).toBeVisible();

    const { items } = await call<Tickets>(page, "GET", `${P}/tickets?limit=50&query=locked+out`);
    const ticket = items[0];
    expect(ticket?.ref).toMatch(/^AT T\d{8}\.\d{4}$/);
    await page.goto("/account/integrations/flowpilot");
    await page
      .getByRole("combobox", { name: `${ticket?.board.name}, when resolved` })
      .selectOption({ label: "Complete" });
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("button", { name: /^Save/ })).toHaveAttribute("aria-disabled", "true");

    await startSession(page, ticket?.id ?? "", "The account is locked out since this morning.");
    await openNote(page);
    await expect(rowOf(note(page), "Ticket")).toContainText(ticket?.ref ?? "");
    await expect(rowOf(note(page), "Status")).toContainText("Complete");
    await expect(note(page).getByText(/^15 minutes are booked/)).toBeVisible();
    await examine(app, page, "psa-autotask-note");
    await confirm(page);
    await expect(result(page).getByText("Verified: Autotask shows Complete.")).toBeVisible({ timeout: 30_000 });
    await expect(result(page).getByText("On the ticket")).toBeVisible();
    await expect(result(page)).toContainText(ticket?.ref ?? "");
    await examine(app, page, "psa-autotask-result");
    const { items: connections } = await call<Connections>(page, "GET", `${P}/connections`);
    const site = connections.find((one) => one.is_active)?.config.site ?? "";
    expect(await new Simulator(`${site}/__sim`).call("GET", "/mail")).toEqual({ mail: [] });
  });
});

test("a new ticket by words, and FlowPilot on it", async ({ page, app }) => {
  await app.signIn(page, { path: "/tickets" });
  await page.getByRole("button", { name: "New ticket" }).click();
  const dialog = page.getByRole("dialog", { name: "New ticket" });
  await dialog
    .getByLabel("What is it about?")
    .fill("Quillmere Dental: the printer at reception is offline since this morning. High priority.");
  await dialog.getByRole("button", { name: "Fill the form" }).click();
  await expect(dialog.getByRole("button", { name: "Open ticket" })).toBeVisible();
  await expect(dialog).toContainText("Quillmere Dental");
  // What the words do not say is chosen by hand: nothing is opened without it.
  await dialog.getByRole("button", { name: "Open ticket" }).click();
  await expect(dialog.getByText("Choose a board").last()).toBeVisible();
  await examine(app, page, "new-ticket-form");
  await dialog.getByRole("button", { name: "Board" }).click();
  await page.getByRole("option", { name: "Service Desk" }).click();
  await dialog.getByRole("button", { name: "Open ticket" }).click();
  const panel = page.getByRole("complementary", { name: "Ticket" });
  await expect(panel.getByRole("heading", { level: 2 })).toContainText(/printer/i);
  await panel.getByRole("button", { name: "Start FlowPilot" }).click();
  await expect(page).toHaveURL(/\/pilot\/[0-9a-f-]{36}/);
  await expect(said(page).first()).toBeVisible();
  const shown = await page.getByRole("button", { name: /^Ticket CW #\d+: show its context/ }).textContent();
  const made = await inPsa(app, Number(/\d+/.exec(shown ?? "")?.[0]));
  expect(JSON.stringify(made.ticket)).toMatch(/printer/i);
});
