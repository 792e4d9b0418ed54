import { expect, THEMES, test } from "./fixtures";

test.describe("sign-in", () => {
  test("a page that was asked for comes after it, and back never shows it without a sign-in", async ({ page, app }) => {
    const { email, password } = app.credentials();
    await page.goto("/tickets?ticket=1");
    await expect(page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
    await page.getByLabel("Work e-mail").fill(email);
    await page.getByLabel("Password", { exact: true }).fill("wrong-invented-password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText(/wrong/)).toBeVisible();
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/tickets\?ticket=/);
    await expect(page.locator("#main")).toBeVisible();
  });

  test("the demo account is one press away", async ({ page }) => {
    await page.goto("/");
    await page.getByRole("button", { name: "Use demo account" }).click();
    await expect(page.getByText("Demo - invented data, simulated PSA")).toBeVisible();
    await expect(page).toHaveURL(/\/$/);
  });

  test("an ended sign-in is asked for over the page, which stays; signing out ends it for real", async ({
    page,
    app,
  }) => {
    await app.signIn(page, { path: "/nowhere" });
    await page.context().clearCookies();
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder(/Go to, session/).fill("printer");
    const over = page.getByRole("dialog", { name: "Sign in again" });
    await expect(over).toBeVisible();
    await over.getByLabel("Password", { exact: true }).fill(app.credentials().password);
    await over.getByRole("button", { name: "Sign in" }).click();
    await expect(over).toBeHidden();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /theme, sign out/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await expect(page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
    await page.goto("/nowhere");
    await expect(page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
  });

  for (const theme of THEMES) {
    test(`axe finds nothing, ${theme}`, async ({ page, app }) => {
      await page.goto("/sign-in");
      await app.setTheme(page, theme);
      await expect(page.getByRole("button", { name: "Use demo account" })).toBeVisible();
      await app.expectAxeClean(page);
    });
  }
});
