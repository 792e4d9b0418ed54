import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { examine } from "./support/journey";

/** The texts this browser keeps. */
function storedDrafts(page: Page): Promise<unknown[]> {
  return page.evaluate(
    () =>
      new Promise<unknown[]>((resolve) => {
        const open = indexedDB.open("rf-drafts");
        open.onsuccess = () => {
          const read = open.result.transaction("drafts").objectStore("drafts").getAll();
          read.onsuccess = () => {
            open.result.close();
            resolve(read.result);
          };
        };
      }),
  );
}

test.describe("home", () => {
  test.beforeEach(async ({ app }) => {
    await app.sim.reset();
  });

  test("words are sent exactly once, open the session and are answered", { tag: "@phone" }, async ({ page, app }) => {
    const starts: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/api/v1/ai-sessions")) {
        starts.push(request.postData() ?? "");
      }
    });
    await app.signIn(page);
    const box = page.getByRole("textbox", { name: "What are you troubleshooting?" });
    await expect(box).toBeFocused();
    await box.fill("Nobody at the front desk can print since this morning");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/pilot\/[0-9a-f-]{36}/);
    await expect(page.getByText("Nobody at the front desk can print since this morning").first()).toBeVisible();
    await expect(page.getByRole("article", { name: "FlowPilot said" }).first()).toBeVisible();
    await page.reload();
    await expect(page.getByRole("article", { name: "FlowPilot said" })).toHaveCount(1);
    expect(starts).toHaveLength(1);
    await page.goto("/");
    await expect(page.getByRole("textbox", { name: "What are you troubleshooting?" })).toHaveValue("");
    await expect(
      page.getByRole("region", { name: "Active sessions" }).getByRole("link", { name: /Nobody at the front desk/ }),
    ).toBeVisible();
  });

  test("what was typed is still there after a reload", async ({ page, app }) => {
    await app.signIn(page);
    const box = page.getByRole("textbox", { name: "What are you troubleshooting?" });
    await box.fill("VPN drops every thirty minutes");
    await expect.poll(() => storedDrafts(page)).toContain("VPN drops every thirty minutes");
    await page.reload();
    await expect(box).toHaveValue("VPN drops every thirty minutes");
    await page.getByRole("button", { name: "Discard" }).click();
    await expect(box).toHaveValue("");
  });

  test("a ticket of the queue starts FlowPilot", async ({ page, app }) => {
    await app.signIn(page);
    const queue = page.getByRole("region", { name: "Ticket queue" });
    await expect(queue.getByRole("link", { name: "Locked out every morning at 07:45" })).toBeVisible();
    await queue.getByRole("radio", { name: /Unassigned/ }).click();
    await queue.getByRole("button", { name: "Start FlowPilot on CW #48285" }).click();
    await expect(page).toHaveURL(/\/pilot\/[0-9a-f-]{36}/);
    await expect(page.getByRole("heading", { name: "Account locked out twice today" })).toBeVisible();
  });

  test("a linked ticket goes along with the words", async ({ page, app }) => {
    await app.signIn(page);
    await page.getByRole("textbox", { name: "What are you troubleshooting?" }).fill("She rang again, it is urgent");
    await page.getByRole("button", { name: "Link ticket" }).click();
    const found = page.getByRole("dialog", { name: "Link a ticket" });
    await found.getByRole("textbox").fill("48290");
    await found.getByRole("button", { name: /48290/ }).click();
    await page.getByRole("button", { name: "Start session" }).click();
    await expect(page).toHaveURL(/\/pilot\/[0-9a-f-]{36}/);
    await expect(page.getByText("CW #48290").first()).toBeVisible();
  });

  test("axe finds nothing on its layers", { tag: "@phone" }, async ({ page, app }) => {
    await app.signIn(page);
    await expect(page.getByRole("region", { name: "Ticket queue" }).getByRole("link").first()).toBeVisible();
    await examine(app, page, "home-queue");
    await page.getByRole("button", { name: "Link ticket" }).click();
    await expect(page.getByRole("dialog", { name: "Link a ticket" }).getByRole("listitem").first()).toBeVisible();
    await examine(app, page, "home-link-ticket");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Paste logs" }).click();
    await expect(page.getByRole("dialog", { name: "Paste logs" })).toBeVisible();
    await examine(app, page, "home-paste-logs");
  });
});
