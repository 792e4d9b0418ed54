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
  first: "text-code-function",
};

/** A command with its words coloured: enough to read it, not a parser. The text itself is never changed. */
export function CommandText({ command, shell }: { readonly command: string; readonly shell: Shell | null }): ReactNode {
  const out: ReactNode[] = [];
  let done = 0;
  for (const match of command.matchAll(TOKENS)) {
    const kind = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0] ?? "";
    out.push(...plain(command.slice(done, match.index), done, shell));
    out.push(
      <span key={match.index} className={CLASSES[kind] ?? ""}>
        {match[0]}
      </span>,
    );
    done = match.index + match[0].length;
  }
  out.push(...plain(command.slice(done), done, shell));
  return out;
}

/** Outside PowerShell the first word is the program. */
function plain(text: string, at: number, shell: Shell | null): ReactNode[] {
  if (at !== 0 || shell === "powershell") {
    return text ? [text] : [];
  }
  const first = /^\s*[\w./\\-]+/.exec(text)?.[0];
  return first
    ? [
        <span key="first" className={CLASSES.first}>
          {first}
        </span>,
        text.slice(first.length),
      ]
    : text
      ? [text]
      : [];
}
