import { type Block, toBlocks } from "./rich-text";

/** A text and its blocks. */
export interface Grown {
  readonly source: string;
  readonly blocks: readonly Block[];
}

/**
 * The blocks of `source`. Where it goes on from the text before, everything in front of the last block that begins in a whole line is
 * kept as it is: a block ends where the next one begins, and whole lines do not change any more.
 */
export function growBlocks(before: Grown | null, source: string): Grown {
  if (!before || !source.startsWith(before.source)) {
    return { source, blocks: toBlocks(source) };
  }
  const whole = before.source.lastIndexOf("\n") + 1;
  const open = before.blocks.findLastIndex((block) => block.start < whole);
  const first = before.blocks[open];
  if (!first) {
    return { source, blocks: toBlocks(source) };
  }
  return { source, blocks: [...before.blocks.slice(0, open), ...toBlocks(source, first.start)] };
}
