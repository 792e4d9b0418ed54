import { describe, expect, test } from "vitest";
import { fact, fix, item, turn } from "../testing/fixtures";
import { closingWords } from "./turn-store";
import { asTurnEvent, isRunning, joinDeltas, reduceTurn, startTurn, type TurnStreamEvent } from "./turn-stream";

const begun = () => startTurn({ sessionId: "s", clientTurnId: "c", message: "Words", now: 0 });
const delta = (text: string): TurnStreamEvent => ({ event: "delta", data: { text } });
const started: TurnStreamEvent = { event: "turn.started", data: { turn_id: "t", engine: "guide" } };
const streamed = (...events: ReadonlyArray<readonly [TurnStreamEvent, string]>) =>
  events.reduce((state, [event, id]) => reduceTurn(state, event, id), begun());

describe("a running turn", () => {
  test("goes from sending over reading to streaming", () => {
    expect(begun().phase).toBe("sending");
    expect(streamed([started, "1"])).toMatchObject({ phase: "reading", turnId: "t", engine: "guide" });
    expect(streamed([started, "1"], [delta("Hello "), "2"], [delta("there"), "3"])).toMatchObject({
      phase: "streaming",
      text: "Hello there",
    });
  });

  test("a resumed stream that repeats events adds no text twice", () => {
    const state = streamed(
      [started, "1"],
      [delta("Once"), "2"],
      [delta("Once"), "2"],
      [started, "1"],
      [delta("."), "3"],
    );
    expect(state.text).toBe("Once.");
  });

  test("what arrives mid-stream is kept apart until the end", () => {
    const state = streamed(
      [started, "1"],
      [{ event: "lane", data: { questions: [item(1)], checks: [] } }, "2"],
      [{ event: "fact", data: fact(1) }, "3"],
      [{ event: "fact", data: fact(1, { text: "Better words." }) }, "4"],
      [{ event: "fix", data: fix() }, "5"],
    );
    expect(state.questions).toHaveLength(1);
    expect(state.facts.map((one) => one.text)).toEqual(["Better words."]);
    expect(state.fix?.title).toBe(fix().title);
    expect(closingWords(state)).toBe("Answer ready: 1 question, 1 suggested fix");
  });

  test("the finished turn's text replaces what streamed, and nothing changes it after", () => {
    const state = streamed(
      [delta("Half"), "1"],
      [{ event: "turn.finished", data: { turn: turn({ text: "Whole." }), state_version: 4 } }, "2"],
      [delta("late"), "3"],
    );
    expect(state).toMatchObject({ phase: "settled", text: "Whole." });
    expect(isRunning(state)).toBe(false);
  });

  test("a failure keeps the text and says whether trying again may help", () => {
    const state = streamed(
      [delta("Half"), "1"],
      [
        {
          event: "turn.failed",
          data: { status: "interrupted", code: "worker_lost", text: "Stopped on the server.", retryable: true },
        },
        "2",
      ],
    );
    expect(state).toMatchObject({ phase: "failed", text: "Half", error: { interrupted: true, retryable: true } });
    expect(closingWords(state)).toBe("Stopped on the server.");
  });
});

test("the deltas of one frame become one, in order and with the last id", () => {
  const joined = joinDeltas([
    { event: delta("a"), id: "1" },
    { event: delta("b"), id: "2" },
    { event: { event: "fact", data: fact(1) }, id: "3" },
    { event: delta("c"), id: "4" },
  ]);
  expect(joined.map((one) => one.id)).toEqual(["2", "3", "4"]);
  expect(joined[0]?.event).toEqual(delta("ab"));
});

test("events of a newer server are passed over", () => {
  expect(asTurnEvent("turn.mood", { mood: "good" })).toBeNull();
  expect(asTurnEvent("delta", null)).toBeNull();
});
