/**
 * Message text into blocks and inline pieces, each knowing where it stands in the source, so that evidence and masked secrets can be
 * marked by offset. A small, safe part of Markdown: paragraphs, lists, fenced code, inline code, bold. No HTML, no links, no images.
 */
export interface Piece {
  readonly text: string;
  /** Where `text` stands in the source, as string indices. */
  readonly start: number;
  readonly end: number;
  readonly code: boolean;
  readonly strong: boolean;
  /** Number of a masked secret this piece stands for. */
  readonly secret: number | null;
}

/** `start`: where the first line of the block begins in the source. */
export type Block = { readonly start: number } & (
  | { readonly kind: "paragraph"; readonly pieces: readonly Piece[] }
  | { readonly kind: "heading"; readonly pieces: readonly Piece[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: ReadonlyArray<readonly Piece[]> }
  /** In runs of lines: what is finished of a long listing is not laid out again while the rest arrives. */
  | { readonly kind: "code"; readonly runs: ReadonlyArray<readonly Piece[]> }
);

interface Line {
  readonly text: string;
  readonly start: number;
}

const FENCE = /^\s*(`{3,}|~{3,})/;
const BULLET = /^\s*[-*•]\s+/;
const NUMBERED = /^\s*\d{1,3}[.)]\s+/;
const HEADING = /^#{1,6}\s+/;
/** A line that is bold as a whole reads as a heading. */
const BOLD_LINE = /^\s*\*\*([^*]+)\*\*:?\s*$/;
const SECRET = /«secret:(\d{1,4})»/g;

/** The blocks of a text, or of what stands from `from` (the start of a line outside any block) on. */
export function toBlocks(source: string, from = 0): readonly Block[] {
  const blocks: Block[] = [];
  const lines = splitLines(source, from);
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    if (!line) {
      break;
    }
    const { start } = line;
    const fence = FENCE.exec(line.text)?.[1];
    if (fence) {
      const end = closingFence(lines, at + 1, fence);
      blocks.push({ kind: "code", start, runs: codeRuns(source, lines.slice(at + 1, end)) });
      at = end + 1;
      continue;
    }
    if (line.text.trim() === "") {
      at += 1;
      continue;
    }
    if (HEADING.test(line.text)) {
      blocks.push({ kind: "heading", start, pieces: inline([after(line, HEADING)]) });
      at += 1;
      continue;
    }
    const bold = BOLD_LINE.exec(line.text)?.[1];
    if (bold !== undefined) {
      const words = { text: bold, start: start + line.text.indexOf(bold) };
      blocks.push({ kind: "heading", start, pieces: inline([words]) });
      at += 1;
      continue;
    }
    const marker = BULLET.test(line.text) ? BULLET : NUMBERED.test(line.text) ? NUMBERED : null;
    if (marker) {
      const items: Array<readonly Piece[]> = [];
      while (at < lines.length) {
        const row = lines[at];
        if (!row || !marker.test(row.text)) {
          break;
        }
        items.push(inline([after(row, marker)]));
        at += 1;
      }
      blocks.push({ kind: "list", start, ordered: marker === NUMBERED, items });
      continue;
    }
    const paragraph: Line[] = [];
    while (at < lines.length) {
      const row = lines[at];
      if (!row || row.text.trim() === "" || (paragraph.length > 0 && startsBlock(row.text))) {
        break;
      }
      paragraph.push(row);
      at += 1;
    }
    blocks.push({ kind: "paragraph", start, pieces: inline(paragraph) });
  }
  return blocks;
}

function startsBlock(text: string): boolean {
  return [FENCE, BULLET, NUMBERED, HEADING, BOLD_LINE].some((start) => start.test(text));
}

function splitLines(source: string, from: number): readonly Line[] {
  const lines: Line[] = [];
  let start = from;
  for (const text of source.slice(from).split("\n")) {
    lines.push({ text: text.endsWith("\r") ? text.slice(0, -1) : text, start });
    start += text.length + 1;
  }
  return lines;
}

function closingFence(lines: readonly Line[], from: number, fence: string): number {
  for (let at = from; at < lines.length; at += 1) {
    const found = FENCE.exec(lines[at]?.text ?? "")?.[1];
    if (found && found[0] === fence[0] && found.length >= fence.length) {
      return at;
    }
  }
  return lines.length;
}

function after(line: Line, marker: RegExp): Line {
  const cut = marker.exec(line.text)?.[0].length ?? 0;
  return { text: line.text.slice(cut), start: line.start + cut };
}

const RUN_LINES = 40;

/** Runs of lines, each with the line end that parts it from the next one. */
function codeRuns(source: string, lines: readonly Line[]): ReadonlyArray<readonly Piece[]> {
  const runs: Array<readonly Piece[]> = [];
  for (let at = 0; at < lines.length; at += RUN_LINES) {
    const start = lines[at]?.start ?? 0;
    const last = lines[Math.min(at + RUN_LINES, lines.length) - 1];
    const end = lines[at + RUN_LINES]?.start ?? (last ? last.start + last.text.length : start);
    runs.push(splitSecrets({ text: source.slice(start, end), start, end, code: true, strong: false, secret: null }));
  }
  return runs;
}

/** Bold, inline code and plain runs of a paragraph; its line ends are kept as they were typed. */
function inline(lines: readonly Line[]): readonly Piece[] {
  const pieces: Piece[] = [];
  lines.forEach((line, index) => {
    pieces.push(...inlineLine(line));
    if (index < lines.length - 1) {
      const end = line.start + line.text.length;
      pieces.push({ text: "\n", start: end, end: end + 1, code: false, strong: false, secret: null });
    }
  });
  return pieces;
}

const MARK = /(`+)([^`]+?)\1(?!`)|\*\*(\S(?:[^*]*\S)?)\*\*/g;

const LONG_TEXT = 1000;

/** Where a run of plain text from `from` is cut, at a blank: a browser shapes a text node anew as a whole when its end grows. */
function shortCut(text: string, from: number, to: number): number {
  const blank = to - from > LONG_TEXT ? text.indexOf(" ", from + LONG_TEXT) : -1;
  return blank < 0 || blank >= to ? to : blank;
}

function inlineLine(line: Line): readonly Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  const plain = (from: number, to: number) => {
    for (let at = from; at < to; ) {
      const next = shortCut(line.text, at, to);
      pieces.push(
        ...splitSecrets({
          text: line.text.slice(at, next),
          start: line.start + at,
          end: line.start + next,
          code: false,
          strong: false,
          secret: null,
        }),
      );
      at = next;
    }
  };
  for (const match of line.text.matchAll(MARK)) {
    const at = match.index;
    plain(done, at);
    const code = match[2] !== undefined;
    const body = match[2] ?? match[3] ?? "";
    const from = line.start + at + (match[1]?.length ?? 2);
    pieces.push(
      ...splitSecrets({ text: body, start: from, end: from + body.length, code, strong: !code, secret: null }),
    );
    done = at + match[0].length;
  }
  plain(done, line.text.length);
  return pieces;
}

function splitSecrets(piece: Piece): readonly Piece[] {
  const out: Piece[] = [];
  let done = 0;
  const add = (from: number, to: number, secret: number | null) => {
    if (to > from) {
      out.push({
        ...piece,
        text: piece.text.slice(from, to),
        start: piece.start + from,
        end: piece.start + to,
        secret,
      });
    }
  };
  for (const match of piece.text.matchAll(SECRET)) {
    add(done, match.index, null);
    add(match.index, match.index + match[0].length, Number(match[1]));
    done = match.index + match[0].length;
  }
  add(done, piece.text.length, null);
  return out;
}

export interface Mark<T> {
  readonly start: number;
  readonly end: number;
  readonly value: T;
}

/** Cuts pieces where marks begin and end. Overlapping marks: the first in the list wins. */
export function applyMarks<T>(
  pieces: readonly Piece[],
  marks: ReadonlyArray<Mark<T>>,
): ReadonlyArray<{ readonly piece: Piece; readonly mark: Mark<T> | null }> {
  if (marks.length === 0) {
    return pieces.map((piece) => ({ piece, mark: null }));
  }
  const out: Array<{ piece: Piece; mark: Mark<T> | null }> = [];
  for (const piece of pieces) {
    const cuts = new Set([piece.start, piece.end]);
    if (piece.secret === null) {
      for (const mark of marks) {
        for (const at of [mark.start, mark.end]) {
          if (at > piece.start && at < piece.end) {
            cuts.add(at);
          }
        }
      }
    }
    const points = [...cuts].sort((a, b) => a - b);
    for (let at = 0; at + 1 < points.length; at += 1) {
      const start = points[at] ?? piece.start;
      const end = points[at + 1] ?? piece.end;
      const part = { ...piece, text: piece.text.slice(start - piece.start, end - piece.start), start, end };
      out.push({ piece: part, mark: marks.find((mark) => mark.start <= start && mark.end >= end) ?? null });
    }
  }
  return out;
}
