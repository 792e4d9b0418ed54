/**
 * Warnings are errors: what a test makes React or the app write to the console fails it. Left out is React's reminder to wrap updates
 * in act(), which the layers of the component library cause by positioning themselves after the test's last line.
 */
let written: string[] = [];

export function watchConsole(): void {
  for (const level of ["error", "warn"] as const) {
    console[level] = (...parts: unknown[]) => {
      const text = parts.map(String).join(" ");
      if (!text.includes("act(")) {
        written.push(text.slice(0, 500));
      }
    };
  }
}

/** What was written since the last call. */
export function complaints(): string[] {
  const all = written;
  written = [];
  return all;
}
