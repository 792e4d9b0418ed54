import { describe, expect, test } from "vitest";
import { fix } from "../testing/fixtures";
import { bannerState, fixIntro, fixSections, isPartial, isVerifying, surfaceOf } from "./banner-state";

const NEW = { silencedAt: null, replaced: false };
const applied = "2026-11-20T14:24:00Z";
const proposal = { fix_id: "f", outcome: "success", reason: "it works", message_id: null } as const;
const kind = (...args: Parameters<typeof bannerState>) => bannerState(...args).kind;

describe("the banner is derived from the stored fix", () => {
  test.each([
    ["no fix", null],
    ["a replaced fix", fix({ superseded_at: applied })],
    ["a fix that worked", fix({ status: "applied_success", applied_at: applied })],
    ["a fix that failed", fix({ status: "applied_failed", applied_at: applied })],
    ["a dismissed fix", fix({ status: "dismissed", superseded_at: applied })],
  ])("%s hides it", (_name, one) => {
    expect(kind(one, NEW)).toBe("hidden");
  });

  test("an outcome read in a message comes before everything else that is active", () => {
    expect(kind(fix({ ai_outcome_proposal: proposal, applied_at: applied }), NEW)).toBe("outcome");
    expect(kind(fix({ ai_outcome_proposal: proposal, status: "applied_partial", applied_at: applied }), NEW)).toBe(
      "outcome",
    );
    expect(kind(fix({ ai_outcome_proposal: proposal, status: "applied_success" }), NEW)).toBe("hidden");
  });

  test("partial stays partial although it was applied", () => {
    const one = fix({ status: "applied_partial", applied_at: applied });
    expect(kind(one, NEW)).toBe("partial");
    expect(isPartial(one)).toBe(true);
    expect(isVerifying(one)).toBe(false);
  });

  test("only an applied fix is verifying; a decision alone is not", () => {
    expect(kind(fix({ applied_at: applied }), NEW)).toBe("verifying");
    expect(kind(fix({ user_decision: "build_template" }), NEW)).toBe("proposed");
  });

  test("it asks again after three messages, and *Still checking* silences three more", () => {
    const count = (messages: number, silencedAt: number | null) =>
      kind(fix({ applied_at: applied, messages_since_apply: messages }), { silencedAt, replaced: false });
    expect(count(2, null)).toBe("verifying");
    expect(count(3, null)).toBe("nudge");
    expect(count(3, 3)).toBe("verifying");
    expect(count(5, 3)).toBe("verifying");
    expect(count(6, 3)).toBe("nudge");
  });

  test("a resume starts the count again, so an older *Still checking* no longer counts", () => {
    const one = fix({ applied_at: applied, messages_since_apply: 3 });
    expect(kind(one, { silencedAt: 6, replaced: false })).toBe("nudge");
  });

  test("a proposal that replaced another says so", () => {
    expect(bannerState(fix(), { silencedAt: null, replaced: true })).toMatchObject({
      kind: "proposed",
      replaced: true,
    });
  });
});

test("Apply opens the script where there is one, else the written steps", () => {
  expect(surfaceOf(fix({ ai_drafted_script: "Get-Service" }))).toBe("script");
  expect(surfaceOf(fix())).toBe("steps");
});

test("a description is read by its headings; only numbered lines are steps", () => {
  const text =
    "One computer keeps sending it.\n\n**Why this one**\n- It was locked\n\n**Steps**\n1. Sign in\n2) Remove it\n\n## Verify\n- No new event";
  expect(fixIntro(text)).toBe("One computer keeps sending it.");
  expect(fixSections(text)).toEqual([
    { title: null, text: "One computer keeps sending it.", steps: [] },
    { title: "Why this one", text: "- It was locked", steps: [] },
    { title: "Steps", text: "", steps: ["Sign in", "Remove it"] },
    { title: "Verify", text: "- No new event", steps: [] },
  ]);
});
