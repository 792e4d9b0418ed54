import { Cpu, type LucideIcon, Plug, SlidersHorizontal, UserRound } from "lucide-react";

export interface AccountPlace {
  readonly to: "/account/profile" | "/account/preferences" | "/account/engines" | "/account/integrations";
  readonly label: string;
  readonly hint: string;
  readonly icon: LucideIcon;
  readonly group: "Yours" | "Account";
}

/** The pages below Account, in the order of their cards. A page that does not exist has no card. */
export const PLACES: readonly AccountPlace[] = [
  {
    to: "/account/profile",
    label: "Profile",
    hint: "Your name, theme, time zone and how the app behaves for you.",
    icon: UserRound,
    group: "Yours",
  },
  {
    to: "/account/engines",
    label: "Engines",
    hint: "What answers in sessions: the built-in Guide or a language model, its key, budget and use.",
    icon: Cpu,
    group: "Account",
  },
  {
    to: "/account/integrations",
    label: "Integrations",
    hint: "Your PSA: the connection and its rights, who is who, what is written to tickets and what was.",
    icon: Plug,
    group: "Account",
  },
  {
    to: "/account/preferences",
    label: "Preferences",
    hint: "Rules that hold for everybody in the account.",
    icon: SlidersHorizontal,
    group: "Account",
  },
];

export const GROUPS = ["Yours", "Account"] as const;
