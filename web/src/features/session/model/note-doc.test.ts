import { expect, test } from "vitest";
import { notePreview } from "../testing/fixtures";
import { diffLines } from "./diff";
import { isUnproven, noteBlocks } from "./note-doc";

test("a note is its headings and sentences; each sentence ends once, with its facts", () => {
  const { markdown, sentences } = notePreview();
  const blocks = noteBlocks(markdown, sentences);
  expect(blocks.map((block) => block.kind)).toEqual(["heading", "paragraph", "heading", "paragraph"]);
  const runs = blocks.flatMap((block) => (block.kind === "heading" ? [] : block.runs));
  expect(runs.filter((run) => run.last).map((run) => run.sentence?.fact_ids.length)).toEqual([1, 2, 0]);
  expect(runs.filter((run) => isUnproven(run.sentence)).map((run) => run.text)).toEqual([
    "Test scans arrived in the folder.",
  ]);
});

test("no word of the note is lost, also where sentences are missing or wrong", () => {
  const markdown = "Plain **words**.\n- item one. Rest";
  const blocks = noteBlocks(markdown, [{ start: 40, end: 99, fact_ids: [], mark: null }]);
  const text = blocks
    .map((block) => (block.kind === "heading" ? block.text : block.runs.map((run) => run.text).join("")))
    .join("|");
  expect(text).toBe("Plain **words**.|item one. Rest");
});

test("two texts are compared by line", () => {
  expect(diffLines("same\nold\nend", "same\nnew\nend")).toEqual([
    { kind: "same", text: "same" },
    { kind: "removed", text: "old" },
    { kind: "added", text: "new" },
    { kind: "same", text: "end" },
  ]);
});
