import { describe, expect, test } from "vitest";
import { type Grown, growBlocks } from "./grow-blocks";
import { toBlocks } from "./rich-text";

const TEXTS = [
  "First.\nSame.\n\n## Head\n- one\n- two\n\n1. three\n2. four\n10) five\n\n**Bold line**\n```sh\ncode **not**\n\nmore\n```\nEnd `x` **y**",
  "Windows\r\n\r\n- one\r\n- two\r\n```\r\nGet-Service\r\n```\r\nlast «secret:3» line",
  "text\n- \n-item\n- item\n1\n1. one\n**half\n**whole**\n#no\n# yes\n~~~~\n```\n~~~\n~~~~\nafter",
  `\`\`\`text\n${Array.from({ length: 130 }, (_, row) => `line ${row}`).join("\n")}\n\`\`\`\n\nDone`,
  "\n\n  \nlate\n\n\n",
];

function grow(text: string, step: number): Grown {
  let grown: Grown | null = null;
  for (let at = step; at < text.length + step; at += step) {
    const source = text.slice(0, at);
    grown = growBlocks(grown, source);
    expect(grown.blocks, source).toEqual(toBlocks(source));
  }
  return grown ?? growBlocks(null, text);
}

describe("a text that grows", () => {
  test.each([1, 2, 3, 7, 40])("has the blocks of the whole text at every step of %i", (step) => {
    for (const text of TEXTS) {
      expect(grow(text, step).source).toBe(text);
    }
  });

  test("keeps what is finished as it was, and only that", () => {
    const before = growBlocks(null, "One.\n\nTwo.\n\n- a\n- b");
    const after = growBlocks(before, "One.\n\nTwo.\n\n- a\n- bc\n\nThree");
    expect(after.blocks[0]).toBe(before.blocks[0]);
    expect(after.blocks[1]).toBe(before.blocks[1]);
    expect(after.blocks[2]).not.toBe(before.blocks[2]);
  });

  test("is read anew when it was replaced", () => {
    const before = growBlocks(null, "One.\n\nTwo.\n\nThree");
    expect(growBlocks(before, "Four.\n\nTwo.").blocks).toEqual(toBlocks("Four.\n\nTwo."));
  });
});
