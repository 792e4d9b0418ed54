import { python } from "@codemirror/lang-python";
import { foldService, matchBrackets, StreamLanguage } from "@codemirror/language";
import { powerShell } from "@codemirror/legacy-modes/mode/powershell";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import type { Extension } from "@codemirror/state";
import type { CodeLanguage } from "../code-editor";

/** Folds from a brace that ends its line to the one that closes it: these languages come without folds of their own. */
const braces = foldService.of((state, start, end) => {
  const line = state.doc.sliceString(start, end).trimEnd();
  if (!line.endsWith("{")) {
    return null;
  }
  const brace = start + line.length;
  const match = matchBrackets(state, brace, -1);
  return match?.matched && match.end && match.end.from > end ? { from: brace, to: match.end.from } : null;
});

/** Colours, indentation and folds of a language; cmd, network commands and whatever is unknown stay plain. */
export function languageSupport(language: CodeLanguage): Extension {
  switch (language) {
    case "powershell":
      return [StreamLanguage.define(powerShell), braces];
    case "bash":
      return [StreamLanguage.define(shell), braces];
    case "python":
      return python();
    case "text":
      return [];
  }
}
