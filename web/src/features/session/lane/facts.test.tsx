import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadDraft } from "@/lib/drafts";
import { queryClient } from "@/lib/query";
import { renderApp } from "@/test/render";
import { at, server } from "@/test/server";
import { resetTurns } from "../model/turn-store";
import { fact, SESSION } from "../testing/fixtures";
import { serveSession } from "../testing/serve";

const base = `/ai-sessions/${SESSION}`;
beforeEach(resetTurns);
afterEach(resetTurns);
const open = () => renderApp(`/pilot/${SESSION}`);

describe("facts", () => {
  test("an unverified fact says what is not proven, and a person confirms it", async () => {
    const unverified = fact(4, {
      grounding: "unverified",
      evidence: {
        kind: null,
        message_id: null,
        lane_item_id: null,
        ticket_field: null,
        quote: null,
        start: null,
        end: null,
        stale: false,
        missing: ["TCV-COP02"],
      },
    });
    const served = serveSession({ facts: [unverified] });
    server.use(
      http.post(at(`${base}/facts/${unverified.id}/confirm`), () => {
        const now = { ...unverified, grounding: "person" as const };
        served.detail = { ...served.detail, facts: [now] };
        return HttpResponse.json(now);
      }),
    );
    const { user } = open();
    expect(await screen.findByText("Not proven by the text: TCV-COP02")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Confirm" }));
    await waitFor(() => expect(screen.queryByText(/Not proven/)).not.toBeInTheDocument());
    expect(screen.getByRole("img", { name: "Confirmed by a person" })).toBeInTheDocument();
  });

  test("deleting takes two presses", async () => {
    serveSession({ facts: [fact(1)] });
    let deleted = 0;
    server.use(
      http.delete(at(`${base}/facts/:id`), () => {
        deleted += 1;
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Delete this fact" }));
    await user.click(screen.getByRole("button", { name: "Delete" }));
    expect(deleted).toBe(0);
    await user.click(screen.getByRole("button", { name: "Confirm delete?" }));
    await waitFor(() => expect(deleted).toBe(1));
  });

  test("half-changed words are there again after a reload, take no focus, and go when saved", async () => {
    const note = fact(2, { source_type: "user_note", editable: true, text: "The printer is on floor two." });
    const served = serveSession({ facts: [note] });
    const before = open();
    await before.user.click(await screen.findByRole("button", { name: "Edit this fact" }));
    await before.user.type(screen.getByRole("textbox", { name: "Fact" }), " Room 14");
    await waitFor(async () => expect(await loadDraft(`fact/${note.id}`)).toMatch(/Room 14$/));
    before.unmount();
    queryClient.clear();

    const patched: unknown[] = [];
    server.use(
      http.patch(at(`${base}/facts/${note.id}`), async ({ request }) => {
        patched.push(await request.json());
        const now = { ...note, text: "The printer is on floor two. Room 14" };
        served.detail = { ...served.detail, facts: [now] };
        return HttpResponse.json(now);
      }),
    );
    const { user } = open();
    const field = await screen.findByRole("textbox", { name: "Fact" });
    expect(field).toHaveValue("The printer is on floor two. Room 14");
    expect(field).not.toHaveFocus();
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("textbox", { name: "Fact" })).not.toBeInTheDocument());
    expect(patched).toEqual([{ text: "The printer is on floor two. Room 14" }]);
    await waitFor(async () => expect(await loadDraft(`fact/${note.id}`)).toBeNull());
  });

  test("*Cancel* gives up what was half typed", async () => {
    const note = fact(2, { source_type: "user_note", editable: true, text: "The printer is on floor two." });
    serveSession({ facts: [note] });
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Edit this fact" }));
    await user.type(screen.getByRole("textbox", { name: "Fact" }), " Room 14");
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(screen.getByText("The printer is on floor two.")).toBeInTheDocument();
    await waitFor(async () => expect(await loadDraft(`fact/${note.id}`)).toBeNull());
  });
});
