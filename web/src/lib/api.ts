import { type ApiError, errorFrom, networkError } from "./api-error";
import { noteBuild } from "./build";

/**
 * The one way to the server. Adds the CSRF header, turns every refusal into an ApiError, and renews the sign-in silently, once, when
 * it ran out: calls that fail together share one renewal.
 */

export const API = "/api/v1";

export type QueryValue = string | number | boolean | null | undefined | ReadonlyArray<string | number>;

export interface CallOptions {
  readonly query?: Readonly<Record<string, QueryValue>>;
  readonly body?: unknown;
  /** The same key on a repeated press makes the server do the thing once. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

let renewal: Promise<boolean> | null = null;
const endListeners = new Set<() => void>();

/** Called when the sign-in has ended and cannot be renewed. Returns the way to stop listening. */
export function onSignInEnded(listener: () => void): () => void {
  endListeners.add(listener);
  return () => endListeners.delete(listener);
}

export const api = {
  get: <T>(path: string, options?: CallOptions) => call<T>("GET", path, options),
  post: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>("POST", path, { ...options, body }),
  put: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>("PUT", path, { ...options, body }),
  patch: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>("PATCH", path, { ...options, body }),
  delete: <T>(path: string, options?: CallOptions) => call<T>("DELETE", path, options),
};

async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  const init: RequestInit = { method, headers };
  if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  if (options.idempotencyKey) {
    headers["Idempotency-Key"] = options.idempotencyKey;
  }
  if (options.signal) {
    init.signal = options.signal;
  }
  const response = await send(withQuery(path, options.query), init);
  if (response.status === 204 || response.headers.get("Content-Length") === "0") {
    return undefined as T;
  }
  return (await response.json()) as T;
}

/**
 * A fetch that is signed in: used by `api` and by the readers of event streams. Path is below /api/v1. Throws ApiError for every
 * answer that is not 2xx and for a lost connection; an abort throws the signal's own reason.
 */
export async function send(path: string, init: RequestInit): Promise<Response> {
  const first = await attempt(path, init);
  if (first.ok) {
    return first;
  }
  const error = await errorFrom(first);
  if (!renewable(error, path)) {
    throw error;
  }
  if (!(await renew())) {
    for (const listener of endListeners) {
      listener();
    }
    throw error;
  }
  const second = await attempt(path, init);
  if (!second.ok) {
    throw await errorFrom(second);
  }
  return second;
}

function renewable(error: ApiError, path: string): boolean {
  return error.status === 401 && error.code === "not_authenticated" && !path.startsWith("/auth/login");
}

async function attempt(path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  if (init.method && init.method !== "GET") {
    const token = readCookie("rf_csrf");
    if (token) {
      headers.set("X-CSRF-Token", token);
    }
  }
  try {
    const response = await fetch(API + path, { ...init, headers, credentials: "same-origin" });
    noteBuild(response);
    return response;
  } catch (error) {
    if (init.signal?.aborted) {
      throw error;
    }
    throw networkError();
  }
}

/** True when the sign-in was renewed. A lost connection is not an ended sign-in: it throws. */
function renew(): Promise<boolean> {
  renewal ??= attempt("/auth/refresh", { method: "POST" })
    .then((response) => {
      if (response.status >= 500) {
        throw networkError();
      }
      return response.ok;
    })
    .finally(() => {
      renewal = null;
    });
  return renewal;
}

export function readCookie(name: string): string | null {
  for (const part of document.cookie.split("; ")) {
    const cut = part.indexOf("=");
    if (part.slice(0, cut) === name) {
      return decodeURIComponent(part.slice(cut + 1));
    }
  }
  return null;
}

export function withQuery(path: string, query?: CallOptions["query"]): string {
  if (!query) {
    return path;
  }
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) {
      for (const one of value) {
        params.append(name, String(one));
      }
    } else if (value !== undefined && value !== null && value !== "") {
      params.set(name, String(value));
    }
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

/** A key for a press that must not act twice; make it when the form opens and keep it over retries. */
export function newIdempotencyKey(): string {
  return newId();
}

/** A random id. `randomUUID` exists only on secure origins, and a server on a LAN may be plain HTTP. */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") {
    return crypto.randomUUID();
  }
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
