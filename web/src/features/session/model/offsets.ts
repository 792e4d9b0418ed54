/** Offsets of the server count code points, those of JavaScript UTF-16 units. They differ where a text holds emoji and the like. */

const ASTRAL = /[\u{10000}-\u{10ffff}]/u;

/** A function that turns a code point offset of `text` into a string index. */
export function indexOf(text: string): (codePoint: number) => number {
  if (!ASTRAL.test(text)) {
    return (codePoint) => Math.max(0, Math.min(codePoint, text.length));
  }
  const starts: number[] = [];
  let index = 0;
  for (const char of text) {
    starts.push(index);
    index += char.length;
  }
  return (codePoint) => starts[Math.max(0, codePoint)] ?? text.length;
}
