import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { axe } from "@/test/axe";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";
import { resetTurns } from "./model/turn-store";
import { fact, fix, notePreview, psaWrite, SESSION, writePreview } from "./testing/fixtures";
import { serveSession } from "./testing/serve";

const base = `/ai-sessions/${SESSION}`;
const applied = "2026-11-20T14:24:00Z";
beforeEach(resetTurns);
afterEach(resetTurns);
const open = () => renderApp(`/pilot/${SESSION}`);
const press = async (user: ReturnType<typeof open>["user"], name: string) =>
  user.click(await screen.findByRole("button", { name }));
const panel = () => screen.findByRole("dialog", { name: "Resolution note" });

function serveNote(over: Parameters<typeof notePreview>[0] = {}) {
  server.use(
    http.post(at(`${base}/resolution-note/preview`), () => HttpResponse.json(notePreview(over))),
    http.post(at(`${base}/psa-writes/preview`), () => HttpResponse.json(writePreview())),
  );
}

describe("the note", () => {
  test("shows its facts, what is unproven, and exactly what will be written", async () => {
    serveSession({ facts: [fact(1, { text: "Both copiers stopped." }), fact(2)] });
    serveNote();
    const { user } = open();
    await press(user, "Resolve");
    const note = await panel();
    expect(await within(note).findByText("No fact says this")).toBeInTheDocument();
    expect(await within(note).findByText("Customer can see this")).toBeInTheDocument();
    expect(await within(note).findByText(/486 characters/)).toBeInTheDocument();
    expect(within(note).getByText("Left out: 1 secret, 1 unverified fact")).toBeInTheDocument();
    await user.click(within(note).getByRole("button", { name: "Rests on 1 fact" }));
    expect((await screen.findAllByText("Both copiers stopped.")).length).toBeGreaterThan(1);
    expect(await axe(note)).toEqual([]);
  });

  test("an unproven sentence needs the tick, and the tick is sent along", async () => {
    const served = serveSession();
    serveNote();
    let body: { acknowledge?: unknown; revision?: unknown; state_version?: unknown } = {};
    server.use(
      http.post(at(`${base}/resolution-note/post`), async ({ request }) => {
        body = (await request.json()) as typeof body;
        served.detail = { ...served.detail, status: "resolved", resolved_at: "2026-11-20T14:33:00Z" };
        return HttpResponse.json({
          outcome: "resolved",
          write_id: psaWrite().id,
          session_status: "resolved",
          external_id: "91764",
          posted_at: applied,
          verified_status_id: "5",
          verified_status_name: "Resolved",
          skipped: [],
        });
      }),
      http.get(at("/integrations/psa/writes"), () => HttpResponse.json({ items: [psaWrite()], next_cursor: null })),
    );
    const { user } = open();
    await press(user, "Resolve");
    const post = await within(await panel()).findByRole("button", { name: /^Confirm & post/ });
    await waitFor(() => expect(post).toHaveAttribute("aria-disabled", "true"));
    await user.click(post);
    expect(body).toEqual({});
    await user.click(await screen.findByRole("checkbox", { name: "Post with 1 unproven sentence" }));
    await waitFor(() => expect(post).not.toHaveAttribute("aria-disabled"));
    await user.click(post);
    const result = await screen.findByRole("dialog", { name: "What was written" });
    expect(await within(result).findByText("On the ticket")).toBeInTheDocument();
    expect(body).toMatchObject({ acknowledge: ["unsupported_sentences"], revision: "r1", state_version: 7 });
  });

  test("an edit is kept on the server and never overwritten by a newer text", async () => {
    serveSession();
    serveNote({
      state_version: 7,
      draft: {
        kind: "resolution_note",
        markdown: "My own words.",
        base_state_version: 5,
        version: 2,
        updated_at: applied,
      },
    });
    let dropped = false;
    server.use(
      http.delete(at(`${base}/document-drafts/resolution_note`), () => {
        dropped = true;
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = open();
    await press(user, "Resolve");
    const note = await panel();
    expect(await within(note).findByText("My own words.")).toBeInTheDocument();
    expect(within(note).getByText("Facts changed since your edit.")).toBeInTheDocument();
    await user.click(within(note).getByRole("button", { name: "Use new" }));
    await waitFor(() => expect(dropped).toBe(true));
    expect(await within(note).findByText(/Scanning to the shared folder stopped/)).toBeInTheDocument();
  });

  test("a second tab that saved first is not overwritten: both texts are offered", async () => {
    serveSession();
    serveNote();
    const theirs = {
      kind: "resolution_note",
      markdown: "Theirs.",
      base_state_version: 7,
      version: 4,
      updated_at: applied,
    };
    server.use(
      http.put(at(`${base}/document-drafts/resolution_note`), () =>
        refuse(409, "version_conflict", "Another tab saved.", { details: { current: theirs } }),
      ),
    );
    const { user } = open();
    await press(user, "Resolve");
    await press(user, "Edit");
    await user.type(await screen.findByRole("textbox", { name: "Resolution note" }), "!");
    expect(await screen.findByText("Another tab saved a different text.")).toBeInTheDocument();
    await press(user, "Use that one");
    expect(screen.getByRole("textbox", { name: "Resolution note" })).toHaveValue("Theirs.");
  });

  test("a note that could not be written says so with a way on", async () => {
    serveSession();
    server.use(
      http.post(at(`${base}/resolution-note/preview`), () =>
        refuse(502, "document_failed", "The note could not be written. Nothing is lost."),
      ),
    );
    const { user } = open();
    await press(user, "Resolve");
    expect(await screen.findByText("The note could not be written")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Write it yourself" })).toBeInTheDocument();
  });
});

describe("before the note", () => {
  test("while verifying, Resolve records first that the fix worked", async () => {
    const served = serveSession({ fix: fix({ applied_at: applied }) });
    serveNote({ marks: [] });
    let recorded: unknown = null;
    server.use(
      http.patch(at(`${base}/suggested-fixes/:id/outcome`), async ({ request }) => {
        recorded = await request.json();
        served.detail = { ...served.detail, fix: fix({ applied_at: applied, status: "applied_success" }) };
        return HttpResponse.json(served.detail.fix);
      }),
    );
    const { user } = open();
    expect(await screen.findByText("Resolving records that the fix worked")).toBeInTheDocument();
    await press(user, "Resolve");
    await panel();
    expect(recorded).toEqual({ outcome: "applied_success" });
  });

  test("a record that fails does not open the note", async () => {
    serveSession({ fix: fix({ applied_at: applied }) });
    server.use(
      http.patch(at(`${base}/suggested-fixes/:id/outcome`), () =>
        refuse(500, "internal", "The outcome was not recorded."),
      ),
    );
    const { user } = open();
    await press(user, "Resolve");
    expect((await screen.findAllByText("The outcome was not recorded.")).length).toBeGreaterThan(0);
    expect(screen.queryByRole("dialog", { name: "Resolution note" })).not.toBeInTheDocument();
    expect(await screen.findByRole("button", { name: "It worked" })).toBeInTheDocument();
  });

  test("while partial it asks what happened with the fix", async () => {
    serveSession({ fix: fix({ applied_at: applied, status: "applied_partial", partial_notes: "One of two" }) });
    const { user } = open();
    await press(user, "Resolve");
    const asked = await screen.findByRole("dialog", { name: "Before resolving" });
    expect(within(asked).getByRole("button", { name: /It worked/ })).toHaveFocus();
    await user.keyboard("2");
    expect(within(asked).getByRole("textbox", { name: /What was applied/ })).toHaveValue("One of two");
  });
});

describe("after posting", () => {
  test("a status that did not stick: the session is open and only the status is tried again", async () => {
    serveSession();
    serveNote({ marks: [] });
    const blocked = psaWrite({
      state: "blocked",
      verified_status_name: null,
      problem: {
        kind: "not_verified",
        code: "not_verified",
        message: "A workflow rule may have changed it back.",
        permission: null,
        expected: "Resolved",
        observed: "In progress",
        changes: [],
      },
      actions: { retry: true, retry_status: true, finish_without_status: true, cancel: false },
    });
    let retried: unknown = null;
    server.use(
      http.post(at(`${base}/resolution-note/post`), () =>
        refuse(502, "psa_status_not_verified", "The note is on the ticket, the status is not.", {
          details: { write_id: blocked.id },
        }),
      ),
      http.get(at("/integrations/psa/writes"), () => HttpResponse.json({ items: [blocked], next_cursor: null })),
      http.post(at(`/integrations/psa/writes/${blocked.id}/retry`), async ({ request }) => {
        retried = await request.json();
        return HttpResponse.json(blocked);
      }),
    );
    const { user } = open();
    await press(user, "Resolve");
    const post = await within(await panel()).findByRole("button", { name: /^Confirm & post/ });
    await waitFor(() => expect(post).not.toHaveAttribute("aria-disabled"));
    await user.click(post);
    const result = await screen.findByRole("dialog", { name: "What was written" });
    expect(await within(result).findByText("Note posted, status not changed")).toBeInTheDocument();
    expect(within(result).getByText("Still open")).toBeInTheDocument();
    await user.click(within(result).getByRole("button", { name: "Retry status only" }));
    await waitFor(() => expect(retried).toEqual({ steps: ["status"] }));
  });

  test("without a ticket it resolves here and says that nothing is posted", async () => {
    const served = serveSession({ ticket_ref: null, psa_ticket_id: null });
    serveNote({ marks: [], target_ticket_ref: null });
    let body: unknown = null;
    server.use(
      http.post(at(`${base}/resolution-note/post`), async ({ request }) => {
        body = await request.json();
        served.detail = { ...served.detail, status: "resolved", resolved_at: "2026-11-20T14:33:00Z" };
        return HttpResponse.json({
          outcome: "resolved_local",
          write_id: null,
          session_status: "resolved",
          external_id: null,
          posted_at: null,
          verified_status_id: null,
          verified_status_name: null,
          skipped: [],
        });
      }),
    );
    const { user } = open();
    await press(user, "Resolve");
    expect(await screen.findByText("Saved here only. Nothing is posted to a ticket.")).toBeInTheDocument();
    await press(user, "Confirm & resolve");
    const result = await screen.findByRole("dialog", { name: "What was written" });
    expect(await within(result).findByText(/Nothing was sent to a ticket/)).toBeInTheDocument();
    expect(body).toMatchObject({ post_to_psa: false });
  });
});
