import { describe, expect, test } from "vitest";
import { psaWrite, session } from "../testing/fixtures";
import { resultCard, resultText } from "./result-card";

type Write = ReturnType<typeof psaWrite>;
type State = Write["steps"][number]["state"];
const steps = (note: State, status: State): Write["steps"] =>
  psaWrite().steps.map((step) =>
    step.step === "note" ? { ...step, state: note } : step.step === "status" ? { ...step, state: status } : step,
  );
const problem = (kind: NonNullable<Write["problem"]>["kind"], message = "Words of the server."): Write["problem"] => ({
  kind,
  code: kind,
  message,
  permission: null,
  expected: null,
  observed: null,
  changes: [],
});
const card = (write: Write | null, over: Parameters<typeof session>[0] = {}) =>
  resultCard(write, session(over), "ConnectWise");
const row = (write: Write, key: string, over: Parameters<typeof session>[0] = {}) =>
  card(write, over).rows.find((one) => one.key === key);

describe("success is said only for what was read back", () => {
  test("done: note, status and session with what the ticket shows", () => {
    const shown = card(psaWrite(), { status: "resolved", resolved_at: "2026-11-20T14:33:00Z" });
    expect(shown.title).toBe("Resolved");
    expect(shown.rows.map((one) => [one.key, one.tone])).toEqual([
      ["note", "done"],
      ["status", "done"],
      ["session", "done"],
    ]);
    expect(shown.retry || shown.retryStatus || shown.finishWithoutStatus || shown.cancel).toBe(false);
  });

  test("a note that was sent but not read back is not on the ticket yet", () => {
    const write = psaWrite({
      state: "running",
      external_id: null,
      posted_at: null,
      verified_status_name: null,
      steps: steps("sending", "pending"),
    });
    expect(row(write, "note")).toMatchObject({ tone: "busy", value: "Writing" });
    expect(row(write, "session")).toMatchObject({
      value: "Still open",
      detail: "Because the note is not confirmed on the ticket.",
    });
    expect(card(write).title).toBe("Writing to the ticket");
  });
});

describe("the status was not changed", () => {
  const write = psaWrite({
    state: "blocked",
    verified_status_name: null,
    steps: steps("done", "failed"),
    problem: { ...problem("not_verified"), expected: "Resolved", observed: "In progress" } as Write["problem"],
    actions: { retry: true, retry_status: true, finish_without_status: true, cancel: false },
  });

  test("says what was asked and what the ticket shows, and that the session is open", () => {
    expect(card(write).title).toBe("Note posted, status not changed");
    expect(row(write, "status")).toMatchObject({ tone: "attention", value: "Not changed" });
    expect(row(write, "status")?.detail).toBe(
      "Asked Resolved, ConnectWise shows In progress. It accepted the request and kept its own status.",
    );
    expect(row(write, "session")).toMatchObject({
      value: "Still open",
      detail: "Because the status is not confirmed.",
    });
  });

  test("offers the status alone, never the note again", () => {
    expect(card(write)).toMatchObject({ retryStatus: true, finishWithoutStatus: true, retry: false });
  });
});

test("a note that reads back otherwise than asked is never plain success", () => {
  const shown = row(psaWrite({ warnings: ["visibility_differs"] }), "note");
  expect(shown).toMatchObject({ tone: "attention" });
  expect(shown?.detail).toContain("Check it on the ticket now.");
});

test("a lost reply is being checked, nothing is said to be written or refused", () => {
  const write = psaWrite({
    state: "running",
    external_id: null,
    verified_status_name: null,
    steps: steps("unknown", "pending"),
  });
  expect(row(write, "note")).toMatchObject({ tone: "waiting", value: "Reply lost, checking" });
  expect(card(write).title).toBe("Checking what reached the ticket");
});

test("a refusal says that nothing was written, and why", () => {
  const write = psaWrite({
    state: "blocked",
    external_id: null,
    verified_status_name: null,
    steps: steps("failed", "pending"),
    problem: problem("permission", "The API member may not add notes."),
  });
  expect(card(write).title).toBe("Nothing was written");
  expect(row(write, "note")).toMatchObject({ tone: "failed", detail: "The API member may not add notes." });
  expect(row(write, "next")?.value).toBe("Needs a permission");
});

test("one reason is told in one row only", () => {
  const write = psaWrite({
    state: "blocked",
    external_id: null,
    verified_status_name: null,
    steps: steps("failed", "pending"),
    problem: problem("rejected", "The note is longer than the PSA takes."),
  });
  const told = card(write).rows.filter((one) => one.detail === "The note is longer than the PSA takes.");
  expect(told.map((one) => one.key)).toEqual(["note"]);
});

test("while the ticket system is down it says when it tries again", () => {
  const write = psaWrite({
    state: "waiting",
    external_id: null,
    verified_status_name: null,
    next_attempt_at: "2026-11-20T14:38:00Z",
    steps: steps("pending", "pending"),
    problem: problem("transient", "The PSA does not answer. Nothing was changed. Try again in a moment."),
    actions: { retry: true, retry_status: false, finish_without_status: false, cancel: true },
  });
  expect(row(write, "next")?.value).toMatch(/^Trying again at \d\d:\d\d$/);
  expect(row(write, "next")?.detail).toBe("The PSA does not answer. This goes on by itself.");
  expect(card(write)).toMatchObject({ retry: true, cancel: true });
});

test("a status that was left alone says why", () => {
  const write = psaWrite({
    verified_status_name: null,
    state: "partial",
    skipped: [{ step: "status", reason: "No target status is configured" }],
    steps: steps("done", "skipped"),
  });
  expect(row(write, "status", { status: "resolved" })).toMatchObject({
    tone: "neutral",
    detail: "No target status is configured",
  });
});

test("without a ticket there is one row, and the text to copy names what happened", () => {
  const local = card(null, { status: "resolved", resolved_at: "2026-11-20T14:33:00Z" });
  expect(local.rows).toHaveLength(1);
  expect(resultText(local, null)).toContain("Saved here only");
  expect(resultText(card(psaWrite()), psaWrite())).toContain("Reference: RF-ABCDEFGHJK");
});
