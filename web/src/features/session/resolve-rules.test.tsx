import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PsaRules } from "@/api/types";
import type { WritePreview } from "@/api/write-types";
import { clearDrafts } from "@/lib/drafts";
import { axe } from "@/test/axe";
import { renderApp } from "@/test/render";
import { at, server } from "@/test/server";
import { resetTurns } from "./model/turn-store";
import { notePreview, psaWrite, SESSION, writePreview } from "./testing/fixtures";
import { type Served, serveSession } from "./testing/serve";

const base = `/ai-sessions/${SESSION}`;
const RULES: PsaRules = { auto_push: "ask", time_entry: "off", time_rounding: "15", prompt_on_close: false };
const TIME = { step: "time", visibility: "internal", emails: "none" } as const;

interface Asked {
  readonly markdown: string;
  readonly options: { readonly time_minutes?: number };
}
interface Posted extends Asked {
  readonly post_to_psa: boolean;
}

let previews: Asked[];
let posts: Posted[];
let served: Served;

/** A linked session whose PSA follows these rules; the clock of the session says `measured` minutes. */
function serve(rules: Partial<PsaRules>, measured: number | null = 30, over: Partial<WritePreview> = {}): void {
  served = serveSession();
  server.use(
    http.get(at("/integrations/psa/status"), () =>
      HttpResponse.json({
        connected: true,
        provider: "connectwise",
        name: "ConnectWise",
        status: "ok",
        web_base: null,
        rules: { ...RULES, ...rules },
      }),
    ),
    http.get(at("/integrations/psa/member-mappings/me"), () =>
      HttpResponse.json({ member: { id: "155", name: "Kit Tarrow" } }),
    ),
    http.post(at(`${base}/resolution-note/preview`), () =>
      HttpResponse.json(notePreview({ marks: [], sentences: [] })),
    ),
    http.post(at(`${base}/psa-writes/preview`), async ({ request }) => {
      const asked = (await request.json()) as Asked;
      previews.push(asked);
      const named = asked.options.time_minutes;
      const fields = named ? [{ field: "actualHours", from: null, to: named / 60 }] : [];
      const why = named ? `${Math.ceil(named / 15) * 15} minutes are booked.` : "No time entry is written.";
      const time = { ...TIME, fields, why, skip_reason: named ? null : "time_off" };
      const shown = writePreview(over);
      return HttpResponse.json({ ...shown, proposed_minutes: measured, steps: [...shown.steps, time] });
    }),
    http.post(at(`${base}/resolution-note/post`), async ({ request }) => {
      posts.push((await request.json()) as Posted);
      served.detail = { ...served.detail, status: "resolved", resolved_at: "2026-11-20T14:33:00Z" };
      return HttpResponse.json({
        outcome: "resolved",
        write_id: psaWrite().id,
        session_status: "resolved",
        skipped: [],
      });
    }),
    http.get(at("/integrations/psa/writes"), () => HttpResponse.json({ items: [psaWrite()], next_cursor: null })),
  );
}

beforeEach(async () => {
  resetTurns();
  await clearDrafts();
  previews = [];
  posts = [];
});
afterEach(resetTurns);

async function resolve() {
  const { user } = renderApp(`/pilot/${SESSION}`);
  await user.click(await screen.findByRole("button", { name: "Resolve" }));
  return user;
}
const note = () => screen.findByRole("dialog", { name: "Resolution note" });
const result = () => screen.findByRole("dialog", { name: "What was written" });
const confirm = () => screen.findByRole("button", { name: /^Confirm & / });

describe("minutes", () => {
  test("are proposed as measured, corrected, and what is shown is what is sent", async () => {
    serve({ time_entry: "prompt" });
    const user = await resolve();
    const field = await within(await note()).findByRole("textbox", { name: "Minutes worked" });
    expect(field).toHaveValue("30");
    expect(screen.getByText("rounded up to the next 15")).toBeInTheDocument();
    expect(await screen.findByText("30 minutes are booked.")).toBeInTheDocument();
    await user.clear(field);
    expect(await screen.findByText("Empty: no time is booked.")).toBeInTheDocument();
    await user.type(field, "2000");
    expect(screen.getByText("A whole number from 1 to 1440")).toBeInTheDocument();
    expect(await confirm()).toHaveAttribute("aria-disabled", "true");
    await user.clear(field);
    await user.type(field, "50");
    expect(await screen.findByText("60 minutes are booked.")).toBeInTheDocument();
    await waitFor(async () => expect(await confirm()).not.toHaveAttribute("aria-disabled"));
    expect(await axe(await note())).toEqual([]);
    await user.click(await confirm());
    await result();
    expect(posts[0]?.options).toEqual({ time_minutes: 50 });
    expect(previews.at(-1)?.options).toEqual({ time_minutes: 50 });
  });

  test("booked by themselves are named only when they are corrected", async () => {
    serve({ time_entry: "auto" });
    const user = await resolve();
    expect(await within(await note()).findByRole("textbox", { name: "Minutes worked" })).toHaveValue("30");
    await waitFor(async () => expect(await confirm()).not.toHaveAttribute("aria-disabled"));
    await user.click(await confirm());
    await result();
    expect(posts[0]?.options).toEqual({});
  });

  test("of somebody who is nobody in the PSA are not booked, and it says why", async () => {
    serve({ time_entry: "prompt" }, null);
    server.use(http.get(at("/integrations/psa/member-mappings/me"), () => HttpResponse.json({ member: null })));
    await resolve();
    expect(await within(await note()).findByText(/you are nobody in ConnectWise yet/)).toBeInTheDocument();
    expect(screen.getByText(/An admin maps you/)).toBeInTheDocument();
    expect(screen.queryByRole("textbox", { name: "Minutes worked" })).not.toBeInTheDocument();
  });
});

