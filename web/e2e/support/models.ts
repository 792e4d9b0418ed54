import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

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
