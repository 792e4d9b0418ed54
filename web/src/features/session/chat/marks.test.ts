import { expect, test } from "vitest";
import { fact, message } from "../testing/fixtures";
import { marksOf } from "./marks";

test("the place that is shown is marked where no fact has its words there", () => {
  const said = { ...message(1), content: "Where does it fail? At the sign-in" };
  expect(marksOf(said, [], { messageId: said.id, start: 20, end: 34 })).toEqual([
    { start: 20, end: 34, value: { factId: null, factText: "", shown: true } },
  ]);
  expect(marksOf(said, [], { messageId: said.id, start: 0, end: 0 })).toEqual([]);
  expect(marksOf(said, [fact(1)], { messageId: "another", start: 20, end: 34 })).toEqual([]);
});
