import type * as Schema from "./schema.gen";

/**
 * Types of the API. Everything is generated from openapi.json into schema.gen.ts; here are the names the shell uses, and helpers that
 * read an operation by its id: `AnswerOf<"me">`.
 */

export type OperationId = keyof Schema.Operations;
export type AnswerOf<Id extends OperationId> = Schema.Operations[Id]["answer"];
export type BodyOf<Id extends OperationId> = Schema.Operations[Id]["body"];
export type QueryOf<Id extends OperationId> = Schema.Operations[Id]["query"];

export type Role = Schema.UserOut["role"];
export type Account = Schema.AccountOut;
export type DemoSignIn = Schema.DemoSignIn;
export type DemoUser = Schema.DemoUserOut;
export type PsaStatus = Schema.PsaStatusOut;
export type PsaRules = Schema.PsaRulesOut;
export type SessionHit = Schema.SessionRow;
export type SessionPage = Schema.SessionPage;

/** What a person set for themselves; the server keeps it as an open object. */
export interface UiPreferences {
  readonly theme?: "system" | "light" | "dark" | null;
  readonly time_zone?: string | null;
  readonly sidebar_pinned?: boolean | null;
  readonly single_key_shortcuts?: boolean | null;
  readonly ask_before_leaving?: boolean | null;
}

export interface User extends Omit<Schema.UserOut, "ui_preferences"> {
  readonly ui_preferences: UiPreferences;
}

export interface Me extends Omit<Schema.Me, "user"> {
  readonly user: User;
}

/** A page of a list that is paged by cursor. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}
