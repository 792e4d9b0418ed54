import { create } from "zustand";

interface ShellState {
  readonly paletteOpen: boolean;
  readonly shortcutsOpen: boolean;
  readonly navOpen: boolean;
  /** The sign-in ended while the page was in use: sign-in is shown over it. */
  readonly signedOut: boolean;
  readonly set: (change: Partial<Omit<ShellState, "set">>) => void;
}

/** Which layers of the shell are open. */
export const useShell = create<ShellState>()((set) => ({
  paletteOpen: false,
  shortcutsOpen: false,
  navOpen: false,
  signedOut: false,
  set: (change) => set(change),
}));
