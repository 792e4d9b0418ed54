import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { at, refuse, server } from "@/test/server";
import { ApiError } from "./api-error";
import { delayFor, readStream, type StreamEvent } from "./sse";

const events = (text: string) => new HttpResponse(text, { headers: { "Content-Type": "text/event-stream" } });

test("a stream that breaks is opened again where it broke, and nothing is lost or told twice by it", async () => {
  const asked: (string | null)[] = [];
  server.use(
    http.get(at("/stream"), ({ request }) => {
      const last = request.headers.get("Last-Event-ID");
      asked.push(last);
      return last === "2"
        ? events('id: 3\nevent: delta\ndata: {"n":3}\n\nid: 4\nevent: done\ndata: {}\n\n')
        : events('id: 1\nevent: delta\ndata: {"n":1}\n\nid: 2\nevent: delta\ndata: {"n":2}\n\n');
    }),
  );
  const seen: StreamEvent[] = [];
  const states: string[] = [];
  await readStream({
    path: "/stream",
    signal: new AbortController().signal,
    firstDelayMs: 1,
    onState: (state) => states.push(state),
    onEvent: (event) => {
      seen.push(event);
      return event.kind === "done" ? "stop" : undefined;
    },
  });
  expect(asked).toEqual([null, "2"]);
  expect(seen.map((event) => event.id)).toEqual(["1", "2", "3", "4"]);
  expect(seen[0]).toEqual({ id: "1", kind: "delta", data: { n: 1 } });
  expect(states).toEqual(["open", "retrying", "open"]);
});

test("a refusal ends it with the server's reason", async () => {
  server.use(http.get(at("/stream"), () => refuse(404, "not_found")));
  const ended = readStream({ path: "/stream", signal: new AbortController().signal, onEvent: () => undefined });
  await expect(ended).rejects.toSatisfy((error) => error instanceof ApiError && error.code === "not_found");
});

test("a fault of the server is tried again", async () => {
  let calls = 0;
  server.use(
    http.get(at("/stream"), () => {
      calls += 1;
      return calls === 1 ? refuse(503, "overloaded") : events("event: done\ndata: {}\n\n");
    }),
  );
  await readStream({
    path: "/stream",
    signal: new AbortController().signal,
    firstDelayMs: 1,
    onEvent: () => "stop",
  });
  expect(calls).toBe(2);
});

test("an abort ends it at once, also between two tries", async () => {
  server.use(http.get(at("/stream"), () => events("event: one\ndata: {}\n\n")));
  const stop = new AbortController();
  const ended = readStream({
    path: "/stream",
    signal: stop.signal,
    firstDelayMs: 60_000,
    onEvent: () => undefined,
    onState: (state) => {
      if (state === "retrying") {
        stop.abort();
      }
    },
  });
  await expect(ended).resolves.toBeUndefined();
});

test("a connection that says nothing any more counts as dead", async () => {
  let calls = 0;
  server.use(
    http.get(at("/stream"), () => {
      calls += 1;
      return calls === 1
        ? new HttpResponse(new ReadableStream(), { headers: { "Content-Type": "text/event-stream" } })
        : events("event: done\ndata: {}\n\n");
    }),
  );
  await readStream({
    path: "/stream",
    signal: new AbortController().signal,
    firstDelayMs: 1,
    idleMs: 20,
    onEvent: () => "stop",
  });
  expect(calls).toBe(2);
});

test("the wait doubles to thirty seconds and is spread", () => {
  for (const [failures, full] of [
    [1, 1000],
    [2, 2000],
    [4, 8000],
    [20, 30_000],
  ] as const) {
    const delay = delayFor(failures, 1000);
    expect(delay).toBeGreaterThanOrEqual(full / 2);
    expect(delay).toBeLessThanOrEqual(full);
  }
});
