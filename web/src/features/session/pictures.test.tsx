import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { axe } from "@/test/axe";
import { renderApp } from "@/test/render";
import { at, server } from "@/test/server";
import { resetTurns } from "./model/turn-store";
import { message, SESSION } from "./testing/fixtures";
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
