import { expect, test } from "../fixtures";
import { closeLane, confirm, examine, openNote, reached, result, said } from "../support/journey";
import { message, openLane } from "../support/session";

test("words alone, in a workspace with a PSA: resolved here, and nothing is written there", async ({ page, app }) => {
  await app.signIn(page);
  await expect(page.getByRole("region", { name: "Ticket queue" }).getByRole("link").first()).toBeVisible();
  await app.sim.forgetRequests();
  const box = page.getByRole("textbox", { name: "What are you troubleshooting?" });
  await box.fill("The label printer in the shop prints nothing, the queue is stuck");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/pilot\/[0-9a-f-]{36}/);
  await expect(said(page)).toHaveCount(1);
  await openLane(page);
  await expect(page.getByText("Saved here, nothing is posted")).toBeVisible();
  await openNote(page);
  await expect(page.getByText("Saved here only. Nothing is posted to a ticket.")).toBeVisible();
  await confirm(page);
  await expect(result(page).getByText(/Nothing was sent to a ticket/)).toBeVisible();
  await expect(page.getByText(/^Resolved \d\d:\d\d/).first()).toBeVisible();
  expect(await reached(app, "writes")).toEqual([]);
});

test("a workspace without a PSA has no Tickets, works a problem and resolves it here", async ({ page, app }) => {
  const { email, password } = await app.installation.outsider();
  const answer = await page.request.post("/api/v1/auth/login", { data: { email, password } });
  expect(answer.status()).toBe(200);
  await app.sim.forgetRequests();
  await page.goto("/");
  const box = page.getByRole("textbox", { name: "What are you troubleshooting?" });
  await expect(box).toBeVisible();
  await expect(page.getByRole("link", { name: "Tickets" })).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Ticket queue" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Link ticket" })).toHaveCount(0);
  await examine(app, page, "without-psa-home");

  await box.fill("VPN error 809 from home since the new router");
  await page.keyboard.press("Enter");
  await expect(said(page)).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Link ticket" })).toHaveCount(0);
  await closeLane(page);
  await message(page).fill("It was the router: VPN passthrough was off, now it connects");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(said(page)).toHaveCount(2);
  await openNote(page);
  await confirm(page);
  await expect(result(page).getByRole("heading", { name: "Resolved" })).toBeVisible();
  await expect(page.getByText(/^Resolved \d\d:\d\d/).first()).toBeVisible();
  expect(await reached(app, "all")).toEqual([]);
});
