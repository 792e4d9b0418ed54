import type { ReactNode } from "react";

interface Range {
  readonly start: number;
  readonly end: number;
}

interface MarkedProps {
  readonly text: string;
  readonly ranges: readonly Range[];
  /** Code points shown before the first hit; the rest of the beginning is cut. */
  readonly lead?: number;
}

/** A text with its search hits marked. Offsets count code points. */
export function Marked({ text, ranges, lead = 32 }: MarkedProps): ReactNode {
  const chars = [...text];
  const from = Math.max(0, (ranges[0]?.start ?? 0) - lead);
  const parts: ReactNode[] = [];
  let done = from;
  for (const { start, end } of ranges) {
    if (start >= done) {
      parts.push(chars.slice(done, start).join(""), <mark key={start}>{chars.slice(start, end).join("")}</mark>);
      done = end;
    }
  }
  return (
    <>
      {from > 0 ? "…" : ""}
      {parts}
      {chars.slice(done).join("")}
    </>
  );
}
