import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Cookie } from "@playwright/test";

/** What `resolutionflow up --ready-file` writes. */
export interface Ready {
  readonly url: string;
  readonly pid: number;
  /** The one-time address where the first account is made. */
  readonly welcome: string | null;
  readonly demo: {
    readonly email: string;
    readonly password: string;
    readonly users: ReadonlyArray<{
      readonly email: string;
      readonly name: string;
      readonly role: Role;
      readonly password: string;
    }>;
  } | null;
  readonly connectwise: { readonly url: string; readonly control_url: string } | null;
}

export type Role = "owner" | "admin" | "engineer" | "viewer";

const CLI = process.env.RF_CLI ?? fileURLToPath(new URL("../../../.venv/bin/resolutionflow", import.meta.url));
const PYTHON = join(dirname(CLI), "python");
const READY_WITHIN_MS = 90_000;
const STOP_WITHIN_MS = 15_000;
const MEMORY = "/dev/shm";
const ENOUGH_BYTES = 4 * 1024 ** 3;

/** Settings (RF_...) of an installation beyond those it always gets. */
export type Environment = Readonly<Record<string, string>>;

/** What every installation runs with: the waits of the outbox are short, and people may type as fast as tests do. */
const QUICK: Environment = { RF_PSA_RETRY_SCALE: "0.05", RF_TURNS_PER_MINUTE: "600", RF_PREVIEWS_PER_MINUTE: "600" };

/** Somebody outside the demo workspace: another account, without a PSA. */
export interface Outsider {
  readonly email: string;
  readonly password: string;
}

/** A folder in memory with room enough, else the usual one: a journey's data need not outlive the machine. */
function scratchRoot(): string {
  if (!existsSync(MEMORY)) {
    return tmpdir();
  }
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= ENOUGH_BYTES ? MEMORY : tmpdir();
}

/** One running product on a data directory of its own: server, worker, database, demo workspace, simulator. */
export class Installation {
  readonly folder: string;
  /** The cookies of who signed in, by address, for the next tests: hashing a password is made to be slow. */
  readonly signIns = new Map<string, { readonly cookies: readonly Cookie[]; readonly at: number }>();
  readonly #arguments: readonly string[];
  readonly #environment: Environment;
  #process: ChildProcess | null = null;
  #output = "";
  #ready: Ready | null = null;
  #port = 0;

  private constructor(more: readonly string[], environment: Environment) {
    // A short path: the database's socket lies below it, and those paths are limited.
    this.folder = mkdtempSync(join(scratchRoot(), "rf-"));
    this.#arguments = more;
    this.#environment = environment;
  }

  /** Starts one and waits until it is ready. `more` are further arguments, for example `--no-demo`. */
  static async start(more: readonly string[] = [], environment: Environment = {}): Promise<Installation> {
    const installation = new Installation(more, environment);
    await installation.#up(0);
    return installation;
  }

  get ready(): Ready {
    if (!this.#ready) {
      throw new Error("The installation is not running");
    }
    return this.#ready;
  }

  get url(): string {
    return this.ready.url;
  }

  /** What it wrote so far, for failure messages. */
  get output(): string {
    return this.#output;
  }

  /** A second account in the same database, with one owner and no PSA; made once. */
  async outsider(): Promise<Outsider> {
    const script = fileURLToPath(new URL("second_account.py", import.meta.url));
    const { stdout } = await promisify(execFile)(PYTHON, [script, join(this.folder, "data")]);
    return JSON.parse(stdout) as Outsider;
  }

  /** Ends it with a signal (SIGKILL: as a crash) and starts it again on the same data and address. */
  async restart(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    await this.halt(signal);
    await this.resume();
  }

  /** Ends it with a signal; `resume` starts it again. */
  async halt(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.#port = Number(new URL(this.url).port);
    await this.#end(signal);
  }

  async resume(): Promise<void> {
    await this.#up(this.#port);
  }

  /** Stops it and removes its data. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  async #up(port: number): Promise<void> {
    const readyFile = join(this.folder, "ready-for-tests.json");
    rmSync(readyFile, { force: true });
    const child = spawn(
      CLI,
      [
        "up",
        "--data-dir",
        join(this.folder, "data"),
        "--port",
        String(port),
        "--ready-file",
        readyFile,
        ...this.#arguments,
      ],
      { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...QUICK, ...this.#environment } },
    );
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-20_000);
      });
    }
    this.#ready = await this.#whenReady(child, readyFile);
  }

  async #whenReady(child: ChildProcess, readyFile: string): Promise<Ready> {
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until) {
      if (existsSync(readyFile)) {
        return JSON.parse(readFileSync(readyFile, "utf8")) as Ready;
      }
      if (child.exitCode !== null) {
        throw new Error(`${CLI} up ended with ${child.exitCode}:\n${this.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill("SIGKILL");
    throw new Error(`${CLI} up was not ready within ${READY_WITHIN_MS / 1000} s:\n${this.#output}`);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = null;
    this.#ready = null;
    if (!child || child.exitCode !== null) {
      return;
    }
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
    await ended;
    clearTimeout(timer);
  }
}
