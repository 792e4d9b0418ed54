import type { Page } from "@playwright/test";
import axe, { type AxeResults, type RunOptions } from "axe-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const COLOURS = ["color-contrast", "link-in-text-block"];

declare global {
  interface Window {
    axe?: { run: (options: RunOptions) => Promise<AxeResults> };
  }
}

/**
 * What axe finds on the page, a line a rule. It runs in the page itself: the wrapper made for Playwright opens a tab for each look, and
 * collects what passed as well. `colours`: contrast alone, where the rest was looked at before.
 */
export async function axeFaults(page: Page, only?: "colours"): Promise<string[]> {
  // A layer in a portal belongs to its trigger, not to a landmark.
  const layers = await page.locator("[data-radix-popper-content-wrapper]").count();
  const options: RunOptions = {
    resultTypes: ["violations"],
    runOnly: only ? { type: "rule", values: COLOURS } : { type: "tag", values: TAGS },
    ...(layers > 0 && !only ? { rules: { region: { enabled: false } } } : {}),
  };
  if (!(await page.evaluate(() => "axe" in window))) {
    await page.evaluate(axe.source);
  }
  return page.evaluate(async (given) => {
    const found = await window.axe?.run(given);
    if (!found) {
      throw new Error("axe did not load");
    }
    return found.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(" ")} ${node.html}`).join(" | ")}`,
    );
  }, options);
}
