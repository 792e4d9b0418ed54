import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";
import { type App, settled, THEMES } from "../fixtures";
import { banner, openLane } from "./session";

export interface PsaNote {
  readonly id: number;
  readonly text: string;
  readonly detailDescriptionFlag: boolean;
  readonly internalAnalysisFlag: boolean;
  readonly resolutionFlag: boolean;
  readonly member?: { readonly id: number; readonly name: string };
}

/** One ticket of the simulated PSA with everything on it. */
export interface PsaTicket {
  readonly ticket: { readonly id: number; readonly status: { readonly id: number; readonly name: string } };
  readonly notes: readonly PsaNote[];
  readonly mail: readonly unknown[];
}

export interface PsaRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly fault: string | null;
  readonly unknown_keys: readonly string[];
}

/** What the PSA itself holds about a ticket now. */
export async function inPsa(app: App, ticket: number): Promise<PsaTicket> {
  return (await app.sim.call("GET", `/state?ticket_id=${ticket}`)) as PsaTicket;
}

/** The notes on a ticket that carry a reference of ours. */
export async function oursOn(app: App, ticket: number): Promise<readonly PsaNote[]> {
  return (await inPsa(app, ticket)).notes.filter((note) => /Ref RF-[A-Z2-7]{10}/.test(note.text));
}

/** What reached the PSA, oldest first; `writes` leaves out what only reads. */
export async function reached(app: App, which: "all" | "writes"): Promise<readonly PsaRequest[]> {
  const { requests } = (await app.sim.requests()) as { readonly requests: readonly PsaRequest[] };
  return which === "all" ? requests : requests.filter((request) => request.method !== "GET");
}

export const said = (page: Page): Locator => page.getByRole("article", { name: "FlowPilot said" });
export const saying = (page: Page): Locator => page.getByRole("article", { name: "FlowPilot is saying" });
export const note = (page: Page): Locator => page.getByRole("dialog", { name: "Resolution note" });
export const result = (page: Page): Locator => page.getByRole("dialog", { name: "What was written" });
export const confirmPost = (page: Page): Locator => page.getByRole("button", { name: /^Confirm & (post|resolve)/ });

/** A row of a definition list or card: the value beside its name. */
export const rowOf = (box: Locator, name: string): Locator =>
  box
    .getByRole("term")
    .filter({ hasText: new RegExp(`^${name}$`) })
    .locator("xpath=following-sibling::dd[1]");

/**
 * A state worth looking at: axe finds nothing in dark nor in light. With $RF_SHOTS a picture of both is kept there.
 */
export async function examine(app: App, page: Page, name: string): Promise<void> {
  for (const theme of THEMES) {
    await app.setTheme(page, theme);
    // Themes differ in colours alone.
    await app.expectAxeClean(page, theme === THEMES[0] ? undefined : "colours");
    const pushed = await page.evaluate(() => document.querySelector("#main")?.scrollTop ?? 0);
    expect(pushed, "nothing pushed the frame away").toBe(0);
    await expectInside(page);
    await picture(page, `${name}-${theme}`);
  }
  await app.setTheme(page, "dark");
}

/** No button is cut off at the right edge, unless what holds it scrolls. */
async function expectInside(page: Page): Promise<void> {
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll("#main button, [role=dialog] button")]
      .filter((button) => {
        const { right, width } = button.getBoundingClientRect();
        return width > 0 && right > document.documentElement.clientWidth + 1;
      })
      .map((button) => button.textContent || button.getAttribute("aria-label")),
  );
  expect(cut, "buttons cut off at the edge").toEqual([]);
  const below = await page.evaluate(() => {
    const composer = document.querySelector("[aria-label=Composer]")?.getBoundingClientRect();
    return composer ? Math.round(composer.bottom - window.innerHeight) : 0;
  });
  expect(below, "px of the composer below the screen").toBeLessThanOrEqual(0);
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.RF_SHOTS;
  if (folder) {
    mkdirSync(folder, { recursive: true });
    await settled(page);
    await page.screenshot({ path: join(folder, `${name}-${page.viewportSize()?.width ?? 0}.png`) });
  }
}

/** From the ticket's panel to the pilot's first answer. */
export async function startFromTicket(page: Page, ticket: number): Promise<void> {
  await page.goto(`/tickets?ticket=${ticket}`);
  const panel = page.getByRole("complementary", { name: "Ticket" }).or(page.getByRole("dialog", { name: "Ticket" }));
  await panel.getByRole("button", { name: "Start FlowPilot" }).click();
  await expect(page).toHaveURL(/\/pilot\/[0-9a-f-]{36}/);
  await expect(said(page).first()).toBeVisible();
}

/** The note rests on the newest state, and what will be written was looked up. */
export const noteIsCurrent = (page: Page): Promise<void> =>
  expect(note(page).getByText("Current", { exact: true })).toHaveCount(1);

/** Opens the note of the session and waits until what will be written is known. */
export async function openNote(page: Page): Promise<void> {
  await openLane(page);
  await page.getByRole("button", { name: "Resolve", exact: true }).last().click();
  await expect(note(page)).toBeVisible();
  await noteIsCurrent(page);
}

/** Posts the open note; sentences without evidence are ticked as such. */
export async function confirm(page: Page): Promise<void> {
  await noteIsCurrent(page);
  await expect(confirmPost(page)).toBeVisible();
  const tick = note(page).getByRole("checkbox", { name: /^Post with/ });
  if (await tick.isVisible()) {
    await tick.check();
  }
  await expect(confirmPost(page)).not.toHaveAttribute("aria-disabled", "true");
  await confirmPost(page).click();
}

/** Keeps the output of a check; it waits for *Send*. */
export async function pasteOutput(page: Page, check: string, output: string): Promise<void> {
  const card = page.locator("[data-lane-item]").filter({ hasText: check });
  await card.getByRole("button", { name: "Paste output" }).click();
  await page.getByRole("textbox", { name: "Output" }).fill(output);
  await page.getByRole("button", { name: "Keep output" }).click();
  await expect(page.getByRole("button", { name: "Keep output" })).toHaveCount(0);
}

/** Closes the lane where it is a drawer, so that the conversation can be used. */
export async function closeLane(page: Page): Promise<void> {
  const drawer = page.getByRole("dialog", { name: "Task lane" });
  if (await drawer.isVisible()) {
    await page.keyboard.press("Escape");
    await expect(drawer).toBeHidden();
  }
}

/** Carries the suggested fix out; ends in *Verifying*. */
export async function applyFix(page: Page): Promise<void> {
  await banner(page).getByRole("button", { name: "Apply fix" }).click();
  const act = page.getByRole("button", { name: /^(Run as one-off|I did this)/ });
  await expect(act).toBeVisible();
  await act.click();
  await expect(banner(page).getByRole("button", { name: "It worked" })).toBeVisible();
}
