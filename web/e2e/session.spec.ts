import { expect, THEMES, test } from "./fixtures";
import {
  banner,
  call,
  carryOut,
  message,
  openLane,
  ourNotes,
  post,
  startSession,
  statusOf,
  untilFix,
} from "./support/session";

test.describe("the main job", () => {
  test("a linked ticket: from the first words to a note that is verified on the ticket", async ({ page, app }) => {
    test.slow();
    await app.signIn(page);
    await startSession(page, "48285");
    await untilFix(page);
    await carryOut(page);
    await page.getByRole("button", { name: "It worked" }).click();
    await openLane(page);
    await page.getByRole("button", { name: "Resolve", exact: true }).last().click();
    await expect(page.getByRole("dialog", { name: "Resolution note" })).toBeVisible();
    await expect(page.getByText("What exactly will be written")).toBeVisible();
    await post(page);
    const result = page.getByRole("dialog", { name: "What was written" });
    await expect(result.getByText("On the ticket", { exact: true })).toBeVisible({ timeout: 20_000 });
    await expect(result.getByText(/Verified: ConnectWise shows/)).toBeVisible();
    expect(await ourNotes(app, "48285")).toHaveLength(1);
    expect(await statusOf(app, "48285")).not.toBe("New");
  });

  test("without a ticket it is resolved here, and nothing is sent", async ({ page, app }) => {
    await app.signIn(page);
    await startSession(page, null);
    await openLane(page);
    await expect(page.getByText("Saved here, nothing is posted")).toBeVisible();
    await app.sim.forgetRequests();
    await page.getByRole("button", { name: "Resolve", exact: true }).last().click();
    await post(page);
    await expect(page.getByText(/Nothing was sent to a ticket/)).toBeVisible();
    expect(await app.sim.requests()).toEqual({ requests: [] });
  });
});

test.describe("while it goes on", () => {
  test("a reload and a second tab show the same state, and an outcome reaches the other tab", async ({
    page,
    app,
    context,
  }) => {
    test.slow();
    await app.signIn(page);
    const id = await startSession(page, "48262");
    await untilFix(page);
    await carryOut(page);
    await page.reload();
    await expect(banner(page).getByText(/^Verifying$/i)).toBeVisible();
    const second = await context.newPage();
    await second.goto(`/pilot/${id}`);
    await expect(banner(second).getByText(/^Verifying$/i)).toBeVisible();
    await page.getByRole("button", { name: "Didn't work" }).click();
    await page.getByRole("textbox", { name: "What did you see?" }).fill("Locked again after a minute");
    await page.getByRole("button", { name: /^Record - Didn't work/ }).click();
    await expect(second.getByRole("button", { name: "Ask for the next idea" })).toBeVisible();
    await second.getByRole("button", { name: "Ask for the next idea" }).click();
    await expect(message(second)).toHaveValue(/Locked again after a minute/);
  });

  test("unsent words survive a reload; a secret is masked and nowhere in this browser", async ({ page, app }) => {
    await app.signIn(page);
    await startSession(page, null);
    await message(page).fill("half a thought");
    await expect
      .poll(async () => {
        await page.waitForLoadState();
        return page.evaluate(
          () =>
            new Promise<string>((resolve) => {
              const asked = indexedDB.open("rf-drafts");
              asked.onsuccess = () => {
                const all = asked.result.transaction("drafts").objectStore("drafts").getAll();
                all.onsuccess = () => resolve(JSON.stringify(all.result));
              };
            }),
        );
      })
      .toContain("half a thought");
    await page.reload();
    await expect(message(page)).toHaveValue("half a thought");
    await expect(page.getByText("Draft restored")).toBeVisible();
    await message(page).fill("I tried password: Invented-Pass-77 on it");
    await expect(page.getByText(/1 secret will be masked/)).toBeVisible();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(page.getByText("secret 1").first()).toBeVisible();
    await expect(page.locator("body")).not.toContainText("Invented-Pass-77");
  });

  test("a note of a person counts as a fact, and is deleted in two presses", async ({ page, app }) => {
    await app.signIn(page);
    await startSession(page, null);
    await openLane(page);
    await page.getByRole("button", { name: "Add a note" }).click();
    await page.getByRole("textbox", { name: "Your note" }).fill("The user has a second laptop.");
    await page.getByRole("button", { name: "Add note" }).click();
    const card = page.locator("[data-fact-card]").filter({ hasText: "second laptop" });
    await expect(card).toBeVisible();
    await card.hover();
    await card.getByRole("button", { name: /^(Delete|Edit or delete) this fact$/ }).click();
    await card.getByRole("button", { name: "Delete", exact: true }).click();
    await card.getByRole("button", { name: "Confirm delete?" }).click();
    await expect(page.getByText("The user has a second laptop.")).toHaveCount(0);
  });

  test("a viewer reads along and sees no acting control", async ({ page, app, browser }) => {
    await app.signIn(page, { as: "owner" });
    await call(page, "PATCH", "/accounts/me/preferences", { preferences: { team_can_view_sessions: true } });
    const id = await startSession(page, null);
    const context = await browser.newContext({ baseURL: app.url });
    const other = await context.newPage();
    await app.signIn(other, { as: "viewer", path: `/pilot/${id}` });
    await expect(other.getByText("Read access")).toBeVisible();
    for (const name of ["Send", "Resolve", "Add a note", "Skip", "Edit the title", "More for this session"]) {
      await expect(other.getByRole("button", { name, exact: true })).toHaveCount(0);
    }
    await context.close();
  });
});

test.describe("for everybody", () => {
  for (const theme of THEMES) {
    test(`axe finds nothing in the session view, ${theme}`, async ({ page, app }) => {
      test.slow();
      await app.setTheme(page, theme).catch(() => undefined);
      await app.signIn(page);
      await app.setTheme(page, theme);
      await startSession(page, theme === "dark" ? "48277" : "48266");
      await app.expectAxeClean(page);
      await openLane(page);
      await app.expectAxeClean(page);
      await page.getByRole("button", { name: "Resolve", exact: true }).last().click();
      await expect(page.getByText("What exactly will be written")).toBeVisible();
      await expect(page.getByText("Current", { exact: true })).toHaveCount(1);
      await app.expectAxeClean(page);
    });
  }

  test("nothing scrolls sideways, and 1199 has the drawer", async ({ page, app }) => {
    await app.signIn(page);
    await startSession(page, "48266");
    for (const width of [320, 390, 640, 1024, 1199, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(over, `at ${width}`).toBe(0);
      await expect(page.getByRole("button", { name: /^Tasks/ })).toHaveCount(width < 1200 ? 1 : 0);
    }
  });
});
