import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { axe } from "@/test/axe";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";
import { resetTurns } from "../model/turn-store";
import { SESSION, writePreview } from "../testing/fixtures";
import { serveSession } from "../testing/serve";

const base = `/ai-sessions/${SESSION}`;
beforeEach(resetTurns);
afterEach(resetTurns);
const open = () => renderApp(`/pilot/${SESSION}`);

/** Previews that say what was asked of them; the drafts answer as told. */
function serveUpdates(draft: () => Response): { readonly notes: unknown[]; readonly saved: unknown[] } {
  const asked = { notes: [] as unknown[], saved: [] as unknown[] };
  server.use(
    http.get(at(`${base}/updates`), () => HttpResponse.json({ items: [] })),
    http.post(at(`${base}/updates/preview`), async ({ request }) => {
      const { note } = (await request.json()) as { note?: string };
      asked.notes.push(note ?? null);
      return HttpResponse.json({
        audience: "status_update",
        subject: null,
        markdown: note ? `Known and done. ${note}` : "Known and done.",
        engine: "builtin",
        model: null,
        state_version: 3,
        target_ticket_ref: "CW #48291",
        draft: null,
      });
    }),
    http.post(at(`${base}/psa-writes/preview`), () => HttpResponse.json(writePreview({ marks: [] }))),
    http.put(at(`${base}/document-drafts/status_update`), async ({ request }) => {
      asked.saved.push(await request.json());
      return draft();
    }),
    http.delete(at(`${base}/document-drafts/status_update`), () => new HttpResponse(null, { status: 204 })),
  );
  return asked;
}

const stored = (markdown: string, version: number) => ({
  kind: "status_update",
  markdown,
  base_state_version: 3,
  version,
  updated_at: "2026-11-20T14:20:00Z",
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
          engine: "llm",
          model: "large-1",
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
    expect(within(dialog).getByText("Written by large-1, checked against this session")).toBeInTheDocument();
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

  test("what is added goes into the text; an own text is kept until one of the two is chosen", async () => {
    serveSession();
    const asked = serveUpdates(() => HttpResponse.json(stored("x", 1)));
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Share update" }));
    const dialog = await screen.findByRole("dialog", { name: "Share update" });
    const text = await within(dialog).findByRole("textbox", { name: "Text of the update" });
    expect(within(dialog).getByRole("button", { name: /^Write again/ })).toHaveAttribute("aria-disabled", "true");
    await user.type(within(dialog).getByRole("textbox", { name: "Add to it" }), "We come at nine.{Enter}");
    await waitFor(() => expect(text).toHaveValue("Known and done. We come at nine."));
    expect(asked.notes).toEqual([null, "We come at nine."]);

    await user.type(text, " Mine.");
    await user.type(within(dialog).getByRole("textbox", { name: "Add to it" }), " Or ten.{Enter}");
    expect(await within(dialog).findByText(/It was written anew with what you added/)).toBeInTheDocument();
    expect(text).toHaveValue("Known and done. We come at nine. Mine.");
    await user.click(within(dialog).getByRole("button", { name: "Compare" }));
    const both = await screen.findByRole("dialog", { name: "Compare the two texts" });
    expect(within(both).getByRole("columnheader", { name: "Yours" })).toBeInTheDocument();
    expect(within(both).getByText(/We come at nine\. Mine\.$/)).toBeInTheDocument();
    expect(within(both).getByText(/We come at nine\. Or ten\.$/)).toBeInTheDocument();
    expect(await axe(both)).toEqual([]);
    await user.click(within(both).getByRole("button", { name: "Use new" }));
    await waitFor(() => expect(text).toHaveValue("Known and done. We come at nine. Or ten."));
    expect(within(dialog).queryByText(/It was written anew/)).not.toBeInTheDocument();
  });

  test("a text that could not be written anew leaves the one before, with the reason", async () => {
    serveSession();
    serveUpdates(() => HttpResponse.json(stored("x", 1)));
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Share update" }));
    const text = await screen.findByRole("textbox", { name: "Text of the update" });
    server.use(http.post(at(`${base}/updates/preview`), () => refuse(502, "document_failed", "It was not written.")));
    await user.type(screen.getByRole("textbox", { name: "Add to it" }), "We come at nine.{Enter}");
    expect(
      await screen.findByText(/It was not written\. The text below is still the one before\./),
    ).toBeInTheDocument();
    expect(text).toHaveValue("Known and done.");
  });

  test("another tab saved first: nothing is posted before one of the two texts is chosen", async () => {
    serveSession();
    let theirs = true;
    const asked = serveUpdates(() =>
      theirs
        ? refuse(409, "version_conflict", "Changed elsewhere.", {
            details: { current: stored("From the other tab.", 4) },
          })
        : HttpResponse.json(stored("x", 5)),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Share update" }));
    const dialog = await screen.findByRole("dialog", { name: "Share update" });
    const text = await within(dialog).findByRole("textbox", { name: "Text of the update" });
    await user.type(text, " Mine.");
    expect(await within(dialog).findByText("Another tab saved a different text.")).toBeInTheDocument();
    expect(within(dialog).getByRole("button", { name: /^Post/ })).toHaveAttribute("aria-disabled", "true");
    await user.click(within(dialog).getByRole("button", { name: "Close" }));
    await user.click(within(dialog).getByRole("button", { name: "Keep editing" }));
    theirs = false;
    await user.click(within(dialog).getByRole("button", { name: "Keep mine" }));
    await waitFor(() => expect(asked.saved.at(-1)).toMatchObject({ markdown: "Known and done. Mine.", version: 4 }));
    expect(within(dialog).queryByText("Another tab saved a different text.")).not.toBeInTheDocument();
    expect(text).toHaveValue("Known and done. Mine.");
  });

  test("a text that was not saved says so and is saved by *Retry*", async () => {
    serveSession();
    let down = true;
    const asked = serveUpdates(() =>
      down ? refuse(503, "overloaded", "Busy.") : HttpResponse.json(stored("Known and done. Mine.", 1)),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Share update" }));
    await user.type(await screen.findByRole("textbox", { name: "Text of the update" }), " Mine.");
    expect(await screen.findByText("Not saved. Your text is kept here.")).toBeInTheDocument();
    down = false;
    await user.click(screen.getByRole("button", { name: "Retry" }));
    expect(await screen.findByText(/^Saved \d\d:\d\d$/)).toBeInTheDocument();
    expect(asked.saved.at(-1)).toMatchObject({ markdown: "Known and done. Mine." });
  });
});
