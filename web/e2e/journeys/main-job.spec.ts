import type { Page } from "@playwright/test";

import { expect, test } from "../fixtures";
import {
  applyFix,
  closeLane,
  confirm,
  examine,
  inPsa,
  note,
  openNote,
  oursOn,
  pasteOutput,
  reached,
  result,
  rowOf,
  said,
  startFromTicket,
} from "../support/journey";
import { banner, openLane } from "../support/session";

const STORED = [
  "Currently stored credentials:",
  "",
  "    Target: LegacyGeneric:target=MicrosoftOffice16_Data:SSPI:n.harrowgate@quillmere.example",
  "    Type: Generic",
  "    User: n.harrowgate@quillmere.example",
  "    Local machine persistence",
].join("\n");

const DEVICE = [
  "| Device State                                                         |",
  "             AzureAdJoined : YES",
  "              DomainJoined : NO",
  "| SSO State                                                            |",
  "                AzureAdPrt : YES",
].join("\n");

interface Field {
  readonly field: string;
  readonly to: unknown;
}

interface WritePreview {
  readonly rendered: string;
  readonly steps: ReadonlyArray<{ readonly step: string; readonly fields: readonly Field[] }>;
}

/** The fields of one step as the preview names them: `member/id` is the id of the member. */
const planned = (preview: WritePreview, step: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    (preview.steps.find((one) => one.step === step)?.fields ?? []).map(({ field, to }) => [field, to]),
  );

/** A body of the PSA in the words of the preview; a JSON patch by its paths. */
function sent(body: unknown): Readonly<Record<string, unknown>> {
  const flat: Record<string, unknown> = {};
  const put = (name: string, value: unknown) => {
    if (value !== null && typeof value === "object" && "id" in value) {
      flat[`${name}/id`] = value.id;
    } else {
      flat[name] = value;
    }
  };
  if (Array.isArray(body)) {
    for (const { path, value } of body as ReadonlyArray<{ readonly path: string; readonly value: unknown }>) {
      put(path, value);
    }
  } else {
    for (const [name, value] of Object.entries(body as object)) {
      put(name, value);
    }
  }
  return flat;
}

/** Counts how far what is on the page jumps by itself, from the first paint on. */
const watchShifts = (page: Page) =>
  page.addInitScript(() => {
    const kept = { sum: 0 };
    Object.assign(window, { shifts: kept });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Array<PerformanceEntry & { value: number; hadRecentInput: boolean }>) {
        kept.sum += entry.hadRecentInput ? 0 : entry.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });

const shifted = (page: Page) => page.evaluate(() => (window as unknown as { shifts: { sum: number } }).shifts.sum);

