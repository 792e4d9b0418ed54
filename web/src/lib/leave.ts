/** Leaves the app for an address with a full page load, which also forgets everything in memory. */
export const leave = {
  to: (path: string): void => window.location.assign(path),
  reload: (): void => window.location.reload(),
};
