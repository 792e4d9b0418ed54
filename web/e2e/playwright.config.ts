import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

/** The browser: RF_CHROMIUM, else the machine's, else Playwright's own download. */
function browser(): string | undefined {
  const named = process.env.RF_CHROMIUM;
  return named ? named : ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
}

const executablePath = browser();
// Chromium's sandbox does not work for root.
const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: "../test-results",
  workers: Number(process.env.RF_E2E_WORKERS ?? 2),
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  // A shared build machine can stall a browser for seconds: once more there, and the report names who needed it.
  retries: process.env.CI ? 2 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: "line",
  use: {
    locale: "en-GB",
    timezoneId: "UTC",
    colorScheme: "dark",
    // Recording costs as much as the test itself: where a failed test runs again, that run is recorded.
    trace: process.env.CI ? "on-first-retry" : "retain-on-failure",
    screenshot: "only-on-failure",
    actionTimeout: 15_000,
    launchOptions: { ...(executablePath ? { executablePath } : {}), args },
  },
  projects: [
    { name: "desktop", use: { viewport: { width: 1440, height: 900 } } },
    {
      name: "phone",
      grep: /@phone/,
      use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
  ],
});
