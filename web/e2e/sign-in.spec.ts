import { expect, test } from "./fixtures";
import { call } from "./support/session";

test.describe("sign-in", () => {
  test("a page that was asked for comes after it", { tag: "@phone" }, async ({ page, app }) => {
    const { email, password } = app.credentials();
    await page.goto("/tickets?ticket=1");
    await expect(page.getByRole("heading", { name: "Sign in", level: 1 })).toBeVisible();
    await page.getByLabel("Work e-mail").fill(email);
    await page.getByLabel("Password", { exact: true }).fill("wrong-invented-password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByText(/wrong/)).toBeVisible();
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page).toHaveURL(/\/tickets\?ticket=/);
    await expect(page.locator("#main")).toBeVisible();
  });

  test("the demo is one press away, as any of its people; its owner puts it back for every tab", async ({
    page,
    app,
    context,
  }) => {
    await app.signIn(page, { as: "owner" });
    const { session } = await call<{ session: { id: string } }>(page, "POST", "/ai-sessions", { title: "Soon gone" });
    await page.context().clearCookies();
    await page.goto("/");
    await page.getByRole("button", { name: "Sign in as Maren Holt" }).click();
    await expect(page).toHaveURL(/\/$/);
    const second = await context.newPage();
    await second.goto(`/pilot/${session.id}`);
    await expect(second.getByRole("heading", { name: "Soon gone", level: 1 })).toBeVisible();
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByRole("button", { name: "Confirm reset?" }).click();
    await expect(page.getByRole("region", { name: "Notifications" }).getByText("The demo is back")).toBeVisible();
    await expect(second.getByText("This session was not found, or it is not yours to see")).toBeVisible();
    await expect(page.getByText("Demo - invented data, simulated PSA")).toBeVisible();
    await expect(page.getByRole("link", { name: "Soon gone" })).toHaveCount(0);
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
});
