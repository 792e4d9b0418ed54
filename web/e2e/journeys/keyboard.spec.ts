import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { confirmPost, note, noteIsCurrent, oursOn, result, said } from "../support/journey";
import { banner } from "../support/session";

const LOCKED = "SamAccountName         : t.eyre\nEnabled                : True\nLockedOut              : True";

const hasFocus = async (page: Page, target: Locator): Promise<boolean> =>
  (await target.and(page.locator(":focus")).count()) > 0;

/** Presses Tab until the target has the focus, and says so when it cannot be reached. */
async function reach(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 90; presses += 1) {
    if (await hasFocus(page, target)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  await expect(target, "reached with Tab").toBeFocused();
}

async function press(page: Page, target: Locator): Promise<void> {
  await reach(page, target);
  await page.keyboard.press("Enter");
}

/** Answers what is open, by its keys, until a fix is suggested. */
async function answerByKeys(page: Page): Promise<void> {
  const questions = page.getByRole("region", { name: "Questions" });
  const checks = page.getByRole("region", { name: "Diagnostic checks" });
  const send = page.getByRole("button", { name: /^Send \d+ answer/ });
  for (let round = 0; round < 6 && !(await banner(page).isVisible()); round += 1) {
    const turns = await said(page).count();
    const paste = checks.getByRole("button", { name: "Paste output" });
    while ((await paste.count()) > 0) {
      const left = await paste.count();
      await press(page, paste.first());
      await expect(page.getByRole("textbox", { name: "Output" })).toBeFocused();
      await page.keyboard.insertText(LOCKED);
      await page.keyboard.press("Control+Enter");
      await expect(paste).toHaveCount(left - 1);
    }
    const option = questions
      .locator("[data-lane-item]")
      .getByRole("button")
      .filter({ hasNotText: /^(Don't know|Skip|Keep|Change|Promote)$/ });
    while ((await option.count()) > 0) {
      const left = await option.count();
      await (round === 0 ? page.locator("body").press("1") : press(page, option.first()));
      await expect.poll(() => option.count()).toBeLessThan(left);
    }
    // The last answer may send itself: then there is nothing left to press.
    for (let presses = 0; presses < 90 && (await send.isVisible()); presses += 1) {
      await page.keyboard.press((await hasFocus(page, send)) ? "Enter" : "Tab");
    }
    await expect(said(page)).toHaveCount(turns + 1);
    await expect(page.getByRole("button", { name: "Send", exact: true })).toBeVisible();
  }
  await expect(banner(page)).toBeVisible();
}

test("from sign-in to a posted note without a pointer", async ({ page, app }) => {
  test.slow();
  const ticket = 48_285;
  await app.sim.reset();
  const { email, password } = app.credentials();
  await page.goto("/sign-in");
  await reach(page, page.getByRole("textbox", { name: "E-mail" }));
  await page.keyboard.type(email);
  await reach(page, page.getByLabel("Password", { exact: true }));
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "What are you troubleshooting?" })).toBeFocused();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("tick");
  await expect(page.getByRole("option", { name: "Tickets" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/tickets/);
  await expect(page.locator("[data-ticket]").first()).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type(String(ticket));
  await expect(page.locator("[data-ticket]")).toHaveCount(1);
  await press(page, page.getByRole("link", { name: /Account locked out twice/ }));
  const panel = page.getByRole("complementary", { name: "Ticket" });
  await press(page, panel.getByRole("button", { name: "Start FlowPilot" }));
  // Another journey may have left a session on the ticket.
  const another = page.getByRole("button", { name: "Start another session" });
  await expect(another.or(said(page)).first()).toBeVisible();
  if (await another.isVisible()) {
    await press(page, another);
  }
  await expect(said(page)).toHaveCount(1);

  // The keys of the session: a note, an option by its number, the surface of the fix.
  await page.locator("body").press("n");
  await page.keyboard.type("The account belongs to a shared PC.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("The account belongs to a shared PC.")).toBeVisible();
  await answerByKeys(page);
  await page.locator("body").press("Control+g");
  await expect(page.getByRole("region", { name: /^(Drafted script|Written steps)$/ })).toBeFocused();
  await page.keyboard.press("Control+g");
  await press(page, banner(page).getByRole("button", { name: "Apply fix" }));
  await press(page, page.getByRole("button", { name: /^(Run as one-off|I did this)/ }));
  await press(page, banner(page).getByRole("button", { name: "It worked" }));
  const resolve = page.getByRole("button", { name: "Resolve", exact: true });
  await expect(resolve).toBeFocused();
  await page.keyboard.press("Enter");
  await noteIsCurrent(page);
  const tick = note(page).getByRole("checkbox", { name: /^Post with/ });
  if (await tick.isVisible()) {
    await reach(page, tick);
    await page.keyboard.press("Space");
  }
  await expect(confirmPost(page)).not.toHaveAttribute("aria-disabled", "true");
  await press(page, confirmPost(page));
  await expect(result(page).getByText(/^Verified: ConnectWise shows/)).toBeVisible({ timeout: 20_000 });
  expect(await oursOn(app, ticket)).toHaveLength(1);
  await page.keyboard.press("Escape");
  await expect(result(page)).toBeHidden();
});
