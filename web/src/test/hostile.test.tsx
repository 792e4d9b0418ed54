import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { render } from "@testing-library/react";
import { expect, test } from "vitest";
import { NoteText } from "@/components/ui/note-text";
import { RichText } from "@/features/session/chat/rich-text";

const corpus = resolve(import.meta.dirname, "../../../tests/pilot/hostile/texts.jsonl");
const texts = readFileSync(corpus, "utf-8")
  .trim()
  .split("\n")
  .map((line) => (JSON.parse(line) as { readonly text: string }).text);
const HARMLESS = new Set(["DIV", "P", "PRE", "CODE", "STRONG", "UL", "OL", "LI", "H2", "H3", "H4", "SPAN"]);

test("no hostile text becomes anything that is fetched, opened or run, in a message or on a shared page", () => {
  expect(texts.length).toBeGreaterThan(200);
  const { container } = render(
    texts.map((text) => (
      <div key={text}>
        <RichText text={text} />
        <NoteText markdown={text} />
      </div>
    )),
  );
  // The lock of a masked secret is ours.
  const made = [...container.querySelectorAll("*")].filter((one) => one.closest("svg.lucide") === null);
  expect([...new Set(made.map((one) => one.tagName))].filter((name) => !HARMLESS.has(name))).toEqual([]);
  const names = new Set(made.flatMap((one) => one.getAttributeNames()));
  expect([...names].filter((name) => name.startsWith("on") || ["src", "href", "style"].includes(name))).toEqual([]);
});
