import { expect, test } from "../fixtures";
import { examine } from "../support/journey";
import { call, openLane, startSession, untilFix } from "../support/session";

/** Everything that acts; a viewer may search, open, copy and read. */
const ACTS =
  /^(Send|Stop|Resolve|Escalate|Retry|Continue|Reopen|Keep|Skip|Don't know|Paste (output|logs|combined output)|Add (a note|note|result)|Done|Promote|Change|Confirm.*|Dismiss|Apply fix|It worked|Didn't work|Run as one-off|I did this|Edit.*|Delete.*|Start.*|New.*|Link ticket|More for this session|Status: .*Change it.*)$/;

test("a viewer reads along and finds no acting control on any page", { tag: "@phone" }, async ({
  page,
  app,
  browser,
  isMobile,
}) => {
  test.slow();
  await app.signIn(page, { as: "owner" });
  await call(page, "PATCH", "/accounts/me/preferences", { preferences: { team_can_view_sessions: true } });
  const id = await startSession(page, "48285");
  await untilFix(page);

  const context = await browser.newContext({ baseURL: app.url, colorScheme: "dark" });
  const viewer = await context.newPage();
  await app.signIn(viewer, { as: "viewer", path: `/pilot/${id}` });
  await expect(viewer.getByText("Read access")).toBeVisible();
  await expect(viewer.getByRole("region", { name: "Suggested fix" })).toBeVisible();
  if (!isMobile) {
    await expect(
      viewer
        .getByRole("region", { name: "Active sessions" })
        .getByRole("link", { name: /Account locked out twice/ })
        .first(),
    ).toBeVisible();
  }
  await openLane(viewer);
  await expect(viewer.getByRole("region", { name: "What we know" })).toBeVisible();
  await examine(app, viewer, "viewer-session");
  for (const path of [`/pilot/${id}`, "/", "/pilot", "/tickets", "/tickets?ticket=48285", "/nowhere"]) {
    await viewer.goto(path);
    // A ticket is a sheet over the page on a small screen: then its heading is the one there is.
    await expect(viewer.getByRole("heading").first()).toBeVisible();
    if (!isMobile) {
      await expect(
        viewer.getByText("Pia Lindqvist").or(viewer.getByRole("button", { name: /theme, sign out/ })),
      ).not.toHaveCount(0);
    }
    await expect(viewer.locator("#main, [role=dialog]").getByRole("button", { name: ACTS }), path).toHaveCount(0);
    await expect(viewer.getByRole("link", { name: /^New( session)?$/ }), path).toHaveCount(0);
    await expect(viewer.getByRole("textbox", { name: /^(Message|Answer|What are you)/ }), path).toHaveCount(0);
    await expect(viewer.getByRole("checkbox"), path).toHaveCount(0);
  }
  // What there is to read is there.
  await viewer.goto("/");
  await expect(viewer.getByRole("region", { name: "Ticket queue" }).getByRole("link").first()).toBeVisible();
  await viewer.goto("/tickets?ticket=48285");
  await expect(viewer.getByRole("region", { name: "Notes" }).getByRole("listitem").first()).toBeVisible();
  // The keys that act do nothing either.
  await viewer.goto(`/pilot/${id}`);
  await expect(viewer.getByText("Read access")).toBeVisible();
  for (const key of ["1", "n", "Control+g", "Control+."]) {
    await viewer.keyboard.press(key);
  }
  await expect(viewer.getByRole("button", { name: ACTS })).toHaveCount(0);
  await context.close();
});

test("another account's session, lane and note are not found, by address and by API", async ({
  page,
  app,
  browser,
}) => {
  await app.signIn(page);
  const id = await startSession(page, null, "Invented words that only Kestrelford may read");
  const { email, password } = await app.installation.outsider();
  const context = await browser.newContext({ baseURL: app.url });
  const other = await context.newPage();
  const answer = await other.request.post("/api/v1/auth/login", { data: { email, password } });
  expect(answer.status()).toBe(200);
  await other.goto(`/pilot/${id}`);
  await expect(other.getByText("This session was not found, or it is not yours to see")).toBeVisible();
  await expect(other.locator("body")).not.toContainText("only Kestrelford");
  await examine(app, other, "other-tenant");
  for (const path of ["", "/messages", "/lane", "/facts", "/suggested-fixes", "/hypotheses"]) {
    expect((await other.request.get(`/api/v1/ai-sessions/${id}${path}`)).status(), path).toBe(404);
  }
  await other.goto("/pilot");
  await expect(other.getByRole("region", { name: "Sessions", exact: true })).toBeVisible();
  await expect(other.locator("body")).not.toContainText("only Kestrelford");
  await context.close();
});
