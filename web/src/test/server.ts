import { HttpResponse, http, type JsonBodyType } from "msw";
import { setupServer } from "msw/node";
import { API } from "@/lib/api";
import { person } from "./data";

/** Address of an endpoint, for handlers: `at("/auth/me")`. */
export const at = (path: string): string => `*${API}${path}`;

/** A refusal in the server's one shape. */
export function refuse(
  status: number,
  code: string,
  message = "The server said no. Nothing was changed.",
  more: { details?: JsonBodyType; headers?: Record<string, string> } = {},
) {
  return HttpResponse.json(
    { code, message, details: more.details ?? null, request_id: "req-test" },
    { status, ...(more.headers ? { headers: more.headers } : {}) },
  );
}

/** A signed-in engineer of an account with a ConnectWise connection; override single endpoints with `server.use`. */
export const server = setupServer(
  http.get(at("/auth/me"), () => HttpResponse.json(person())),
  http.post(at("/auth/refresh"), () => refuse(401, "refresh_invalid")),
  http.get(at("/auth/demo"), () => refuse(404, "not_found")),
  http.get(at("/auth/welcome"), () => refuse(404, "not_found")),
  http.patch(at("/users/me"), () => HttpResponse.json(person())),
  http.get(at("/integrations/psa/status"), () =>
    HttpResponse.json({
      connected: true,
      provider: "connectwise",
      name: "ConnectWise",
      status: "ok",
      web_base: null,
      rules: { auto_push: "ask", time_entry: "off", time_rounding: "15", prompt_on_close: false },
    }),
  ),
  http.get(at("/ai-sessions"), () => HttpResponse.json({ items: [], next_cursor: null })),
  http.get(at("/draft-templates/count"), () => HttpResponse.json({ pending: 0 })),
  http.get(at("/events/stream"), () => quietStream()),
);

/** A live stream that says `ready` and then stays open. */
export function quietStream(): Response {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("event: ready\ndata: {}\n\n"));
    },
  });
  return new HttpResponse(stream, { headers: { "Content-Type": "text/event-stream" } });
}
