import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { examine, said, saying } from "../support/journey";
import { call, message } from "../support/session";

// The Guide says a sentence every second here, so that there is a middle of the turn to act in.
test.use({ environment: { RF_GUIDE_CHUNK_DELAY: "1" } });

const PROBLEM = "Outlook keeps asking for the password on one PC since yesterday";
const HALF = "half a thought about the second PC";

/** Opens a session without an answer and sends the problem; resolves once the first words of the answer are there. */
async function inMidTurn(page: Page): Promise<string> {
  const { session } = await call<{ session: { id: string } }>(page, "POST", "/ai-sessions", {});
  await page.goto(`/pilot/${session.id}`);
  await message(page).fill(PROBLEM);
  await page.keyboard.press("Enter");
  await expect(saying(page)).toBeVisible();
  await expect(page.getByRole("button", { name: "Stop" })).toBeVisible();
  return session.id;
}

const bubble = async (page: Page): Promise<string> =>
  (await saying(page).getByRole("paragraph").first().textContent())?.trim() ?? "";
const stored = async (page: Page): Promise<string> =>
  (await said(page).last().getByRole("paragraph").first().textContent()) ?? "";

/** Whether no sentence stands there twice. */
function expectNoRepeats(text: string): void {
  const sentences = text.split(/(?<=[.;])\s+/).filter((one) => one.length > 12);
  expect(sentences.length, text).toBeGreaterThan(1);
  expect(new Set(sentences).size, text).toBe(sentences.length);
}

test("a reload and a second tab in mid-turn: the same text, nothing twice, nothing typed is lost", async ({
  page,
  app,
  context,
}) => {
  await app.signIn(page);
  const id = await inMidTurn(page);
  await message(page).fill(HALF);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Stop or wait to send").first()).toBeVisible();
  const before = await bubble(page);
  const second = await context.newPage();
  await second.goto(`/pilot/${id}`);
  await expect(saying(second).getByText(before.slice(0, 60))).toBeVisible();
  await page.reload();
  await expect(saying(page).or(said(page)).first()).toContainText(before.slice(0, 60));
  await expect(message(page)).toHaveValue(HALF);

  await expect(said(page)).toHaveCount(1, { timeout: 20_000 });
  await expect(said(second)).toHaveCount(1, { timeout: 1000 });
  const text = await stored(page);
  expectNoRepeats(text);
  expect(await stored(second)).toBe(text);
  expect(text.startsWith(before.replace(/\s*$/, "").slice(0, 60))).toBe(true);
  await expect(page.getByRole("article", { name: "You said" })).toHaveCount(1);
  await page.reload();
  await expect(said(page)).toHaveCount(1);
  expect(await stored(page)).toBe(text);
  await expect(message(page)).toHaveValue(HALF);
});

test("an answer begun in one tab is seen in the other within a second", async ({ page, app, context }) => {
  await app.signIn(page);
  const { session } = await call<{ session: { id: string } }>(page, "POST", "/ai-sessions", {});
  const second = await context.newPage();
  await second.goto(`/pilot/${session.id}`);
  await expect(message(second)).toBeVisible();
  await page.goto(`/pilot/${session.id}`);
  await message(page).fill(PROBLEM);
  await page.keyboard.press("Enter");
  await expect(saying(page)).toBeVisible();
  await expect(saying(second)).toBeVisible({ timeout: 1000 });
  await second.getByRole("button", { name: "Stop" }).click();
  await expect(said(second).getByText("Stopped").first()).toBeVisible();
  await expect(said(page).getByText("Stopped").first()).toBeVisible({ timeout: 1000 });
  await expect(page.getByRole("button", { name: "Continue" })).toBeVisible();
  await examine(app, page, "stopped");
});

test("killed in mid-turn and started again: interrupted, with the text so far; Retry finishes it", async ({
  page,
  app,
}) => {
  test.slow();
  await app.signIn(page);
  await inMidTurn(page);
  await message(page).fill(HALF);
  const before = await bubble(page);
  await app.installation.halt("SIGKILL");
  await expect(saying(page).getByText("Reconnecting")).toBeVisible({ timeout: 20_000 });
  await app.installation.resume();

  const interrupted = said(page).getByText(/Interrupted on the server/);
  await expect(interrupted).toBeVisible({ timeout: 45_000 });
  await expect(said(page)).toContainText(before.slice(0, 60));
  await expect(message(page)).toHaveValue(HALF);
  await examine(app, page, "interrupted");
  await page.reload();
  await expect(interrupted).toBeVisible();
  await expect(message(page)).toHaveValue(HALF);

  // The answer comes anew below the part that stays; the problem is not asked twice.
  await page.getByRole("button", { name: "Retry" }).click();
  await expect(said(page)).toHaveCount(2, { timeout: 30_000 });
  await expect(page.getByRole("button", { name: /^(Stop|Retry)$/ })).toHaveCount(0);
  expectNoRepeats(await stored(page));
  await expect(page.getByRole("article", { name: "You said" })).toHaveCount(1);
  await expect(message(page)).toHaveValue(HALF);
});
