import { expect, test } from "./fixtures";
import { examine } from "./support/journey";

test.describe("shell", () => {
  test("keyboard alone: skip link, palette, a place, the list of shortcuts", async ({ page, app }) => {
    await app.signIn(page, { path: "/nowhere" });
    await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.locator("#main")).toBeFocused();
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("tick");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/tickets/);
  });

  test("the chosen theme is there before the first paint of the next visit", async ({ page, app }) => {
    await app.signIn(page, { path: "/nowhere" });
    await page.getByRole("button", { name: /theme, sign out/ }).click();
    await page.getByRole("menuitemcheckbox", { name: "Light" }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
    await page.goto("/nowhere", { waitUntil: "commit" });
    await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
    await page.getByRole("button", { name: /theme, sign out/ }).click();
    await page.getByRole("menuitemcheckbox", { name: "As the system" }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  });

  test("a server that goes away is said, and forgotten when it is back", async ({ page, app }) => {
    test.slow();
    await app.signIn(page, { path: "/nowhere" });
    await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
    const notice = page.getByText("Reconnecting - numbers may be old");
    await expect(notice).toHaveCount(0);
    await app.installation.halt("SIGKILL");
    await expect(notice).toHaveCount(1, { timeout: 15_000 });
    await app.installation.resume();
    await expect(notice).toHaveCount(0, { timeout: 40_000 });
  });

  test("tabs share one live stream, and the next one takes over when its tab is closed", async ({
    page,
    app,
    context,
  }) => {
    const readers: string[] = [];
    context.on("request", (request) => {
      if (request.url().endsWith("/api/v1/events/stream")) {
        readers.push(request.frame().page() === page ? "first" : "second");
      }
    });
    await app.signIn(page, { path: "/nowhere" });
    await expect.poll(() => readers).toEqual(["first"]);
    const second = await context.newPage();
    await second.goto("/nowhere");
    await expect(second.getByRole("heading", { name: "Not found" })).toBeVisible();
    await expect.poll(() => second.evaluate(async () => (await navigator.locks.query()).pending?.length)).toBe(1);
    expect(readers).toEqual(["first"]);
    await page.close();
    await expect.poll(() => readers).toEqual(["first", "second"]);
  });

  test("being offline is said, and what is open stays", async ({ page, app, context }) => {
    await app.signIn(page, { path: "/nowhere" });
    await context.setOffline(true);
    await expect(page.getByText(/^Offline - what you type is kept/)).toBeVisible();
    await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
    await context.setOffline(false);
    await expect(page.getByText(/^Offline - what you type is kept/)).toBeHidden();
  });

  test("axe finds nothing on the menu and the layers of the frame", { tag: "@phone" }, async ({
    page,
    app,
    isMobile,
  }) => {
    await app.signIn(page, { path: "/nowhere" });
    await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
    await page.getByRole("button", { name: /theme, sign out/ }).click();
    await expect(page.getByRole("menu")).toBeVisible();
    await examine(app, page, "shell-menu");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await expect(page.getByPlaceholder(/Go to, session/)).toBeVisible();
    await examine(app, page, "shell-palette");
    await page.keyboard.press("Escape");
    if (isMobile) {
      await page.getByRole("button", { name: "Open the navigation" }).click();
      await expect(page.getByRole("dialog", { name: "Navigation" })).toBeVisible();
      await examine(app, page, "shell-navigation");
    }
  });
});
