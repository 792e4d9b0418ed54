import { expect, test } from "./fixtures";
import { post, startSession, untilFix } from "./support/session";

// A keyboard belongs to a desk: the same size in every project.
test.use({ viewport: { width: 1440, height: 900 }, hasTouch: false, isMobile: false });

test("by keyboard alone: answer, apply, say that it worked, resolve", async ({ page, app }) => {
  test.slow();
  await app.signIn(page);
  await startSession(page, null);
  const focus = async (name: string | RegExp) => {
    await page.getByRole("button", { name }).first().focus();
    await page.keyboard.press("Enter");
  };
  await page.locator("body").press("1");
  await expect(
    page
      .getByText(/Not sent yet/)
      .or(page.getByText(/^Sent$|Promoted/))
      .first(),
  ).toBeVisible();
  await page.locator("body").press("n");
  await page.keyboard.type("The account belongs to a shared PC.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("The account belongs to a shared PC.")).toBeVisible();
  await untilFix(page);
  await page.locator("body").press("Control+g");
  await expect(page.getByRole("region", { name: /^(Drafted script|Written steps)$/ })).toBeFocused();
  await focus(/^(Run as one-off|I did this)$/);
  await focus("It worked");
  await expect(page.getByRole("button", { name: "Resolve", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Resolution note" })).toBeFocused();
  await post(page);
  await expect(page.getByText(/Nothing was sent to a ticket/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
