import { expect, test } from "./fixtures";
import { examine } from "./support/journey";
import { banner, carryOut, message, openLane, startSession, untilFix } from "./support/session";

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

  test("unsent words survive a reload", async ({ page, app }) => {
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
  });

  test("a note of a person counts as a fact, and is deleted in two presses", { tag: "@phone" }, async ({
    page,
    app,
  }) => {
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
});

test.describe("for everybody", () => {
  test("axe finds nothing in the session view, its lane and the note", { tag: "@phone" }, async ({ page, app }) => {
    test.slow();
    await app.signIn(page);
    await startSession(page, "48277");
    await examine(app, page, "session");
    await openLane(page);
    await examine(app, page, "session-lane");
    await page.getByRole("button", { name: "Resolve", exact: true }).last().click();
    await expect(page.getByText("What exactly will be written")).toBeVisible();
    await expect(page.getByText("Current", { exact: true })).toHaveCount(1);
    await examine(app, page, "session-note");
  });

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
