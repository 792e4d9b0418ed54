import { HttpResponse, http } from "msw";
import { expect, test, vi } from "vitest";
import { at, server } from "@/test/server";
import { dispatchLive, onLive, startLive } from "./live";

const EVENTS =
  'event: ready\ndata: {}\n\nid: 7\nevent: session.changed\ndata: {"session_id":"s1"}\n\nid: 7\nevent: session.changed\ndata: {"session_id":"s1"}\n\n';

test("an event reaches who registered for its kind, once although it was delivered twice", async () => {
  server.use(
    http.get(at("/events/stream"), () => {
      const body = new ReadableStream<Uint8Array>({ start: (to) => to.enqueue(new TextEncoder().encode(EVENTS)) });
      return new HttpResponse(body, { headers: { "Content-Type": "text/event-stream" } });
    }),
  );
  const changed = vi.fn();
  const other = vi.fn();
  const ends = [onLive("session.changed", changed), onLive("ticket.changed", other), startLive("u1")];
  await vi.waitFor(() => expect(changed).toHaveBeenCalledWith({ session_id: "s1" }, expect.anything()));
  for (const end of ends) {
    end();
  }
  expect(changed).toHaveBeenCalledOnce();
  expect(other).not.toHaveBeenCalled();
});

test("who stopped listening hears nothing", () => {
  const heard = vi.fn();
  const stop = onLive("x", heard);
  stop();
  dispatchLive({ id: null, kind: "x", data: {} });
  expect(heard).not.toHaveBeenCalled();
});
