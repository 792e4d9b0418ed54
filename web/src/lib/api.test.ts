import { HttpResponse, http } from "msw";
import { describe, expect, test, vi } from "vitest";
import { at, refuse, server } from "@/test/server";
import { api, newId, onSignInEnded, withQuery } from "./api";
import { ApiError } from "./api-error";

async function failure(call: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe("a refused call", () => {
  test("carries code, message, details and request id of the server", async () => {
    server.use(
      http.post(at("/thing"), () =>
        refuse(409, "version_conflict", "Somebody saved first.", { details: { version: 3 } }),
      ),
    );
    const error = await failure(api.post("/thing", { a: 1 }));
    expect(error).toMatchObject({ status: 409, code: "version_conflict", message: "Somebody saved first." });
    expect(error.details).toEqual({ version: 3 });
    expect(error.requestId).toBe("req-test");
    expect(error.transient).toBe(false);
  });

  test("says how long to wait when it was too much", async () => {
    server.use(
      http.get(at("/thing"), () => refuse(429, "rate_limited", "Slow down.", { headers: { "Retry-After": "42" } })),
    );
    const error = await failure(api.get("/thing"));
    expect(error.retryAfter).toBe(42);
    expect(error.transient).toBe(true);
  });

  test("stays readable when a proxy answers in its own words", async () => {
    server.use(http.get(at("/thing"), () => new HttpResponse("<h1>Bad gateway</h1>", { status: 502 })));
    const error = await failure(api.get("/thing"));
    expect(error.code).toBe("http_502");
    expect(error.message).toMatch(/Nothing you typed is lost/);
  });

  test("is a network error when nobody answers, and nothing was reached twice", async () => {
    let calls = 0;
    server.use(
      http.post(at("/thing"), () => {
        calls += 1;
        return HttpResponse.error();
      }),
    );
    const error = await failure(api.post("/thing", {}));
    expect(error).toMatchObject({ status: 0, code: "network" });
    expect(calls).toBe(1);
  });
});

describe("an ended sign-in", () => {
  test("is renewed once for calls that fail together, and each call is answered", async () => {
    let renewals = 0;
    let renewed = false;
    server.use(
      http.post(at("/auth/refresh"), async () => {
        renewals += 1;
        await Promise.resolve();
        renewed = true;
        return HttpResponse.json({ expires_in: 600 });
      }),
      http.get(at("/thing/:id"), ({ params }) =>
        renewed ? HttpResponse.json({ id: params.id }) : refuse(401, "not_authenticated"),
      ),
    );
    const answers = await Promise.all(["a", "b", "c"].map((id) => api.get<{ id: string }>(`/thing/${id}`)));
    expect(answers.map((answer) => answer.id)).toEqual(["a", "b", "c"]);
    expect(renewals).toBe(1);
  });

  test("that cannot be renewed is told to the page and to the caller", async () => {
    server.use(http.get(at("/thing"), () => refuse(401, "not_authenticated")));
    const ended = vi.fn();
    const stop = onSignInEnded(ended);
    const error = await failure(api.get("/thing"));
    stop();
    expect(error.code).toBe("not_authenticated");
    expect(ended).toHaveBeenCalledOnce();
  });

  test("does not count as ended when only the network failed", async () => {
    server.use(
      http.get(at("/thing"), () => refuse(401, "not_authenticated")),
      http.post(at("/auth/refresh"), () => HttpResponse.error()),
    );
    const ended = vi.fn();
    const stop = onSignInEnded(ended);
    const error = await failure(api.get("/thing"));
    stop();
    expect(error.code).toBe("network");
    expect(ended).not.toHaveBeenCalled();
  });

  test("a wrong password is not taken for it", async () => {
    let renewals = 0;
    server.use(
      http.post(at("/auth/login"), () => refuse(401, "invalid_credentials")),
      http.post(at("/auth/refresh"), () => {
        renewals += 1;
        return HttpResponse.json({});
      }),
    );
    expect((await failure(api.post("/auth/login", {}))).code).toBe("invalid_credentials");
    expect(renewals).toBe(0);
  });
});

test("writes carry the CSRF token and the idempotency key, reads carry neither", async () => {
  // biome-ignore lint/suspicious/noDocumentCookie: the token comes as a cookie that script can read
  document.cookie = "rf_csrf=token-1; path=/";
  const seen: Record<string, string | null> = {};
  server.use(
    http.post(at("/thing"), ({ request }) => {
      seen.csrf = request.headers.get("X-CSRF-Token");
      seen.key = request.headers.get("Idempotency-Key");
      return HttpResponse.json({ ok: true }, { status: 201 });
    }),
    http.get(at("/thing"), ({ request }) => {
      seen.read = request.headers.get("X-CSRF-Token");
      return HttpResponse.json({});
    }),
  );
  await api.post("/thing", { a: 1 }, { idempotencyKey: "press-1" });
  await api.get("/thing");
  expect(seen).toEqual({ csrf: "token-1", key: "press-1", read: null });
});

test("an answer without a body is undefined", async () => {
  server.use(http.delete(at("/thing"), () => new HttpResponse(null, { status: 204 })));
  await expect(api.delete("/thing")).resolves.toBeUndefined();
});

test("lists are repeated in the query, empty values left out", () => {
  expect(withQuery("/x", { a: ["1", "2"], b: "", c: null, d: undefined, e: 0, f: false })).toBe(
    "/x?a=1&a=2&e=0&f=false",
  );
});

test("ids are version 4 even where the browser cannot make them", () => {
  const own = crypto.randomUUID;
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  const made = newId();
  Object.defineProperty(crypto, "randomUUID", { value: own, configurable: true });
  expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
