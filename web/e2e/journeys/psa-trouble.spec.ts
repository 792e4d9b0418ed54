import { expect, test } from "../fixtures";
import { confirm, examine, inPsa, note, openNote, oursOn, reached, result, rowOf } from "../support/journey";
import { startSession } from "../support/session";

test.beforeEach(async ({ app }) => {
  await app.sim.reset();
});
test.afterEach(async ({ app }) => {
  await app.sim.clearFaults();
});

test("the reply is lost after the PSA stored the note: one note, found again", async ({ page, app }) => {
  test.slow();
  const ticket = 48_289;
  await app.signIn(page);
  await startSession(page, String(ticket), "The laptop says that disk space is low.");
  await openNote(page);
  await app.sim.addFault({ kind: "reply_lost", method: "POST", path: `/service/tickets/${ticket}/notes`, times: 1 });
  await app.sim.forgetRequests();
  await confirm(page);
  await expect(result(page).getByText("Verified: ConnectWise shows Resolved.")).toBeVisible({ timeout: 30_000 });
  await expect(result(page).getByText("On the ticket")).toBeVisible();
  expect(await oursOn(app, ticket)).toHaveLength(1);
  const posts = (await reached(app, "writes")).filter((request) => request.path.endsWith("/notes"));
  expect(posts.map((request) => request.fault)).toEqual(["reply_lost"]);
});

test("the PSA ignores the status: still open, and only the status is tried again", async ({ page, app }) => {
  test.slow();
  const ticket = 48_258;
  await app.signIn(page);
  await startSession(page, String(ticket), "No internet on one PC at the front desk.");
  await openNote(page);
  await confirm(page);
  const card = result(page);
  await expect(card.getByRole("heading", { name: "Note posted, status not changed" })).toBeVisible({ timeout: 30_000 });
  await expect(card.getByText("On the ticket")).toBeVisible();
  await expect(card.getByText(/ConnectWise shows Assigned/)).toBeVisible();
  await expect(card.getByText("Still open")).toBeVisible();
  await expect(page.getByText(/^Resolved \d\d:\d\d/)).toHaveCount(0);
  expect((await inPsa(app, ticket)).ticket.status.name).toBe("Assigned");
  expect(await oursOn(app, ticket)).toHaveLength(1);
  await examine(app, page, "status-ignored");

  // Found again after a reload; the note is not offered a second time.
  await page.reload();
  await expect(card).toBeHidden();
  await page.getByRole("button", { name: "More for this session" }).click();
  await page.getByRole("menuitem", { name: /written/ }).click();
  await expect(card.getByText("Still open")).toBeVisible();
  await expect(page.getByRole("button", { name: /Confirm & post/ })).toHaveCount(0);

  await app.sim.person({ action: "unlock_status", ticket_id: ticket });
  await app.sim.forgetRequests();
  await card.getByRole("button", { name: "Retry status only" }).click();
  await expect(card.getByText("Verified: ConnectWise shows Resolved.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/^Resolved \d\d:\d\d/).first()).toBeVisible();
  expect((await reached(app, "writes")).map((request) => request.method)).toEqual(["PATCH"]);
  expect((await inPsa(app, ticket)).ticket.status.name).toBe("Resolved");
  expect(await oursOn(app, ticket)).toHaveLength(1);
});

test("the PSA is down and comes back: the write finishes by itself, in every open tab", async ({
  page,
  app,
  context,
}) => {
  test.slow();
  const ticket = 48_284;
  await app.signIn(page);
  const id = await startSession(page, String(ticket), "VPN error 809 from home since the new router.");
  await openNote(page);
  await expect(rowOf(note(page), "Since load")).toHaveText("Nothing changed on the ticket");
  await app.sim.addFault({ kind: "503", path: "/service/tickets/*", times: 0 });
  await confirm(page);
  await expect(result(page).getByText(/^Trying again at/)).toBeVisible({ timeout: 45_000 });
  await examine(app, page, "psa-down");
  expect(await oursOn(app, ticket)).toEqual([]);
  const second = await context.newPage();
  await second.goto(`/pilot/${id}`);
  await expect(second.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(second.getByText(/^Resolved \d\d:\d\d/)).toHaveCount(0);
  await app.sim.clearFaults();
  await expect(result(page).getByText("Verified: ConnectWise shows Resolved.")).toBeVisible({ timeout: 60_000 });
  await expect(second.getByText(/^Resolved \d\d:\d\d/).first()).toBeVisible();
  expect(await oursOn(app, ticket)).toHaveLength(1);
});