describe("posting at Resolve", () => {
  test("only when asked for: saved here, and to the ticket with the tick", async () => {
    serve({ auto_push: "off" });
    const user = await resolve();
    expect(await within(await note()).findByText(/Saved here only/)).toBeInTheDocument();
    expect(await confirm()).toHaveTextContent("Confirm & resolve");
    expect(previews).toEqual([]);
    await user.click(screen.getByRole("checkbox", { name: /^Also write it to/ }));
    expect(await screen.findByText("Customer can see this")).toBeInTheDocument();
    await user.click(screen.getByRole("checkbox", { name: /^Also write it to/ }));
    await user.click(await confirm());
    await result();
    expect(posts.map((post) => post.post_to_psa)).toEqual([false]);
  });

  test("by itself: a clean note is posted without being shown", async () => {
    serve({ auto_push: "on" });
    await resolve();
    expect(await within(await result()).findByText("On the ticket")).toBeInTheDocument();
    expect(posts).toHaveLength(1);
    expect(posts[0]).toMatchObject({ post_to_psa: true, revision: "r1", acknowledge: [] });
  });

  test("by itself, with minutes asked for: they are asked first", async () => {
    serve({ auto_push: "on", time_entry: "prompt" });
    const user = await resolve();
    const field = await screen.findByRole("textbox", { name: "Minutes worked" });
    expect(field).toHaveValue("30");
    await user.clear(field);
    await waitFor(() => expect(posts).toEqual([]));
    await user.type(field, "45");
    await user.click(screen.getByRole("button", { name: "Post" }));
    await result();
    expect(posts.map((post) => post.options)).toEqual([{ time_minutes: 45 }]);
  });

  test.each([
    ["a sentence without evidence", { marks: ["It was the fuser."] }, /Not posted by itself: 1 sentence is without/],
    [
      "another client's name",
      { blockers: [{ code: "leak_suspected", message: "The note names another client: Marrowby.", details: null }] },
      /Not posted by itself: The note names another client/,
    ],
    [
      "a changed ticket",
      // biome-ignore lint/suspicious/noThenProperty: the name of the API's field
      { conflicts: [{ field: "status", then: "New", now: "Closed", by: null }] },
      /Not posted by itself: The ticket changed/,
    ],
  ])("by itself, but not with %s: the note opens and says why", async (_, over, words) => {
    serve({ auto_push: "on" }, null, over);
    await resolve();
    expect(await within(await note()).findByText(words)).toBeInTheDocument();
    expect(posts).toEqual([]);
  });
});

describe("closing without a resolution", () => {
  const abandoned = () =>
    server.use(
      http.post(at(`${base}/abandon`), () => {
        served.calls.push("abandon");
        served.detail = { ...served.detail, status: "abandoned" };
        return HttpResponse.json(served.detail);
      }),
      http.post(at(`${base}/updates`), async ({ request }) => {
        served.calls.push("note");
        served.bodies.push(await request.json());
        return HttpResponse.json({ visibility: "internal", posted_at: "2026-11-20T14:33:00Z" }, { status: 201 });
      }),
    );
  const open = async () => {
    const { user } = renderApp(`/pilot/${SESSION}`);
    await user.click(await screen.findByRole("button", { name: "More for this session" }));
    await user.click(await screen.findByRole("menuitem", { name: "Close without resolving" }));
    await screen.findByRole("dialog", { name: "Close without resolving" });
    return user;
  };

  test("offers an internal note where the settings say so, and posts it first", async () => {
    serve({ prompt_on_close: true });
    abandoned();
    const user = await open();
    await user.type(screen.getByLabelText("Reason"), "The customer cancelled.");
    await user.click(screen.getByRole("checkbox", { name: /^Leave an internal note on/ }));
    const text = screen.getByLabelText("Internal note");
    expect(text).toHaveValue("Work on this ticket was stopped without a resolution. The customer cancelled.");
    const post = screen.getByRole("button", { name: /^Post note & close/ });
    await waitFor(() => expect(post).not.toHaveAttribute("aria-disabled"));
    await user.click(post);
    await waitFor(() => expect(served.calls).toEqual(["note", "abandon"]));
    expect(served.bodies[0]).toMatchObject({ visibility: "internal", revision: "r1" });
  });

  test("asks for nothing where they do not", async () => {
    serve({});
    abandoned();
    const user = await open();
    expect(screen.queryByRole("checkbox")).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Close session" }));
    await waitFor(() => expect(served.calls).toEqual(["abandon"]));
  });
});
