import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Draft } from "@/api/drafts";
import { axe } from "@/test/axe";
import { renderApp } from "@/test/render";
import { at, server } from "@/test/server";
import { resetTurns } from "./model/turn-store";
import { notePreview, SESSION } from "./testing/fixtures";
import { serveSession } from "./testing/serve";

const base = `/ai-sessions/${SESSION}`;
beforeEach(resetTurns);
afterEach(resetTurns);

function draft(id: string, more: Partial<Draft> = {}): Draft {
  return {
    id,
    proposed_name: `Script ${id}`,
    language: "powershell",
    status: "pending",
    extraction: "done",
    parameter_count: 0,
    source_session_id: SESSION,
    source_user: { id: "u1", name: "Dana Reyes" },
    source_ticket_ref: null,
    fix_status: "applied_success",
    created_at: "2026-11-21T10:00:00Z",
    source_fix_id: "f1",
    script_body: "Restart-Service Spooler",
    original_body: "Restart-Service Spooler",
    proposed_parameters: { parameters: [] },
    extracted: {},
    proposed_category_id: "c1",
    extraction_method: "rules",
    risk: "changes",
    risk_reason: "Restarts a service.",
    resolved_at: null,
    resolved_by: null,
    promoted_template_id: null,
    template_slug: null,
    ...more,
  };
}

/** A session without a ticket that is resolved by *Confirm & resolve*, with these drafts. */
function serve(drafts: readonly Draft[], wanted = true): { readonly asked: string[]; readonly sent: unknown[] } {
  const told = { asked: [] as string[], sent: [] as unknown[] };
  const served = serveSession({ ticket_ref: null });
  server.use(
    http.post(at(`${base}/resolution-note/preview`), () => HttpResponse.json(notePreview({ marks: [] }))),
    http.post(at(`${base}/resolution-note/post`), () => {
      served.detail = { ...served.detail, status: "resolved", resolved_at: "2026-11-20T14:33:00Z" };
      return HttpResponse.json({ outcome: "resolved_local", write_id: null, session_status: "resolved", skipped: [] });
    }),
    http.get(at("/accounts/me/preferences"), () =>
      HttpResponse.json({ preferences: {}, effective: { templatize_prompt_enabled: wanted } }),
    ),
    http.patch(at("/accounts/me/preferences"), async ({ request }) => {
      told.sent.push(await request.json());
      return HttpResponse.json({ preferences: {}, effective: { templatize_prompt_enabled: false } });
    }),
    http.get(at("/draft-templates"), ({ request }) => {
      told.asked.push(new URL(request.url).searchParams.get("session_id") ?? "");
      return HttpResponse.json({ items: drafts, next_cursor: null });
    }),
    http.get(at("/scripts/categories"), () =>
      HttpResponse.json({ items: [{ id: "c1", slug: "windows", name: "Windows", description: null, platform: true }] }),
    ),
    ...drafts.map((one) => http.get(at(`/draft-templates/${one.id}`), () => HttpResponse.json(one))),
    http.post(at("/draft-templates/:id/accept"), async ({ request, params }) => {
      told.sent.push(await request.json());
      return HttpResponse.json(
        { draft_id: params.id, promoted_template_id: "t1", template_slug: "kept-script" },
        { status: 201 },
      );
    }),
  );
  return told;
}

async function resolve() {
  const view = renderApp(`/pilot/${SESSION}`);
  await view.user.click(await screen.findByRole("button", { name: "Resolve" }));
  const confirm = await screen.findByRole("button", { name: /^Confirm & resolve/ });
  await waitFor(() => expect(confirm).not.toHaveAttribute("aria-disabled"));
  await view.user.click(confirm);
  return view;
}

const prompt = () => screen.findByRole("dialog", { name: "Keep the script for the next time?" });

describe("after Resolve", () => {
  test("scripts that worked are asked about one at a time: skipped, then saved", async () => {
    const told = serve([draft("d1"), draft("d2"), draft("d3", { fix_status: "applied_failed" })]);
    const { user } = await resolve();
    const first = await prompt();
    expect(within(first).getByText(/^Resolved 14:33\.$/)).toBeVisible();
    expect(within(first).getByText(/^1 of 2\./)).toBeVisible();
    expect(await within(first).findByRole("textbox", { name: /Name/ })).toHaveValue("Script d1");
    expect(await axe(first)).toEqual([]);
    await user.click(within(first).getByRole("button", { name: "Skip" }));
    const second = await prompt();
    await waitFor(() => expect(within(second).getByRole("textbox", { name: /Name/ })).toHaveValue("Script d2"));
    await user.click(within(second).getByRole("button", { name: "Edit parameters" }));
    expect(within(second).getByRole("textbox", { name: "Key of a new parameter" })).toBeVisible();
    await user.click(within(second).getByRole("button", { name: "Save as template" }));
    expect(await screen.findByText("Saved as template kept-script")).toBeVisible();
    await waitFor(() => expect(screen.queryByRole("dialog", { name: /Keep the script/ })).toBeNull());
    expect(screen.getByRole("dialog", { name: "What was written" })).toBeVisible();
    expect(told.sent).toMatchObject([{ name: "Script d2", edited_body: "Restart-Service Spooler" }]);
    expect(new Set(told.asked)).toEqual(new Set([SESSION]));
  });

  test("told not to ask again it changes the rule of the account and closes", async () => {
    const told = serve([draft("d1")]);
    const { user } = await resolve();
    await user.click(await within(await prompt()).findByRole("button", { name: "Don't ask again for this account" }));
    expect(await screen.findByText(/Nobody is asked after a resolve any more/)).toBeVisible();
    expect(told.sent).toEqual([{ preferences: { templatize_prompt_enabled: false } }]);
    expect(screen.queryByRole("button", { name: "Review" })).toBeNull();
  });

  test("a draft somebody else handled says so and leads on", async () => {
    const gone = draft("d1", { status: "rejected", resolved_by: { id: "u2", name: "Tobin Vale" } });
    serve([draft("d1")]);
    server.use(http.get(at("/draft-templates/d1"), () => HttpResponse.json(gone)));
    const { user } = await resolve();
    expect(await within(await prompt()).findByText(/Tobin Vale has rejected it meanwhile/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Go on" }));
    await waitFor(() => expect(screen.queryByRole("dialog", { name: /Keep the script/ })).toBeNull());
  });

  test("nothing is asked where the account switched it off, nor without a script that worked", async () => {
    const told = serve([draft("d1")], false);
    await resolve();
    expect(await screen.findByRole("dialog", { name: "What was written" })).toBeVisible();
    expect(await screen.findByText(/Saved here only/)).toBeVisible();
    expect(told.asked).toEqual([]);
    expect(screen.queryByRole("dialog", { name: /Keep the script/ })).toBeNull();
  });
});
