import type { Me, Role, UiPreferences } from "@/api/types";

/** A signed-in person of an invented account. */
export function person(more: { role?: Role; preferences?: UiPreferences; demo?: boolean; id?: string } = {}): Me {
  return {
    user: {
      id: more.id ?? "018f0000-0000-7000-8000-000000000001",
      name: "Kit Tarrow",
      email: "kit.tarrow@kestrelford.example",
      role: more.role ?? "engineer",
      is_super_admin: false,
      ui_preferences: more.preferences ?? {},
    },
    account: {
      id: "018f0000-0000-7000-8000-000000000002",
      name: "Kestrelford IT",
      is_demo: more.demo ?? false,
      time_zone: "UTC",
    },
    permissions: ["read", "work"],
    features: [],
  };
}
