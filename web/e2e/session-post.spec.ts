import { expect, test } from "./fixtures";
import { openLane, ourNotes, post, startSession } from "./support/session";

test.afterEach(async ({ app }) => {
  await app.sim.clearFaults();
});

const resolve = async (page: Parameters<typeof post>[0]) => {
  await openLane(page);
  await page.getByRole("button", { name: "Resolve", exact: true }).last().click();
  await post(page);
};

// Tickets are few and other journeys write on them as well: each of these begins with the PSA as it was.
test.beforeEach(async ({ app }) => {
  await app.sim.reset();
});

test("the PSA ignores the status: the card says so, and only the status is tried again", async ({ page, app }) => {
  test.slow();
  await app.signIn(page);
  await startSession(page, "48276", "The scanner cannot write to the file share.");
  await app.sim.addFault({ kind: "status_ignored", method: "PATCH", path: "/service/tickets/48276", times: 1 });
  await resolve(page);
  const result = page.getByRole("dialog", { name: "What was written" });
  await expect(result.getByText("Note posted, status not changed")).toBeVisible({ timeout: 30_000 });
  await expect(result.getByText("Still open", { exact: true })).toBeVisible();
  expect(await ourNotes(app, "48276")).toHaveLength(1);
  await result.getByRole("button", { name: "Retry status only" }).click();
  await expect(result.getByText(/Verified: ConnectWise shows/)).toBeVisible({ timeout: 30_000 });
  expect(await ourNotes(app, "48276")).toHaveLength(1);
});

test("the reply is lost after the note was stored: one note, and the card finds it", async ({ page, app }) => {
  test.slow();
  await app.signIn(page);
  await startSession(page, "48289", "The laptop says that disk space is low.");
  await app.sim.addFault({ kind: "reply_lost", method: "POST", path: "/service/tickets/48289/notes", times: 1 });
  await resolve(page);
  const result = page.getByRole("dialog", { name: "What was written" });
  await expect(result.getByText("On the ticket", { exact: true })).toBeVisible({ timeout: 45_000 });
  expect(await ourNotes(app, "48289")).toHaveLength(1);
});

test("the PSA is down: it waits, and goes on by itself when it is back", async ({ page, app }) => {
  test.slow();
  await app.signIn(page);
  await startSession(page, "48284", "VPN error 809 from home since the new router.");
  await openLane(page);
  await page.getByRole("button", { name: "Resolve", exact: true }).last().click();
  await expect(page.getByText("What exactly will be written")).toBeVisible();
  await expect(page.getByText(/Nothing changed on the ticket/)).toBeVisible();
  await app.sim.addFault({ kind: "503", path: "/service/tickets/48284*", times: 0 });
  await post(page);
  const result = page.getByRole("dialog", { name: "What was written" });
  await expect(result.getByText(/Trying again at|Not written yet|Writing/).first()).toBeVisible({ timeout: 45_000 });
  expect(await ourNotes(app, "48284")).toHaveLength(0);
  await app.sim.clearFaults();
  await expect(result.getByText("On the ticket", { exact: true })).toBeVisible({ timeout: 60_000 });
  expect(await ourNotes(app, "48284")).toHaveLength(1);
});
