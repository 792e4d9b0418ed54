import { describe, expect, test } from "vitest";
import { ApiError } from "@/lib/api-error";
import { planNote } from "./note-plan";
import { changesOf } from "./panel/status-refused";

const CHANGED = '{"changes":[{"field":"status","then":"New","now":"Assigned","by":"Tobin Marsh"}]}';
const KIT = { name: "Kit Tarrow", member: "Kit Tarrow" };

describe("what a note will be", () => {
  test("an internal note never mails anybody, even when mailing was ticked before", () => {
    const plan = planNote("connectwise", { visibility: "internal", notify: true }, KIT);
    expect(plan.mail).toBe("Nobody is mailed");
    expect(plan.fields).toEqual(["internalAnalysisFlag", "processNotifications: false"]);
  });

  test("a customer note says so in the PSA's own names and mails only when asked", () => {
    const quiet = planNote("connectwise", { visibility: "customer", notify: false }, KIT);
    const mailed = planNote("connectwise", { visibility: "customer", notify: true }, KIT);
    expect(quiet.fields).toEqual(["detailDescriptionFlag", "processNotifications: false"]);
    expect(quiet.mail).toBe("Nobody is mailed");
    expect(mailed.mail).toBe("The contact is mailed");
  });

  test("without a mapping the customer never sees a name, the team does", () => {
    const nobody = { name: "Kit Tarrow", member: null };
    expect(planNote("connectwise", { visibility: "customer", notify: false }, nobody).author).not.toContain("Kit");
    expect(planNote("connectwise", { visibility: "internal", notify: false }, nobody).author).toContain(
      'Posted for Kit Tarrow"',
    );
  });

  test("an unreadable mapping is not guessed", () => {
    const unknown = { name: "Kit Tarrow", member: undefined };
    expect(planNote("connectwise", { visibility: "internal", notify: false }, unknown).author).toContain(
      "or as the API member",
    );
  });
});

describe("what changed on a ticket", () => {
  test("is read from the refusal only, and odd details are harmless", () => {
    const refusal = (details: unknown, code = "ticket_changed") => new ApiError(409, code, "Changed.", { details });
    expect(changesOf(refusal(JSON.parse(CHANGED)))).toEqual([
      { field: "status", before: "New", after: "Assigned", by: "Tobin Marsh" },
    ]);
    expect(changesOf(refusal({ changes: "status" }))).toEqual([]);
    expect(changesOf(refusal({ changes: [null, 3, {}] }))).toEqual([
      { field: "ticket", before: null, after: null, by: null },
    ]);
    expect(changesOf(refusal({ changes: [{}] }, "psa_rejected"))).toEqual([]);
    expect(changesOf(new Error("no"))).toEqual([]);
  });
});
