/**
 * The browser side of `./rf bench render`: opens the session it is told on standard input, asks one thing, and measures the page while
 * the answer streams in. Prints its figures as JSON; milliseconds.
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
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "dark" });
  await context.addCookies(
    Object.entries(asked.cookies).map(([name, value]) => ({ name, value, url: asked.url, sameSite: "Strict" })),
  );
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(`${asked.url}/pilot/${asked.session}`);
  const field = page.getByRole("textbox", { name: "Message", exact: true });
  await field.waitFor();
  const cdp = await context.newCDPSession(page);
  // Processor time of the page's thread: says the same on a busy machine, where frames wait for other processes.
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  if (asked.slowdown > 1) {
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: asked.slowdown });
  }
  const answers = page.getByRole("article", { name: "FlowPilot said" });
  const before = await answers.count();
  const idle = await page.evaluate(() => globalThis.frames_.over(3000));
  await field.fill("Please explain everything");
  await page.evaluate(() => globalThis.frames_.start());
  await page.keyboard.press("Enter");
  await page.getByRole("article", { name: "FlowPilot is saying" }).waitFor();
  await page.evaluate(() => globalThis.frames_.textSeen());
  const spentBefore = await spent(cdp);
  await page.waitForFunction(
    (count) => document.querySelectorAll('article[aria-label="FlowPilot said"]').length > count,
    before,
    {
      timeout: 180_000,
      polling: 500,
    },
  );
  const streamed = await page.evaluate(() => globalThis.frames_.stop());
  const said = (await answers.last().textContent()) ?? "";
  const own = Object.fromEntries(
    Object.entries(await spent(cdp)).map(([name, seconds]) => [
      name,
      Math.round(((seconds - spentBefore[name]) / streamed.seconds) * 1000) / 10,
    ]),
  );
  console.log(
    JSON.stringify({ idle, streamed, "processor of the page, %": own, "words in the page": said.split(/\s+/).length }),
  );
} finally {
  await browser.close();
}

async function spent(cdp) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const of = (name) => metrics.find((one) => one.name === name)?.value ?? 0;
  return { all: of("TaskDuration"), script: of("ScriptDuration"), layout: of("LayoutDuration") };
}

/** Runs in the page, before its own script. */
function watch() {
  let frames = [];
  let tasks = [];
  let last = null;
  let first = 0;
  const tick = (now) => {
    if (last !== null) {
      frames.push(now - last);
    }
    last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      tasks.push(entry.duration);
    }
  }).observe({ entryTypes: ["longtask"] });
  const start = () => {
    frames = [];
    tasks = [];
    last = null;
    first = performance.now();
  };
  const stop = () => {
    const sorted = frames.toSorted((a, b) => a - b);
    const at = (share) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
    return {
      "frame p50, p95, p99, max": [at(0.5), at(0.95), at(0.99), at(0.999999)],
      "tasks over 50 ms": tasks.length,
      "tasks over 100 ms": tasks.filter((one) => one > 100).length,
      "longest task": Math.round(Math.max(0, ...tasks)),
      seconds: Math.round((performance.now() - first) / 100) / 10,
    };
  };
  globalThis.frames_ = {
    start,
    stop,
    textSeen: () => {
      first = performance.now();
    },
    over: async (ms) => {
      start();
      await new Promise((done) => setTimeout(done, ms));
      return stop();
    },
  };
}
