/** The control interface of the ConnectWise simulator: trouble on demand, and what reached it. */

export interface Fault {
  /** `500`, `503`, `429`, `timeout`, `reply_lost`, `status_ignored`, `latency`, ... */
  readonly kind: string;
  readonly method?: string;
  /** Pattern over the path after /apis/3.0, with `*`. */
  readonly path?: string;
  /** The first matching request it hits (1), and for how many (1; 0 = for ever). */
  readonly nth?: number;
  readonly times?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

export class Simulator {
  readonly #control: string;

  constructor(controlUrl: string) {
    this.#control = controlUrl;
  }

  /** Back to the first state of the demo world, without faults. */
  reset(): Promise<unknown> {
    return this.call("POST", "/reset", {});
  }

  addFault({ kind, times, args, ...match }: Fault): Promise<unknown> {
    return this.call("POST", "/faults", {
      kind,
      match,
      ...(times === undefined ? {} : { times }),
      ...(args ? { args } : {}),
    });
  }

  clearFaults(): Promise<unknown> {
    return this.call("DELETE", "/faults");
  }

  /** Everything that was asked of it, oldest first. */
  requests(): Promise<unknown> {
    return this.call("GET", "/requests");
  }

  forgetRequests(): Promise<unknown> {
    return this.call("DELETE", "/requests");
  }

  /** A person acting in the PSA itself, for example changing a ticket. */
  person(act: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.call("POST", "/person", act);
  }

  /** Its whole state: tickets, notes and the rest. */
  state(): Promise<unknown> {
    return this.call("GET", "/state");
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#control + path, {
      method,
      ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`The simulator refused ${method} ${path} (${response.status}): ${text}`);
    }
    return text ? (JSON.parse(text) as unknown) : null;
  }
}
