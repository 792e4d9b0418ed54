import { expect, test } from "../fixtures";
import { examine } from "../support/journey";

test.use({ upArguments: ["--no-demo"] });

test("an empty installation makes its first account, signs it in, and offers it once", async ({ page, app }) => {
  await page.goto("/tickets");
  // Nobody can sign in yet.
  await expect(page).toHaveURL(/\/welcome$/);
  await page.goto(app.installation.ready.welcome ?? "/");
  await expect(page.getByLabel("Company")).toBeFocused();
  await examine(app, page, "welcome");
  await page.setViewportSize({ width: 390, height: 844 });
  await examine(app, page, "welcome");

  // With the keyboard alone.
  await page.keyboard.type("Oakmere IT");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Rin Halloway");
  await page.keyboard.press("Tab");
  await page.keyboard.type("rin@oakmere.example");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Password1234");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/among those that are tried first/)).toBeVisible();
  await examine(app, page, "welcome-weak");
  await page.getByLabel("Password", { exact: true }).fill("seven quiet herons");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "First steps" })).toBeVisible();
  await examine(app, page, "first-steps");
  await page.setViewportSize({ width: 1440, height: 900 });
  await examine(app, page, "first-steps");

  await page.getByRole("link", { name: "Start a session" }).click();
  await expect(page.getByRole("textbox", { name: "What are you troubleshooting?" })).toBeVisible();
  await page.goto(app.installation.ready.welcome ?? "/");
  await expect(page).toHaveURL(/\/$/);
  await page.context().clearCookies();
  await page.goto("/welcome");
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});
