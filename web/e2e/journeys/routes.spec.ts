import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures";
import { examine } from "../support/journey";
import { call } from "../support/session";

/** Every route by its address, with what shows that it is there. */
const ROUTES: ReadonlyArray<readonly [name: string, path: string, heading: string | RegExp]> = [
  ["home", "/", /^(What are you troubleshooting\?|Home)$/],
  ["new-session", "/pilot", "New session"],
  ["unknown-session", "/pilot/01a1f959-fd00-713f-ac38-103e13d3412e", "Not found"],
  ["tickets", "/tickets", "Tickets"],
  ["history", "/sessions", "History"],
  ["account", "/account", "Account"],
  ["profile", "/account/profile", "Profile"],
  ["preferences", "/account/preferences", "Preferences"],
  ["engines", "/account/engines", "Engines"],
  ["nowhere", "/nowhere", "Not found"],
];

/** Pages without a list that has to be there first. */
const PLAIN = ["/nowhere", "/pilot", "/sessions", "/account", "/account/engines"];

test("every route holds in both themes", { tag: "@phone" }, async ({ page, app }) => {
  test.slow();
  await page.goto("/sign-in");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await examine(app, page, "route-sign-in");
  await app.signIn(page);
  for (const [name, path, heading] of ROUTES) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
    await expect(page.getByText(/^Loading/)).toHaveCount(0);
    await examine(app, page, `route-${name}`);
  }
  // What a link shows, and one that shows nothing, to somebody without a sign-in.
  const url = await shared(page);
  await page.context().clearCookies();
  for (const [name, path, heading] of [
    ["shared", url, "The scanner is offline"],
    ["shared-dead", `${url}x`, "This link does not work"],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
    await examine(app, page, `route-${name}`);
  }
  await app.signIn(page);
  // The old address of sessions still leads there.
  await page.goto("/assistant");
  await expect(page).toHaveURL(/\/pilot$/);
});

/** The path of a share link of a new session. */
async function shared(page: Page): Promise<string> {
  const { session } = await call<{ session: { id: string } }>(page, "POST", "/ai-sessions", {
    title: "The scanner is offline",
  });
  await call(page, "POST", `/ai-sessions/${session.id}/facts`, { text: "The scanner answers to ping." });
  const { url } = await call<{ url: string }>(page, "POST", `/ai-sessions/${session.id}/shares`, {});
  return new URL(url).pathname;
}

test("nothing scrolls sideways, down to 320 px", async ({ page, app }) => {
  await app.signIn(page);
  for (const path of [...PLAIN, "/", "/tickets", "/tickets?ticket=48293&q=outlook"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    if (!PLAIN.includes(path)) {
      const rows = page
        .locator("[data-ticket]")
        .or(page.getByRole("region", { name: "Ticket queue" }).getByRole("link"));
      await expect(rows.first()).toBeAttached();
    }
    for (const width of [320, 390, 640, 1024, 1199, 1200, 1280, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(over, `${path} at ${width}`).toBe(0);
    }
  }
});
