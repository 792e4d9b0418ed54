/**
 * The browser side of `./rf bench tickets`: opens Tickets from Home again and again with nothing kept, and prints the median of the
 * milliseconds from the click to the first painted row as JSON.
 */
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "@playwright/test";

const asked = JSON.parse(readFileSync(0, "utf8"));
const named =
  process.env.RF_CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
const browser = await chromium.launch({
  ...(named ? { executablePath: named } : {}),
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
try {
  const taken = [];
  for (let round = 0; round < asked.rounds; round += 1) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await context.addCookies(
      Object.entries(asked.cookies).map(([name, value]) => ({ name, value, url: asked.url, sameSite: "Strict" })),
    );
    const page = await context.newPage();
    await page.goto(`${asked.url}/account`);
    const link = page.getByRole("link", { name: "Tickets", exact: true });
    await link.waitFor();
    // What is fetched ahead while the page rests is part of the product.
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve, 300))));
    taken.push(
      await page.evaluate(
        () =>
          new Promise((resolve) => {
            const tickets = [...document.querySelectorAll("a")].find((one) => one.getAttribute("href") === "/tickets");
            const started = performance.now();
            const look = () => {
              if (document.querySelector('table[aria-label="Tickets"] tbody tr')) {
                requestAnimationFrame(() => resolve(performance.now() - started));
              } else {
                requestAnimationFrame(look);
              }
            };
            tickets?.click();
            look();
          }),
      ),
    );
    await context.close();
  }
  taken.sort((a, b) => a - b);
  console.log(JSON.stringify({ median: Math.round(taken[Math.floor(taken.length / 2)]) }));
} finally {
  await browser.close();
}