test("the main job: ticket, answers, facts, fix, outcome, and one verified note", { tag: "@phone" }, async ({
  page,
  app,
}) => {
  test.slow();
  const ticket = 48_293;
  await app.sim.reset();
  await watchShifts(page);
  await app.signIn(page, { path: "/tickets" });
  await startFromTicket(page, ticket);
  await openLane(page);
  await expect(page.getByRole("region", { name: "What we know" }).locator("[data-fact-card]")).toHaveCount(1);
  // List, text, facts and checks came in, and nothing jumped.
  expect(await shifted(page)).toBeLessThan(0.02);
  await examine(app, page, "1-asked");

  // What the ticket already says is a fact, with the words that prove it.
  const known = page.getByRole("region", { name: "What we know" });
  const first = known.locator("[data-fact-card]").filter({ hasText: "Outlook on the web opened normally" });
  await expect(first.getByRole("img", { name: "Proven by the text" })).toBeVisible();
  await first.getByRole("button", { name: "Show the evidence" }).click();
  await expect(page.getByRole("dialog", { name: "Evidence" })).toContainText("Webmail works with the new password");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Evidence" })).toHaveCount(0);

  await pasteOutput(page, "List the stored Windows credentials", STORED);
  await pasteOutput(page, "Read the device sign-in state", DEVICE);
  await expect(known.locator("[data-fact-card]")).toHaveCount(1);
  await page.getByRole("button", { name: "Send 2 answers" }).click();
  await expect(said(page)).toHaveCount(2);
  await openLane(page);
  await expect(known.getByText("Windows held a stored Office credential")).toBeVisible();
  await expect(known.locator("[data-fact-card]")).toHaveCount(3);
  await closeLane(page);

  await expect(banner(page).getByRole("heading", { name: "Remove the stored Office credentials" })).toBeVisible();
  await expect(banner(page).getByText(/% confidence/)).toBeVisible();
  await examine(app, page, "2-proposed");
  await banner(page).getByRole("button", { name: "Apply fix" }).click();
  await expect(page.getByRole("textbox", { name: "Script" })).toContainText("cmdkey");
  await expect(banner(page).getByText(/% confidence/)).toBeVisible();
  await examine(app, page, "3-script");
  await page.getByRole("region", { name: "Drafted script" }).getByRole("button", { name: "Close" }).click();
  await applyFix(page);
  await expect(banner(page).getByText(/^Applied \d\d:\d\d - /)).toBeVisible();
  await page.getByRole("region", { name: "Drafted script" }).getByRole("button", { name: "Close" }).click();
  await examine(app, page, "4-verifying");
  await banner(page).getByRole("button", { name: "It worked" }).click();
  await expect(banner(page)).toHaveCount(0);
  await expect(page.getByText(/Kit Tarrow recorded for .*: it worked/)).toBeVisible();

  // The preview says what will be written, and nothing was written so far.
  await app.sim.forgetRequests();
  const previews: WritePreview[] = [];
  page.on("response", async (response) => {
    if (response.url().endsWith("/psa-writes/preview") && response.ok()) {
      previews.push((await response.json()) as WritePreview);
    }
  });
  await openNote(page);
  const panel = note(page);
  for (const heading of ["Problem", "What we confirmed", "Root cause", "Resolution"]) {
    await expect(panel.getByRole("heading", { name: heading, exact: true })).toBeVisible();
  }
  await expect(rowOf(panel, "Ticket")).toContainText("CW #48293");
  await expect(rowOf(panel, "Visibility")).toHaveText("Customer can see this");
  await expect(rowOf(panel, "Status")).toContainText("In progress");
  await expect(rowOf(panel, "Status")).toContainText("Resolved");
  await expect(panel.getByRole("textbox", { name: "Minutes worked" })).toHaveValue("15");
  await expect(rowOf(panel, "Since load")).toHaveText("Nothing changed on the ticket");
  await panel.getByRole("button", { name: "Show every field" }).click();
  await expect(panel.getByText("resolutionFlag: true")).toBeVisible();
  await expect(panel.getByText("processNotifications: false").first()).toBeVisible();
  const evidence = panel.getByRole("button", { name: /^Rests on \d fact/ }).first();
  await evidence.scrollIntoViewIfNeeded();
  await evidence.click();
  const proof = page.getByRole("dialog", { name: /^Rests on/ });
  await expect(proof).toContainText("Webmail works with the new password");
  await proof.press("Escape");
  await expect(proof).toHaveCount(0);
  await expect(panel).toBeVisible();
  await examine(app, page, "5-note");
  expect(await reached(app, "writes")).toEqual([]);
  expect(await oursOn(app, ticket)).toEqual([]);

  await confirm(page);
  await expect(result(page).getByText("On the ticket")).toBeVisible({ timeout: 20_000 });
  await expect(result(page).getByText("Verified: ConnectWise shows Resolved.")).toBeVisible();
  await expect(result(page).getByRole("heading", { name: "Resolved" })).toBeVisible();
  await examine(app, page, "6-result");

  const after = await inPsa(app, ticket);
  const [posted, ...more] = await oursOn(app, ticket);
  expect(more).toEqual([]);
  expect(after.ticket.status.name).toBe("Resolved");
  expect(after.mail).toEqual([]);

  // Field by field: what was shown is what the PSA received, and nothing else was written.
  const shown = previews.at(-1) as WritePreview;
  const [noteCall, timeCall, statusCall, ...others] = await reached(app, "writes");
  expect(others).toEqual([]);
  expect(timeCall?.path).toBe("/time/entries");
  expect(noteCall?.path).toBe(`/service/tickets/${ticket}/notes`);
  expect(statusCall?.path).toBe(`/service/tickets/${ticket}`);
  const { text, ...fields } = sent(noteCall?.body);
  const { text: plannedText, ...plannedFields } = planned(shown, "note");
  expect(fields).toEqual(plannedFields);
  expect(plannedText).toBe(shown.rendered);
  expect(withoutReference(text)).toBe(withoutReference(shown.rendered));
  expect(posted?.text).toBe(text);
  expect(sent(statusCall?.body)).toEqual(planned(shown, "status"));
  expect(sent(timeCall?.body)).toEqual(planned(shown, "time"));
  const calls = [noteCall, timeCall, statusCall];
  expect(calls.flatMap((one) => one?.unknown_keys ?? [])).toEqual([]);

  // It stays: after a reload the session is resolved and offers no second post.
  await page.reload();
  await expect(page.getByText(/^Resolved \d\d:\d\d/).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Resolve", exact: true })).toHaveCount(0);
  expect(await oursOn(app, ticket)).toHaveLength(1);
});

/** The reference is made when the write is stored; everything before it was shown. */
const withoutReference = (text: unknown): string =>
  String(text)
    .replace(/\s*Ref RF-\S+\s*$/, "")
    .trim();
