import { test as base, expect, type Page } from "@playwright/test";
import { axeFaults } from "./support/axe";
import { type Environment, Installation, type Role } from "./support/installation";
import { Simulator } from "./support/simulator";

/**
 * Journeys run against the real product: one `resolutionflow up` per worker ($RF_CLI, built web app in its package), on a data
 * directory of its own, with the demo workspace and the ConnectWise simulator.
 *
 *   test("...", async ({ page, app }) => { await app.signIn(page); ... await app.expectAxeClean(page); })
 *
 * `app.signIn(page, who?)`: by role or e-mail, through the API once and from then on with its cookies, then opens `path`. A test
 * tagged `@phone` runs on the small screen too: for what the size of the screen changes. `app.sim`: the simulator's control interface.
 * `app.setTheme(page, "light")`. `app.installation.restart()`: as after a crash. Every test fails on an uncaught error of the page,
 * on anything its content policy refuses, and on a request to another host.
 */

// Well within the life of an access token: a kept refresh token, used twice, would end the whole sign-in.
const SIGN_IN_KEPT_MS = 3 * 60_000;

export type Theme = "dark" | "light";
export const THEMES: readonly Theme[] = ["dark", "light"];

interface SignInOptions {
  /** A role of the demo workspace, or an e-mail address; the demo engineer when left out. */
  readonly as?: Role | (string & {});
  readonly path?: string;
}

export class App {
  readonly installation: Installation;

  constructor(installation: Installation) {
    this.installation = installation;
  }

  get url(): string {
    return this.installation.url;
  }

  get sim(): Simulator {
    const { connectwise } = this.installation.ready;
    if (!connectwise) {
      throw new Error("This installation runs without the ConnectWise simulator");
    }
    return new Simulator(connectwise.control_url);
  }

  /** Address and password of a person of the demo workspace. */
  credentials(as?: string): { readonly email: string; readonly password: string } {
    const { demo } = this.installation.ready;
    if (!demo) {
      throw new Error("This installation runs without the demo workspace");
    }
    if (!as) {
      return demo;
    }
    const found = demo.users.find((user) => user.email === as) ?? demo.users.find((user) => user.role === as);
    if (!found) {
      throw new Error(`Nobody in the demo workspace is ${as}`);
    }
    return found;
  }

  /** Signs the page's context in and opens a page of the app. */
  async signIn(page: Page, options: SignInOptions = {}): Promise<void> {
    const { email, password } = this.credentials(options.as);
    const kept = this.installation.signIns.get(email);
    if (kept && Date.now() - kept.at < SIGN_IN_KEPT_MS) {
      await page.context().addCookies([...kept.cookies]);
    } else {
      const answer = await page.request.post(`${this.url}/api/v1/auth/login`, { data: { email, password } });
      expect(answer.status(), await answer.text()).toBe(200);
      this.installation.signIns.set(email, { cookies: await page.context().cookies(), at: Date.now() });
    }
    await page.goto(options.path ?? "/");
    await expect(page.locator("#main")).toBeVisible();
  }

  /** The theme a person has who follows the system. */
  async setTheme(page: Page, theme: Theme): Promise<void> {
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
  }

  /** No fault that axe finds, once nothing moves any more; `colours`: of contrast alone, where the rest was looked at before. */
  async expectAxeClean(page: Page, only?: "colours"): Promise<void> {
    await settled(page);
    expect(await axeFaults(page, only)).toEqual([]);
  }
}

/** Waits until no finite animation runs: half-shown text has no contrast to measure. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        (one) => one.playState !== "running" || one.effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY,
      ),
  );
}

interface TestFixtures {
  readonly app: App;
  /** Fails the test on uncaught errors, on what the content policy refused, and on anything asked of another host. */
  readonly watched: undefined;
}

interface WorkerFixtures {
  /** Settings of the installation: `test.use({ environment: { RF_GUIDE_CHUNK_DELAY: "0.4" } })` at the head of a file starts one of its own. */
  readonly environment: Environment;
  /** Further arguments of `up`, as with `environment`: `test.use({ upArguments: ["--no-demo"] })`. */
  readonly upArguments: readonly string[];
  readonly installation: Installation;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  environment: [{}, { scope: "worker", option: true }],
  upArguments: [[], { scope: "worker", option: true }],
  installation: [
    async ({ environment, upArguments }, use) => {
      const installation = await Installation.start(upArguments, environment);
      await use(installation);
      await installation.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ installation }, use) => {
    await use(installation.url);
  },
  app: async ({ installation }, use) => {
    await use(new App(installation));
  },
  watched: [
    async ({ page, installation }, use) => {
      const faults: string[] = [];
      const origin = new URL(installation.url).origin;
      page.on("request", (request) => {
        if (/^(https?|wss?):/.test(request.url()) && !request.url().startsWith(origin)) {
          faults.push(`asked of another host: ${request.url()}`);
        }
      });
      page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
      page.on("console", (message) => {
        if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
          faults.push(`console: ${message.text()}`);
        }
      });
      await use(undefined);
      expect(faults, "nothing fails in the page").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
