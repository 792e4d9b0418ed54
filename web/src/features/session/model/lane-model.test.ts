import { expect, test } from "vitest";
import { settled, withItem } from "@/api/lane";
import { fact, fix, item, lane } from "../testing/fixtures";
import { combinableShells, fixHistory, openItems, progress, provisional, resultLine, unsentItems } from "./lane-model";

test("progress counts answered and run items and leaves retired ones out", () => {
  const one = lane(
    [item(1), item(2, { state: "answered" }), item(3, { state: "retired" })],
    [item(4, { kind: "check", state: "done" }), item(5, { kind: "check", state: "skipped" })],
  );
  expect(progress(one)).toEqual({ answered: 3, all: 4 });
  expect(openItems(one).map((each) => each.id)).toEqual([item(1).id]);
});

test("an answer moves its item at once and counts as unsent; *Change* opens it again", () => {
  const question = item(1, { options: ["Yes", "No"] });
  const answered = withItem(
    lane([question]),
    settled({ act: "option", item: question, index: 1 }, "2026-11-20T14:20:00Z"),
  );
  expect(answered.questions[0]).toMatchObject({ state: "answered", answer: "No", option_index: 1 });
  expect(answered.counts).toMatchObject({ open_questions: 0, unsent: 1 });
  expect(unsentItems(answered)).toHaveLength(1);
  const again = withItem(
    answered,
    settled({ act: "reopen", item: answered.questions[0] ?? question }, "2026-11-20T14:21:00Z"),
  );
  expect(again.questions[0]).toMatchObject({ state: "open", answer: null });
});

test("only read-only commands of shells that can be joined count as remaining", () => {
  const check = (n: number, over: Parameters<typeof item>[1]) =>
    item(n, { kind: "check", command: "x", shell: "powershell", command_risk: "read_only", ...over });
  expect(
    combinableShells([
      check(1, {}),
      check(2, { shell: "bash" }),
      check(3, { command_risk: "changes" }),
      check(4, { shell: "network" }),
      check(5, { state: "done" }),
      check(6, { command: null }),
    ]),
  ).toEqual([
    { shell: "powershell", count: 1 },
    { shell: "bash", count: 1 },
  ]);
});

test("items of the running answer that are stored already are not shown twice", () => {
  expect(provisional([item(1)], [item(1), item(2)]).map((one) => one.id)).toEqual([item(2).id]);
});

test("a settled item says what became of it", () => {
  const sent = item(1, { state: "answered", answer: "Yes", answer_kind: "text", sent_turn_id: "t" });
  expect(resultLine(sent, [fact(1, { source_ref: sent.id })])).toMatchObject({
    word: "Yes",
    note: "Promoted to What we know",
  });
  expect(resultLine({ ...sent, sent_turn_id: null }, [])).toMatchObject({ note: "Not sent yet" });
  expect(resultLine({ ...sent, answer_kind: "unknown" }, []).word).toBe("Don't know");
});

test("fixes put aside untried and fixes that were tried are told apart; the active proposal is in neither", () => {
  const gone = "2026-11-20T14:24:00Z";
  const { dismissed, tried } = fixHistory([
    fix(),
    fix({ id: "a", status: "dismissed", superseded_at: gone }),
    fix({ id: "b", status: "proposed", superseded_at: gone }),
    fix({ id: "c", status: "applied_failed" }),
    fix({ id: "d", status: "applied_partial", superseded_at: gone }),
    fix({ id: "e", status: "applied_partial" }),
  ]);
  expect(dismissed.map((one) => one.id)).toEqual(["a", "b"]);
  expect(tried.map((one) => one.id)).toEqual(["c", "d"]);
});
