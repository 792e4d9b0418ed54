import { useSyncExternalStore } from "react";

export type ThemeChoice = "system" | "light" | "dark";

const KEY = "rf-theme";
const listeners = new Set<() => void>();

/** What was chosen in this browser; the server's copy (ui_preferences.theme) is applied over it after sign-in. */
export function themeChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

/** Shows the theme now and remembers it for the next first paint. */
export function applyTheme(choice: ThemeChoice): void {
  try {
    if (choice === "system") {
      localStorage.removeItem(KEY);
    } else {
      localStorage.setItem(KEY, choice);
    }
  } catch {
    // Not remembered then.
  }
  paint();
  for (const listener of listeners) {
    listener();
  }
}

function paint(): void {
  const choice = themeChoice();
  const light = choice === "light" || (choice === "system" && matchMedia("(prefers-color-scheme: light)").matches);
  document.documentElement.dataset.theme = light ? "light" : "dark";
}

/** Follows the system while the choice is "system"; call once. */
export function startTheme(): () => void {
  const media = matchMedia("(prefers-color-scheme: light)");
  media.addEventListener("change", paint);
  return () => media.removeEventListener("change", paint);
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, themeChoice);
}
