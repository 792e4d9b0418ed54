import { HttpResponse, http } from "msw";
import type { Fix, SessionDetail } from "@/api/session-types";
import { person } from "@/test/data";
import { at, server } from "@/test/server";
import { ME, row, session } from "./fixtures";

/** What the mocked server holds and what it was asked. Change `detail` to change what the next read shows. */
export interface Served {
  detail: SessionDetail;
  fixes: readonly Fix[];
  readonly calls: string[];
  readonly bodies: unknown[];
}

/** Serves one session with all its reads; tests add their writes with `server.use` after it. */
export function serveSession(over: Partial<SessionDetail> = {}, role: "engineer" | "viewer" = "engineer"): Served {
  const served: Served = { detail: session(over), fixes: [], calls: [], bodies: [] };
  const base = `/ai-sessions/${served.detail.id}`;
  server.use(
    http.get(at("/auth/me"), () => HttpResponse.json({ ...person({ id: ME.id, role }) })),
    http.get(at("/ai-sessions"), ({ request }) =>
      HttpResponse.json({
        items:
          new URL(request.url).searchParams.get("group") === "active"
            ? [row({ id: served.detail.id, title: served.detail.title })]
            : [],
        next_cursor: null,
      }),
    ),
    http.get(at(base), () => HttpResponse.json(served.detail)),
    http.get(at(`${base}/suggested-fixes`), () => HttpResponse.json({ fixes: served.fixes })),
    http.get(at("/integrations/psa/writes"), () => HttpResponse.json({ items: [], next_cursor: null })),
    http.get(at("/accounts/me/preferences"), () =>
      HttpResponse.json({ preferences: {}, effective: { templatize_prompt_enabled: true } }),
    ),
    http.get(at("/draft-templates"), () => HttpResponse.json({ items: [], next_cursor: null })),
  );
  return served;
}

export interface TurnStream {
  readonly response: Response;
  readonly send: (kind: string, data: unknown) => void;
  readonly end: () => void;
}

/** A stream of a turn that the test feeds, with growing ids. */
export function turnStream(firstId = 1): TurnStream {
  let out: ReadableStreamDefaultController<Uint8Array> | null = null;
  let id = firstId;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      out = controller;
    },
  });
  return {
    response: new HttpResponse(stream, { headers: { "Content-Type": "text/event-stream" } }),
    send: (kind, data) => {
      out?.enqueue(new TextEncoder().encode(`id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`));
      id += 1;
    },
    end: () => out?.close(),
  };
}
