import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fix } from "@/api/session-types";
import { loadDraft } from "@/lib/drafts";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";
import { resetTurns } from "./model/turn-store";
import { scriptText, writeScript } from "./testing/editor";
import { fix, SESSION } from "./testing/fixtures";
import { serveSession } from "./testing/serve";

const base = `/ai-sessions/${SESSION}`;
const applied = "2026-11-20T14:24:00Z";
beforeEach(resetTurns);
afterEach(resetTurns);
const open = () => renderApp(`/pilot/${SESSION}`);
const banner = () => screen.findByRole("region", { name: "Suggested fix" });

describe("the suggested fix", () => {
  const serveFix = (over: Partial<Fix> = {}) =>
    serveSession({ fix: fix(over), counts: { open_questions: 0, open_checks: 0, facts: 0, fixes: 1 } });

  test("opening its steps leaves it proposed; *I did this* starts verifying", async () => {
    const served = serveFix();
    let appliedCalls = 0;
    server.use(
      http.post(at(`${base}/suggested-fixes/:id/apply`), () => {
        appliedCalls += 1;
        served.detail = { ...served.detail, fix: fix({ applied_at: applied }) };
        return HttpResponse.json(served.detail.fix);
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Apply fix" }));
    expect(await screen.findByRole("region", { name: "Written steps" })).toBeInTheDocument();
    await user.click(screen.getByRole("checkbox", { name: /Unlock-ADAccount/ }));
    expect(appliedCalls).toBe(0);
    expect(within(await banner()).getByText(/confidence/)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "I did this" }));
    expect(await screen.findByRole("button", { name: "It worked" })).toBeInTheDocument();
    expect(appliedCalls).toBe(1);
  });

  test("a drafted script runs as it was edited, and only then is verifying", async () => {
    const served = serveFix({ ai_drafted_script: "Get-Service" });
    let body: unknown = null;
    server.use(
      http.post(at(`${base}/suggested-fixes/:id/decision`), async ({ request }) => {
        body = await request.json();
        served.detail = {
          ...served.detail,
          fix: fix({
            ai_drafted_script: "Get-Service",
            edited_script: "Get-Service X",
            applied_at: applied,
            user_decision: "one_off",
          }),
        };
        return HttpResponse.json({
          id: fix().id,
          user_decision: "one_off",
          rendered_script: "Get-Service X",
          fix: served.detail.fix,
        });
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Apply fix" }));
    await writeScript("Get-Service X");
    await user.click(screen.getByRole("button", { name: /^Run as one-off/ }));
    expect(await screen.findByText(/Run it on the client's machine/)).toBeInTheDocument();
    expect(body).toEqual({ decision: "one_off", edited_script: "Get-Service X" });
  });

  test("a drafted script can be run and kept as a draft, and says where it is reviewed", async () => {
    const served = serveFix({ ai_drafted_script: "Get-Service" });
    let body: unknown = null;
    server.use(
      http.post(at(`${base}/suggested-fixes/:id/decision`), async ({ request }) => {
        body = await request.json();
        const kept = fix({
          ai_drafted_script: "Get-Service",
          edited_script: "Get-Service",
          applied_at: applied,
          user_decision: "draft_template",
        });
        served.detail = { ...served.detail, fix: kept };
        return HttpResponse.json({
          id: kept.id,
          user_decision: "draft_template",
          rendered_script: "Get-Service",
          draft_template_id: "d1",
          redirect_path: null,
          fix: kept,
        });
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Apply fix" }));
    await user.click(screen.getByRole("button", { name: /^Run now, templatize after resolve/ }));
    const link = await screen.findByRole("link", { name: "review it under Script drafts" });
    expect(link).toHaveAttribute("href", "/scripts/drafts");
    expect(body).toEqual({ decision: "draft_template", edited_script: "Get-Service" });
  });

  test("a fix without a script takes the one that is written for it; a refusal keeps the text", async () => {
    const served = serveFix({});
    const sent: unknown[] = [];
    server.use(
      http.patch(at(`${base}/suggested-fixes/:id/script`), async ({ request }) => {
        sent.push(await request.json());
        if (sent.length === 1) {
          return refuse(503, "unavailable", "Not now. Nothing was changed.");
        }
        served.detail = { ...served.detail, fix: fix({ ai_drafted_script: "Get-Service Spooler" }) };
        return HttpResponse.json(served.detail.fix);
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Apply fix" }));
    await user.click(screen.getByRole("button", { name: "Draft a script" }));
    expect(screen.getByRole("tab", { name: "Script Builder" })).toHaveAttribute("aria-selected", "true");
    expect(await scriptText()).toContain(`# ${fix().title}`);
    const submit = screen.getByRole("button", { name: /^Submit script/ });
    expect(submit).toHaveAttribute("aria-disabled", "true");
    await writeScript("Get-Service Spooler");
    await user.click(screen.getByRole("tab", { name: "Chat" }));
    await user.click(screen.getByRole("tab", { name: "Script Builder, unsaved script" }));
    expect(await scriptText()).toBe("Get-Service Spooler");
    await user.click(submit);
    expect(await screen.findByText(/Not submitted, your text is kept/)).toBeInTheDocument();
    expect(await scriptText()).toBe("Get-Service Spooler");
    await user.click(screen.getByRole("button", { name: "Submit script" }));
    await waitFor(() => expect(screen.queryByRole("tab")).not.toBeInTheDocument());
    expect(sent.at(-1)).toEqual({ ai_drafted_script: "Get-Service Spooler" });
    await user.click(await screen.findByRole("button", { name: "Apply fix" }));
    expect(screen.getByRole("region", { name: "Drafted script" })).toBeInTheDocument();
  });

  test("a partial outcome needs a note", async () => {
    serveFix({ applied_at: applied });
    let notes: unknown = null;
    server.use(
      http.patch(at(`${base}/suggested-fixes/:id/outcome`), async ({ request }) => {
        notes = await request.json();
        return HttpResponse.json(fix({ applied_at: applied, status: "applied_partial", partial_notes: "One of two" }));
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "More for this fix" }));
    await user.click(await screen.findByRole("menuitem", { name: "Mark partial" }));
    await user.click(screen.getByRole("button", { name: /^Record partial/ }));
    expect(notes).toBeNull();
    await user.type(screen.getByRole("textbox", { name: "What was applied, and what remains?" }), "One of two");
    await user.click(screen.getByRole("button", { name: /^Record partial/ }));
    await waitFor(() => expect(notes).toEqual({ outcome: "applied_partial", notes: "One of two" }));
  });

  test("a refused outcome rolls back and shows what the fix is now", async () => {
    const served = serveFix({ applied_at: applied });
    server.use(
      http.patch(at(`${base}/suggested-fixes/:id/outcome`), () => {
        served.detail = {
          ...served.detail,
          fix: fix({ applied_at: applied, status: "applied_partial", partial_notes: "Half of it" }),
        };
        return refuse(409, "fix_terminal", "Somebody recorded an outcome meanwhile.");
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "It worked" }));
    expect((await screen.findAllByText(/Somebody recorded an outcome meanwhile/)).length).toBeGreaterThan(0);
    expect(await screen.findByRole("button", { name: "Finish it" })).toBeInTheDocument();
  });

  test("a reason that was refused is still there, and gone once it is recorded", async () => {
    const served = serveFix({ applied_at: applied });
    let tries = 0;
    server.use(
      http.patch(at(`${base}/suggested-fixes/:id/outcome`), () => {
        tries += 1;
        if (tries === 1) {
          return refuse(503, "unavailable", "Not now. Nothing was changed.");
        }
        served.detail = { ...served.detail, fix: fix({ applied_at: applied, status: "applied_failed" }) };
        return HttpResponse.json(served.detail.fix);
      }),
    );
    const { user } = open();
    await user.click(await within(await banner()).findByRole("button", { name: "Didn't work" }));
    await user.type(screen.getByRole("textbox", { name: "What did you see?" }), "Still locked{Enter}");
    expect((await screen.findAllByText(/Not now\. Nothing was changed\./)).length).toBeGreaterThan(0);
    await user.click(await within(await banner()).findByRole("button", { name: "Didn't work" }));
    const field = screen.getByRole("textbox", { name: "What did you see?" });
    await waitFor(() => expect(field).toHaveValue("Still locked"));
    await user.type(field, "{Enter}");
    await waitFor(() => expect(tries).toBe(2));
    await waitFor(async () => expect(await loadDraft(`outcome/${fix().id}/failed`)).toBeNull());
  });

  test("*Not yet* takes the proposal away for good", async () => {
    const proposal = { fix_id: fix().id, outcome: "success" as const, reason: "it scans again", message_id: null };
    const served = serveFix({ applied_at: applied, ai_outcome_proposal: proposal });
    server.use(
      http.delete(at(`${base}/suggested-fixes/:id/ai-outcome-proposal`), () => {
        served.detail = { ...served.detail, fix: fix({ applied_at: applied }) };
        return HttpResponse.json(served.detail.fix);
      }),
    );
    const { user } = open();
    expect(await screen.findByText(/it scans again/)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Not yet" }));
    expect(await screen.findByRole("button", { name: "It worked" })).toBeInTheDocument();
    expect(screen.queryByText(/it scans again/)).not.toBeInTheDocument();
  });

  test("*It worked* moves the focus to Resolve", async () => {
    const served = serveFix({ applied_at: applied });
    server.use(
      http.patch(at(`${base}/suggested-fixes/:id/outcome`), () => {
        served.detail = { ...served.detail, fix: fix({ applied_at: applied, status: "applied_success" }) };
        return HttpResponse.json(served.detail.fix);
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "It worked" }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Resolve" })).toHaveFocus());
  });
});
