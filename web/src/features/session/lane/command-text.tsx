import type { ReactNode } from "react";
import type { Shell } from "@/api/session-types";

const TOKENS =
  /(?<comment>(?:^|\s)#[^\n]*)|(?<string>"(?:[^"`\\]|[`\\].)*"|'(?:[^']|'')*')|(?<variable>\$(?:\{[^}]*\}|[\w:]+))|(?<fn>\b[A-Z][a-zA-Z]+-[A-Z][a-zA-Z]+\b)|(?<number>(?<![\w.-])\d+(?:\.\d+)*(?![\w.]))/gm;

const CLASSES: Readonly<Record<string, string>> = {
  comment: "text-code-comment",
  string: "text-code-string",
  variable: "text-code-variable",
  fn: "text-code-function",
  number: "text-code-number",
};

interface Piece {
  readonly text: string;
  readonly kind: string;
  readonly at: number;
}

/** A command with its words coloured and wrapped at spaces only. Enough to read it, not a parser; the text itself is never changed. */
export function CommandText({ command, shell }: { readonly command: string; readonly shell: Shell | null }): ReactNode {
  const out: ReactNode[] = [];
  let word: ReactNode[] = [];
  let start = 0;
  const close = () => {
    if (word.length > 0) {
      out.push(
        <span key={start} className="inline-block max-w-full">
          {word}
        </span>,
      );
      word = [];
    }
  };
  for (const piece of pieces(command, shell)) {
    let at = piece.at;
    for (const part of piece.text.split(/(\s+)/)) {
      if (part === "") {
        continue;
      }
      if (/^\s/.test(part)) {
        close();
        out.push(part);
      } else {
        start = word.length === 0 ? at : start;
        word.push(
          piece.kind ? (
            <span key={at} className={CLASSES[piece.kind]}>
              {part}
            </span>
          ) : (
            part
          ),
        );
      }
      at += part.length;
    }
  }
  close();
  return out;
}

function pieces(command: string, shell: Shell | null): readonly Piece[] {
  const found: Piece[] = [];
  let done = 0;
  // Outside PowerShell the first word is the program.
  const program = shell === "powershell" ? null : /^[\w./\\-]+/.exec(command)?.[0];
  if (program) {
    found.push({ text: program, kind: "fn", at: 0 });
    done = program.length;
  }
  for (const match of command.matchAll(TOKENS)) {
    if (match.index < done) {
      continue;
    }
    const kind = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0] ?? "";
    found.push({ text: command.slice(done, match.index), kind: "", at: done });
    found.push({ text: match[0], kind, at: match.index });
    done = match.index + match[0].length;
  }
  found.push({ text: command.slice(done), kind: "", at: done });
  return found;
}
