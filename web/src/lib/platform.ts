/** True on Apple systems, where Mod is Cmd. */
export const isApple = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** How a shortcut is written for this person: `Mod+K` becomes `Ctrl K` or `⌘ K`. */
export function keyLabel(keys: string): string {
  return keys
    .split("+")
    .map((key) => (key === "Mod" ? (isApple ? "⌘" : "Ctrl") : key))
    .join(" ");
}
