import type { Page } from "@playwright/test";
import { type App, expect, test } from "../fixtures";
import { examine, said, saying } from "../support/journey";
import { chooseEngine, type Models, script, startModels } from "../support/models";
import { call, closeLane, message } from "../support/session";

// A model that falls silent is given up quickly here.
test.use({ environment: { RF_LLM_IDLE_TIMEOUT: "1.5", RF_LLM_FIRST_TOKEN_TIMEOUT: "5", RF_LLM_RETRY_WAIT: "0.05" } });

let models: Models;
test.beforeAll(async () => {
  models = await startModels();
});
test.afterAll(() => models.stop());

const QUESTION = '[QUESTIONS][{"text": "Does a second profile work?", "options": ["Yes", "No"]}][/QUESTIONS]';
const SENTENCE = "Webmail works, which narrows it to the device and its saved password.";
const ANSWER = { text: `${SENTENCE}\n\n${QUESTION}`, piece: 10 };
const OUTAGE = { status: 503, message: "Upstream has no capacity" };
const HALF = "half a thought about the second PC";

/** A session of the engineer, shown, with nothing said yet. */
async function fresh(page: Page, app: App): Promise<void> {
  await app.signIn(page);
  const { session } = await call<{ session: { id: string } }>(page, "POST", "/ai-sessions", {});
  await page.goto(`/pilot/${session.id}`);
  await expect(message(page)).toBeVisible();
}

async function say(page: Page, words: string): Promise<void> {
  await closeLane(page);
  await message(page).fill(words);
  await message(page).press("Enter");
}

const yours = (page: Page) => page.getByRole("article", { name: "You said" });

test("a budget that is used up and a provider that is down: the Guide answers and says why, until it is back", async ({
  page,
  app,
}) => {
  test.slow();
  await script(models, { always: ANSWER });
  const prices = [{ model: "large-1", input: 300, output: 300 }];
  await chooseEngine(app, page, models, { monthly_budget_usd: 0.01, prices });
  await fresh(page, app);
  await say(page, "Outlook asks for a password");
  await expect(said(page).last()).toContainText("Webmail works");
  await say(page, "Webmail works for her");
  await expect(said(page)).toHaveCount(2);
  await expect(said(page).last()).toContainText("Answered by the Guide: the model budget of this month is used up");
  await page.getByRole("button", { name: "Engine: Guide" }).click();
  await expect(page.getByRole("dialog", { name: "Engine" })).toContainText("budget");
  await page.keyboard.press("Escape");

  await chooseEngine(app, page, models);
  await script(models, { always: OUTAGE });
  await say(page, "It is one PC only");
  await expect(said(page)).toHaveCount(3);
  await expect(said(page).last()).toContainText(/Answered by the Guide: .*(overloaded|cannot be reached)/);
  await expect(page.getByText("Upstream has no capacity")).toHaveCount(0);

  await script(models, { always: ANSWER });
  await say(page, "The profile is new");
  await expect(said(page)).toHaveCount(4);
  await expect(said(page).last().getByText("LLM", { exact: true })).toBeVisible();
  await expect(
    said(page)
      .last()
      .getByText(/Answered by the Guide/),
  ).toHaveCount(0);
  await expect(yours(page)).toHaveCount(4);
});

test("a model that falls silent in mid-answer: the text stays, Retry brings the rest", { tag: "@phone" }, async ({
  page,
  app,
}) => {
  test.slow();
  await script(models, { always: ANSWER, queue: [{ ...ANSWER, stall_after: 4 }] });
  await chooseEngine(app, page, models);
  await fresh(page, app);
  await say(page, "Outlook asks for a password");
  await expect(saying(page)).toBeVisible();
  await message(page).fill(HALF);
  await expect(said(page).getByText(/took too long/)).toBeVisible();
  await expect(said(page)).toContainText(SENTENCE.slice(0, 36));
  await expect(message(page)).toHaveValue(HALF);
  await examine(app, page, "fell-silent");
  await page.reload();
  await expect(said(page).getByText(/took too long/)).toBeVisible();
  await expect(message(page)).toHaveValue(HALF);

  await page.getByRole("button", { name: "Retry" }).click();
  // On a phone the question opens the lane over the conversation.
  await expect(page.locator("[data-lane-item]").first()).toBeVisible();
  await closeLane(page);
  await expect(said(page).last()).toContainText(SENTENCE);
  await expect(page.getByRole("button", { name: /^(Stop|Retry)$/ })).toHaveCount(0);
  await expect(yours(page)).toHaveCount(1);
  await expect(message(page)).toHaveValue(HALF);
});

test("the server killed while a model speaks: interrupted, and Retry asks the model once more", async ({
  page,
  app,
}) => {
  test.slow();
  const LONG = "The saved password of the profile is asked for by a second program. ".repeat(30);
  await script(models, { always: ANSWER, queue: [{ text: LONG, piece: 20, every: 0.1 }] });
  await chooseEngine(app, page, models);
  await fresh(page, app);
  await say(page, "Outlook asks for a password");
  await expect(saying(page)).toContainText("asked for by a second program");
  await app.installation.restart("SIGKILL");
  await expect(said(page).getByText(/Interrupted on the server/)).toBeVisible({ timeout: 45_000 });
  await expect(said(page)).toContainText("asked for by a second program");
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(said(page)).toHaveCount(2);
  await expect(said(page).last()).toContainText(SENTENCE);
  await expect(yours(page)).toHaveCount(1);
});
