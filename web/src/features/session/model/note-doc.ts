import type { NoteSentence } from "@/api/write-types";
import { indexOf } from "./offsets";

/** A run of words of the note and the sentence it belongs to; `last` at the sentence's end, where its count of facts stands. */
export interface NoteRun {
  readonly text: string;
  readonly sentence: NoteSentence | null;
  readonly last: boolean;
  readonly start: number;
}

export type NoteBlock =
  | { readonly kind: "heading"; readonly text: string; readonly start: number }
  | { readonly kind: "paragraph" | "item"; readonly runs: readonly NoteRun[]; readonly start: number };

const HEADING = /^\s*#{1,6}\s+(.*?)\s*#*\s*$/;
const BOLD_HEADING = /^\s*\*\*([^*]+?):?\*\*:?\s*$/;
const ITEM = /^\s*(?:[-*•]|\d{1,3}[.)])\s+/;

/** The Markdown of a note as headings, paragraphs and list items, cut where its sentences begin and end. */
export function noteBlocks(markdown: string, sentences: readonly NoteSentence[]): readonly NoteBlock[] {
  const at = indexOf(markdown);
  const spans = sentences
    .map((sentence) => ({ start: at(sentence.start), end: at(sentence.end), sentence }))
    .sort((a, b) => a.start - b.start);
  const blocks: NoteBlock[] = [];
  let start = 0;
  for (const line of markdown.split("\n")) {
    const end = start + line.length;
    const heading = HEADING.exec(line)?.[1] ?? BOLD_HEADING.exec(line)?.[1];
    if (heading !== undefined) {
      blocks.push({ kind: "heading", text: heading, start });
    } else if (line.trim() !== "") {
      const marker = ITEM.exec(line)?.[0].length ?? 0;
      blocks.push({
        kind: marker > 0 ? "item" : "paragraph",
        runs: runsOf(markdown, start + marker, end, spans),
        start,
      });
    }
    start = end + 1;
  }
  return blocks;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly sentence: NoteSentence;
}

function runsOf(markdown: string, from: number, to: number, spans: readonly Span[]): readonly NoteRun[] {
  const runs: NoteRun[] = [];
  let done = from;
  const add = (start: number, end: number, span: Span | null) => {
    if (end > start) {
      runs.push({
        text: markdown.slice(start, end),
        sentence: span?.sentence ?? null,
        last: span !== null && span.end <= to && end === Math.min(span.end, to),
        start,
      });
    }
  };
  for (const span of spans) {
    const start = Math.max(span.start, done);
    const end = Math.min(span.end, to);
    if (end > start) {
      add(done, start, null);
      add(start, end, span);
      done = end;
    }
  }
  add(done, to, null);
  return runs;
}

export function isUnproven(sentence: NoteSentence | null): boolean {
  return sentence?.mark === "no_fact" || sentence?.mark === "unknown_detail";
}

export const MARK_WORDS = {
  no_fact: "No fact says this",
  unknown_detail: "A name or number is in no fact",
  edited: "Edited, its names and numbers are known",
} as const;
