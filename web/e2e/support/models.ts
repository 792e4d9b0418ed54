import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import type { App } from "../fixtures";

const CLI = process.env.RF_CLI ?? fileURLToPath(new URL("../../../.venv/bin/resolutionflow", import.meta.url));

/** A model server on this machine, speaking a provider's protocol. */
export interface Models {
  readonly url: string;
  readonly key: string;
  readonly stop: () => void;
}

/** Starts one; it ends with `stop`, or with this process. */
export async function startModels(): Promise<Models> {
  const script = fileURLToPath(new URL("model_server.py", import.meta.url));
  const child = spawn(join(dirname(CLI), "python"), [script], { stdio: ["pipe", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    return { url: line.trim(), key: "sim-model-key-0001", stop: () => child.stdin.end() };
  }
  throw new Error("The model server did not start");
}

/** One scripted reply; see `demo/models/script.py`. */
interface Scripted {
  readonly text?: string;
  readonly piece?: number;
  readonly every?: number;
  readonly status?: number;
  readonly message?: string;
  readonly stall_after?: number;
}

/** What the model server says: `queue` next, each once, then `always`. */
export async function script(
  models: Models,
  change: { readonly queue?: readonly Scripted[]; readonly always?: Scripted },
): Promise<void> {
  const { queue = [], always } = change;
  const answer = await fetch(`${models.url}/__sim/script`, {
    method: "POST",
    body: JSON.stringify({ queue, ...(always ? { default: always } : {}) }),
  });
  expect(answer.status).toBe(200);
}

/** The account's engine as an admin sets it; without a model it is the Guide again. */
export async function chooseEngine(
  app: App,
  page: Page,
  models: Models | null,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { email, password } = app.credentials("admin");
  const login = { data: { email, password, transport: "token" } };
  const { access_token: token } = await (await page.request.post(`${app.url}/api/v1/auth/login`, login)).json();
  const headers = { Authorization: `Bearer ${token}` };
  const url = `${app.url}/api/v1/accounts/me/ai`;
  const { version } = await (await page.request.get(url, { headers })).json();
  const data = {
    mode: models ? "own" : "guide",
    provider: models ? "openai_compatible" : null,
    base_url: models ? `${models.url}/v1` : null,
    api_key: models?.key ?? null,
    model_fast: null,
    model_standard: models ? "large-1" : null,
    monthly_budget_usd: null,
    warn_percent: 80,
    ms_learn_enabled: false,
    images_enabled: true,
    prices: [],
    version,
    ...more,
  };
  const answer = await page.request.put(url, { headers, data });
  expect(answer.status(), await answer.text()).toBe(200);
}
