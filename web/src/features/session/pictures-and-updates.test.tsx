import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { axe } from "@/test/axe";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";
import { resetTurns } from "./model/turn-store";
import { message, SESSION, writePreview } from "./testing/fixtures";
import { serveSession, turnStream } from "./testing/serve";

const base = `/ai-sessions/${SESSION}`;
beforeEach(resetTurns);
afterEach(resetTurns);
const open = () => renderApp(`/pilot/${SESSION}`);
const png = (name: string) => new File(["png"], name, { type: "image/png" });
const stored = (id: string) => ({ id, content_type: "image/jpeg", width: 40, height: 20, size_bytes: 9 });

function serveUploads(): string[] {
  const ids: string[] = [];
  server.use(
    http.post(at("/uploads"), () => {
      ids.push(`0198f000-0000-7000-8000-0000000009${String(ids.length).padStart(2, "0")}`);
      return HttpResponse.json(stored(ids.at(-1) ?? ""), { status: 201 });
    }),
    http.get(at("/uploads/:id/content"), () => HttpResponse.arrayBuffer(new ArrayBuffer(4))),
  );
  return ids;
}

describe("pictures", () => {
  test("are attached, refused in place, removed, and sent with a blank message", async () => {
    serveSession();
    const ids = serveUploads();
    let sent: { message?: string; upload_ids?: string[] } = {};
    const stream = turnStream();
    server.use(
      http.post(at(`${base}/chat`), async ({ request }) => {
        sent = (await request.json()) as typeof sent;
        return stream.response;
      }),
    );
    const { user } = open();
    const field = await screen.findByRole("textbox", { name: "Message" });
    fireEvent.paste(field, { clipboardData: { files: [png("pasted.png")] } });
    await waitFor(() => expect(ids).toHaveLength(1));
    fireEvent.drop(screen.getByRole("region", { name: "Composer" }), {
      dataTransfer: { files: [new File(["x"], "notes.txt", { type: "text/plain" }), png("b.png"), png("c.png")] },
    });
    expect(await screen.findByText(/notes\.txt: Not a picture/)).toBeInTheDocument();
    expect(screen.getByText(/up to three pictures/)).toBeInTheDocument();
    await waitFor(() => expect(ids).toHaveLength(2));
    await user.click(screen.getByRole("button", { name: "Remove notes.txt" }));
    expect(screen.queryByText(/Not a picture/)).not.toBeInTheDocument();
    expect(await axe(screen.getByRole("region", { name: "Composer" }))).toEqual([]);
    await waitFor(() => expect(screen.queryByText("Uploading")).not.toBeInTheDocument());
    await user.click(screen.getByRole("button", { name: "Send" }));
    await waitFor(() => expect(sent).toMatchObject({ message: "", upload_ids: ids }));
    stream.send("turn.started", { turn_id: "0198f000-0000-7000-8000-000000000901", engine: "guide" });
    await waitFor(() => expect(screen.queryByRole("button", { name: "Remove b.png" })).not.toBeInTheDocument());
    stream.end();
  });

  test("in a message open larger and have a name", async () => {
    serveUploads();
    serveSession({
      messages: {
        items: [message(1, { content: "", uploads: [stored("0198f000-0000-7000-8000-000000000999")] })],
        has_more: false,
      },
    });
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Open picture from you" }));
    const dialog = await screen.findByRole("dialog", { name: "Picture 1 of 1" });
    expect(await within(dialog).findByRole("img", { name: "picture from you" })).toBeInTheDocument();
  });
});

describe("share update", () => {
  const update = {
    id: "0198f000-0000-7000-8000-000000000777",
    audience: "status_update",
    subject: null,
    markdown: "Known and done.",
    visibility: "internal",
    state_version: 3,
    created_by: { id: "0198f000-0000-7000-8000-0000000000aa", name: "Kit Tolland" },
    created_at: "2026-11-20T14:16:00Z",
    psa_write_id: "0198f000-0000-7000-8000-000000000778",
    write_state: "done",
    external_id: "91",
    posted_at: "2026-11-20T14:16:02Z",
    withdrawn_facts: [{ id: "0198f000-0000-7000-8000-000000000779", text: "The spooler was stopped." }],
  };

  test("says what will be written, posts with the visibility chosen, and shows what was read back", async () => {
    serveSession();
    let body: Record<string, unknown> = {};
    server.use(
      http.get(at(`${base}/updates`), () => HttpResponse.json({ items: [update] })),
      http.post(at(`${base}/updates/preview`), () =>
        HttpResponse.json({
          audience: "status_update",
          subject: null,
          markdown: "Known and done.",
          state_version: 3,
          target_ticket_ref: "CW #48291",
          draft: null,
        }),
      ),
      http.post(at(`${base}/psa-writes/preview`), () => HttpResponse.json(writePreview({ marks: [] }))),
      http.post(at(`${base}/updates`), async ({ request }) => {
        body = (await request.json()) as typeof body;
        return HttpResponse.json(update, { status: 201 });
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Share update" }));
    const dialog = await screen.findByRole("dialog", { name: "Share update" });
    expect(await within(dialog).findByDisplayValue("Known and done.")).toBeInTheDocument();
    expect(await within(dialog).findByText("What exactly will be written")).toBeInTheDocument();
    expect(await within(dialog).findByText(/A fact behind this note was withdrawn/)).toBeInTheDocument();
    await user.click(within(dialog).getByRole("radio", { name: "Ticket, customer sees it" }));
    const post = within(dialog).getByRole("button", { name: "Post, customer sees it" });
    await waitFor(() => expect(post).not.toHaveAttribute("aria-disabled", "true"));
    await user.click(post);
    await waitFor(() => expect(body).toMatchObject({ audience: "status_update", visibility: "customer" }));
    expect(await within(dialog).findAllByText(/On CW #\d+, internal only/)).toHaveLength(2);
    expect(await axe(dialog)).toEqual([]);
  });

  test("a refusal keeps the text and says why", async () => {
    serveSession();
    server.use(
      http.get(at(`${base}/updates`), () => HttpResponse.json({ items: [] })),
      http.post(at(`${base}/updates/preview`), () => refuse(429, "rate_limited", "Too many requests. Wait a moment.")),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Share update" }));
    expect(await screen.findByText("Too many requests. Wait a moment.")).toBeInTheDocument();
    expect(await screen.findByText("Nothing was shared yet.")).toBeInTheDocument();
  });
});
