/** Shapes of sign-in and shell; the rest comes from schema.gen.ts, which is generated from openapi.json. */

export type Role = "viewer" | "engineer" | "admin" | "owner";

export interface UiPreferences {
  readonly theme?: "system" | "light" | "dark" | null;
  readonly time_zone?: string | null;
  readonly sidebar_pinned?: boolean | null;
  readonly single_key_shortcuts?: boolean | null;
  readonly ask_before_leaving?: boolean | null;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly ui_preferences: UiPreferences;
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly is_demo: boolean;
  readonly time_zone: string;
}

export interface Me {
  readonly user: User;
  readonly account: Account;
  readonly permissions: readonly string[];
  readonly features: readonly string[];
}

export interface DemoSignIn {
  readonly email: string;
  readonly password: string;
}

export interface PsaStatus {
  readonly connected: boolean;
  readonly provider: string | null;
  readonly name: string | null;
  readonly status: string | null;
  readonly web_base: string | null;
}

/** What the palette shows of a session. */
export interface SessionHit {
  readonly id: string;
  readonly title: string | null;
  readonly status: string;
  readonly client_name: string | null;
  readonly ticket_ref: string | null;
  readonly last_activity_at: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}
