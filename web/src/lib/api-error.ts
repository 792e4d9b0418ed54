/** What the server answers with when it refuses: one shape on every endpoint. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  readonly request_id: string;
}

/**
 * A refused or failed call. Switch on `code`, never on the message; `message` is for a person and is shown as it is.
 * `status` is 0 when no answer arrived (`code` is then `network`).
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: unknown;
  readonly requestId: string | null;
  /** Seconds to wait, when the server said so. */
  readonly retryAfter: number | null;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { details?: unknown; requestId?: string | null; retryAfter?: number | null } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.details = more.details;
    this.requestId = more.requestId ?? null;
    this.retryAfter = more.retryAfter ?? null;
  }

  /** True when trying again may help: no answer, overload, or a fault on the server. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export function isApiError(error: unknown, code?: string): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code);
}

/** One field of `details` when it is an object and the field has the type asked for. */
export function detail(error: ApiError, name: string): string | number | null {
  const details = error.details;
  if (typeof details !== "object" || details === null || !(name in details)) {
    return null;
  }
  const value: unknown = Reflect.get(details, name);
  return typeof value === "string" || typeof value === "number" ? value : null;
}

/** The sentence to show for any thrown value. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) {
    return error.message;
  }
  return "Something went wrong in this page. Nothing was sent. Try again, or reload the page.";
}

export function networkError(): ApiError {
  return new ApiError(0, "network", "The server could not be reached. Your work is kept here. Try again in a moment.");
}

/** Reads the error shape of an answer, whatever its body turns out to be. */
export async function errorFrom(response: Response): Promise<ApiError> {
  const retryAfter = parseRetryAfter(response.headers.get("Retry-After"));
  const requestId = response.headers.get("X-Request-Id");
  try {
    const body: unknown = await response.json();
    if (isErrorBody(body)) {
      return new ApiError(response.status, body.code, body.message, {
        details: body.details,
        requestId: body.request_id ?? requestId,
        retryAfter,
      });
    }
  } catch {
    // Not JSON: a proxy answered. The status still says enough.
  }
  return new ApiError(response.status, fallbackCode(response.status), fallbackMessage(response.status), {
    requestId,
    retryAfter,
  });
}

function isErrorBody(body: unknown): body is ErrorBody {
  return (
    typeof body === "object" &&
    body !== null &&
    typeof Reflect.get(body, "code") === "string" &&
    typeof Reflect.get(body, "message") === "string"
  );
}

function fallbackCode(status: number): string {
  return status === 401 ? "not_authenticated" : status === 404 ? "not_found" : `http_${status}`;
}

function fallbackMessage(status: number): string {
  if (status >= 500) {
    return "The server could not do this. Nothing you typed is lost. Try again in a moment.";
  }
  if (status === 404) {
    return "This was not found, or it is not yours to see.";
  }
  return `The server refused this (${status}). Nothing was changed.`;
}

function parseRetryAfter(value: string | null): number | null {
  if (!value) {
    return null;
  }
  const seconds = Number(value);
  if (Number.isFinite(seconds)) {
    return Math.max(0, seconds);
  }
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}
