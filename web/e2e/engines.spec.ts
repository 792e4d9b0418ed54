import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { chooseEngine, type Models, startModels } from "./support/models";

let models: Models;
test.beforeAll(async () => {
  models = await startModels();
});
test.afterAll(() => models.stop());

test("a session is answered by the model an admin has chosen, and by the Guide when its key is refused", async ({
  page,
  app,
  browser,
}) => {
  test.slow();
  await app.signIn(page, { as: "admin", path: "/account/engines" });
  await page.getByText("Your own model").click();
  await page.getByLabel("Provider").selectOption("openai_compatible");
  await page.getByLabel("Address").fill(`${models.url}/v1`);
  await page.getByLabel("Model for standard work").fill("large-1");
  await page.getByLabel("Key", { exact: true }).fill(models.key);
  await page.getByRole("button", { name: "Test" }).click();
  await expect(page.getByRole("list", { name: "Test results" }).getByText("The model answered.")).toHaveCount(2);
  await save(page);
  await expect(page.getByText("A key ending in 0001 is stored.")).toBeVisible();
  await app.expectAxeClean(page);

  const context = await browser.newContext();
  try {
    const engineer = await context.newPage();
    await app.signIn(engineer, { as: "engineer" });
    await engineer
      .getByRole("textbox", { name: "What are you troubleshooting?" })
      .fill("The label printer prints blanks");
    await engineer.getByRole("button", { name: "Start session" }).click();
    await expect(engineer.getByText("The description leaves open how far this reaches.")).toBeVisible();
    await expect(engineer.getByRole("button", { name: "Engine: LLM" })).toBeVisible();
    await expect(lastReply(engineer).getByText("LLM", { exact: true })).toBeVisible();

    await page.getByLabel("Key", { exact: true }).fill("sk-refused-0123456789");
    await save(page);
    await engineer.getByRole("textbox", { name: "Message" }).fill("It happens to one person only");
    await engineer.keyboard.press("Enter");
    await expect(lastReply(engineer).getByText(/Answered by the Guide: /)).toBeVisible();
    await engineer.getByRole("button", { name: "Engine: Guide" }).click();
    await expect(engineer.getByRole("dialog", { name: "Engine" })).not.toContainText("The provider says");
    await page.reload();
    await expect(page.getByText("The provider did not answer last time, the Guide did")).toBeVisible();
    await expect(page.getByRole("alert").locator("q")).not.toBeEmpty();
  } finally {
    await context.close();
    // The installation is shared with other journeys.
    await chooseEngine(app, page, null);
  }
});

async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/^Saved/)).toBeVisible();
}

const lastReply = (page: Page) => page.getByRole("article", { name: "FlowPilot said" }).last();
