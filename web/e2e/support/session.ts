import { expect, type Locator, type Page } from "@playwright/test";
import type { App } from "../fixtures";

/** Calls the API as the signed-in person of the page. */
export async function call<T>(page: Page, method: string, path: string, data?: unknown): Promise<T> {
  const cookies = await page.context().cookies();
  const token = cookies.find((cookie) => cookie.name === "rf_csrf")?.value ?? "";
  const answer = await page.request.fetch(`/api/v1${path}`, {
    method,
    headers: { "X-CSRF-Token": token, Accept: "application/json" },
    ...(data === undefined ? {} : { data }),
  });
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return (await answer.json()) as T;
}

const FIRST_WORDS = "The account is locked out since this morning, for the second time today.";

/** Starts a session and waits for the first answer. `ticket` null: from words alone. Returns its id; the page shows it. */
export async function startSession(page: Page, ticket: string | null, words: string = FIRST_WORDS): Promise<string> {
  const { session } = await call<{ session: { id: string } }>(page, "POST", "/ai-sessions", {
    ...(ticket ? { ticket_id: ticket, share: true } : {}),
    message: words,
    client_turn_id: crypto.randomUUID(),
  });
  await page.goto(`/pilot/${session.id}`);
  // The answer may open the lane over the conversation where it is a drawer; it is closed again.
  await expect(page.locator("article").filter({ hasText: "Guide" }).first()).toBeAttached();
  const asked = page.locator("[data-lane-item]").or(page.getByRole("button", { name: /^Tasks \d+ open/ }));
  await expect(asked.first()).toBeAttached();
  await closeLane(page);
  await expect(message(page)).toBeVisible();
  return session.id;
}

export const message = (page: Page): Locator => page.getByRole("textbox", { name: "Message", exact: true });
export const banner = (page: Page): Locator => page.getByRole("region", { name: "Suggested fix" });

/** Closes the lane where it is a drawer. */
export async function closeLane(page: Page): Promise<void> {
  const close = page.getByRole("button", { name: "Close the task lane" });
  await expect(async () => {
    if (await close.isVisible()) {
      await close.click({ timeout: 1000 });
    }
    await expect(message(page)).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 15_000 });
}

/** The lane: beside the conversation, or its drawer, opened where it is one. */
export async function openLane(page: Page): Promise<void> {
  const tasks = page.getByRole("button", { name: /^Tasks/ });
  const lane = page.getByRole("heading", { name: "Task lane" });
  if (!(await lane.isVisible()) && (await tasks.isVisible())) {
    await tasks.click();
  }
  await expect(lane).toBeVisible();
}

const LOCKED = [
  "SamAccountName         : t.eyre",
  "Enabled                : True",
  "LockedOut              : True",
  "PasswordExpired        : False",
].join("\n");

/** Answers what the guide asks about a locked account until it suggests a fix. */
export async function untilFix(page: Page): Promise<void> {
  const open = page
    .locator("[data-lane-item]")
    .filter({ has: page.getByRole("button", { name: "Skip", exact: true }) });
  const send = page.getByRole("button", { name: /^Send \d+ answers?$/ });
  for (let step = 0; step < 16; step += 1) {
    await openLane(page);
    // Under an open drawer the banner is there, but out of reach.
    const fix = page.locator('section[aria-label="Suggested fix"]');
    await expect(open.or(send).or(fix).first()).toBeAttached();
    if ((await fix.count()) > 0) {
      await closeLane(page);
      return;
    }
    if ((await open.count()) > 0) {
      await settle(page, open.first());
    } else {
      // The last answer may have sent itself meanwhile.
      await send.click({ timeout: 2000 }).catch(() => undefined);
    }
  }
  await expect(banner(page)).toBeVisible();
}

/** One open item: its first option, the output of its command, or done. */
async function settle(page: Page, item: Locator): Promise<void> {
  const id = await item.getAttribute("data-lane-item");
  const card = page.locator(`[data-lane-item="${id}"]`);
  const paste = card.getByRole("button", { name: "Paste output" });
  const done = card.getByRole("button", { name: "Done", exact: true });
  if (await paste.count()) {
    await paste.click();
    await card.getByRole("textbox").fill(LOCKED);
    await card.getByRole("button", { name: "Keep output" }).click();
  } else if (await done.count()) {
    await done.click();
  } else {
    await card.getByRole("button").first().click();
  }
  await expect(card.getByRole("button", { name: "Skip", exact: true })).toHaveCount(0);
}

/** Says that the suggested fix was carried out. */
export async function carryOut(page: Page): Promise<void> {
  await closeLane(page);
  await page.getByRole("button", { name: "Apply fix" }).click();
  const run = page.getByRole("button", { name: /^Run as one-off/ });
  await expect(run.or(page.getByRole("button", { name: "I did this" }))).toBeVisible();
  await expect(banner(page).getByText(/confidence/)).toBeVisible();
  await ((await run.isVisible()) ? run : page.getByRole("button", { name: "I did this" })).click();
  await expect(page.getByRole("button", { name: "It worked" })).toBeVisible();
  await page.keyboard.press("Control+g");
}

/** Ticks what has to be ticked and posts. */
export async function post(page: Page): Promise<void> {
  const confirm = page.getByRole("button", { name: /^Confirm & (post|resolve)/ });
  await expect(page.getByText("Current", { exact: true })).toHaveCount(1);
  const tick = page.getByRole("checkbox", { name: /^Post with/ });
  if (await tick.isVisible()) {
    await tick.check();
  }
  await expect(confirm).not.toHaveAttribute("aria-disabled", "true");
  await confirm.click();
}

interface Note {
  readonly ticketId: number;
  readonly text: string;
}

/** Notes on a ticket of the simulator that hold a reference of ours. */
export async function ourNotes(app: App, ticket: string): Promise<readonly string[]> {
  const { notes } = (await app.sim.state()) as { readonly notes: readonly Note[] };
  return notes
    .filter((note) => String(note.ticketId) === ticket && /Ref RF-[A-Z0-9]{10}/.test(note.text))
    .map((note) => note.text);
}

/** The status a ticket has in the simulator. */
export async function statusOf(app: App, ticket: string): Promise<string> {
  const { tickets } = (await app.sim.state()) as {
    readonly tickets: ReadonlyArray<{ readonly id: number; readonly status: { readonly name: string } }>;
  };
  return tickets.find((one) => String(one.id) === ticket)?.status.name ?? "";
}
