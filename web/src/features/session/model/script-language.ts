import type { CodeLanguage } from "@/components/ui";

const SIGNS: ReadonlyArray<readonly [CodeLanguage, RegExp]> = [
  ["bash", /^#!.*\b(?:ba|z|da)?sh\b/],
  ["python", /^#!.*\bpython/],
  ["text", /^\s*@echo\b/im],
  ["python", /^(?:import \w+|from \w+ import |def \w+\(.*\):)/m],
  ["powershell", /(?:^|[\s(|;])(?:[A-Z][a-z]+-[A-Z]\w+|\$\w+\s*=|param\s*\()/m],
  ["bash", /^\s*(?:sudo |export \w+=|if \[|fi$|done$|systemctl )/m],
];

/** The language a script is shown in, by what stands in it: a suggested fix does not name one. */
export function languageOf(script: string): CodeLanguage {
  return SIGNS.find(([, sign]) => sign.test(script))?.[0] ?? "powershell";
}
