import type { Activity, PsaCheck, PsaConnection, PsaProvider } from "@/api/connections";
import type { Tone } from "@/components/ui";

export interface FieldWords {
  readonly label: string;
  readonly hint?: string;
}

/** The fields of the vendors in people's words; a field that is not here is shown by its name. */
const FIELDS: Readonly<Record<string, FieldWords>> = {
  site: { label: "Site", hint: "Where you sign in to it. A pasted address is cut to its host." },
  company_id: { label: "Company id", hint: "The company you type in at its sign-in." },
  client_id: { label: "Client id", hint: "Of the application or integration you registered there." },
  tenant: { label: "Tenant", hint: "Only for hosted systems with several tenants." },
  username: {
    label: "API user name",
    hint: "The user name (key) of the API user, an e-mail address. It also tells where your database is.",
  },
  public_key: { label: "Public key" },
  private_key: { label: "Private key" },
  client_secret: { label: "Client secret" },
  secret: { label: "Secret", hint: "The password (secret) of the API user." },
  integration_code: { label: "Integration code" },
};

/** Autotask finds the address out by itself. */
const ZONE: FieldWords = { label: "Zone address", hint: "Leave it empty: Autotask tells us where your database is." };

export function fieldWords(name: string, provider?: PsaProvider): FieldWords {
  return name === "site" && provider === "autotask" ? ZONE : (FIELDS[name] ?? { label: name.replaceAll("_", " ") });
}

/** A field that is found out by itself: shown only when somebody wants to set it. */
export const AT_HAND: Readonly<Partial<Record<PsaProvider, string>>> = { autotask: "site" };

/** Fields that change nothing about whose keys are used. */
export const KEEPS_KEYS: readonly string[] = ["tenant"];

/** What is wrong with a field before it is sent; the rest is said by the test. */
export function fieldProblem(
  name: string,
  typed: string,
  { optional, most }: { readonly optional: boolean; readonly most: number },
): string | null {
  const { label } = fieldWords(name);
  if (typed.length > most) {
    return `${label}: at most ${most} characters`;
  }
  return !optional && typed.trim() === "" ? `${label} is needed` : null;
}

/** Where to get what is typed in. */
export const WHERE: Readonly<Record<PsaProvider, string>> = {
  connectwise: "In ConnectWise: System, Members, API Members. Make one with a role of its own and an API key pair.",
  halopsa: "In HaloPSA: Configuration, Integrations, Halo API. Add an application with client credentials.",
  autotask: "In Autotask: Admin, Resources, an API-only user with an integration code.",
};

const CHECKS: Readonly<Record<string, string>> = {
  way: "Address, certificate, sign-in",
  resolve: "Address",
  tls: "Secure connection",
  discovery: "API found",
  sign_in: "Sign-in",
  tickets: "Read tickets",
  boards: "Read boards",
  statuses: "Read statuses",
  priorities: "Read priorities",
  members: "Read members",
  companies: "Read companies",
  contacts: "Read contacts",
  configurations: "Read configurations",
  schedule: "Read the schedule",
  time: "Read time entries",
  write_note: "Write notes",
  write_status: "Change statuses",
  write_assign: "Assign people",
  write_time: "Book time",
  write_create: "Open tickets",
};

export function checkName(check: PsaCheck): string {
  return CHECKS[check.check] ?? fieldWords(check.check).label;
}

export interface StatusWords {
  readonly tone: Tone;
  readonly text: string;
}

/** How the connection does, for the head of the page. */
export function statusWords(connection: PsaConnection): StatusWords {
  const missing = connection.checks.filter((check) => check.ok === false && check.permission).length;
  switch (connection.status) {
    case "ok":
      return { tone: "success", text: "Connected" };
    case "permission_missing":
      return { tone: "warning", text: `Connected, ${missing} ${missing === 1 ? "permission" : "permissions"} missing` };
    case "auth_failed":
      return { tone: "danger", text: "Sign-in refused" };
    case "unreachable":
      return { tone: "warning", text: "Not reachable" };
    case "rate_limited":
      return { tone: "warning", text: "Asked too often, waiting" };
    case "disabled":
      return { tone: "neutral", text: "Turned off" };
    case "untested":
      return { tone: "neutral", text: "Not tested yet" };
  }
}

/** What to do about a status that stops work; null when nothing is wrong. */
export function statusAdvice(connection: PsaConnection): string | null {
  switch (connection.status) {
    case "auth_failed":
      return "The PSA refused our sign-in. Nothing more is sent; what waits goes on when new keys work. Change the keys, or test again once it is put right in the PSA.";
    case "unreachable":
      return "The PSA did not answer. What waits is tried again by itself.";
    case "rate_limited":
      return "The PSA asked us to wait. What waits is tried again by itself.";
    default:
      return null;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  connection_created: "Connected",
  connection_rotated: "Keys changed",
  connection_changed: "Connection changed",
  connection_deleted: "Connection removed",
  connection_status: "Connection status",
  members_matched: "People matched by e-mail",
  mapping_changed: "Member mapping changed",
  settings_changed: "Settings changed",
  write_blocked: "Write stopped",
  write_retried: "Write tried again",
  write_finished_without_status: "Finished without status",
  write_cancelled: "Write cancelled",
  webhook_registered: "Live ticket changes set up",
  webhook_removed: "Live ticket changes removed",
};

const VENDORS: Readonly<Record<string, string>> = {
  connectwise: "ConnectWise",
  halopsa: "HaloPSA",
  autotask: "Autotask",
};

const STATUSES: Readonly<Record<PsaConnection["status"], string>> = {
  ok: "connected",
  permission_missing: "a permission is missing",
  auth_failed: "sign-in refused",
  unreachable: "not reachable",
  rate_limited: "asked too often",
  disabled: "turned off",
  untested: "not tested yet",
};

export function activityName(activity: Activity): string {
  return KINDS[activity.kind] ?? sentence(activity.kind);
}

/** The one thing worth saying beside the name. */
export function activityDetail(activity: Activity): string | null {
  const { message, status, name, provider } = activity.detail;
  const value = message ?? name ?? provider ?? status;
  if (typeof value === "string") {
    return VENDORS[value] ?? STATUSES[value as PsaConnection["status"]] ?? value.replaceAll("_", " ");
  }
  const matched = activity.detail.matched;
  if (typeof matched === "number") {
    return `${matched} matched`;
  }
  const changed = Object.keys(activity.detail).filter((name) => !/^[0-9a-f-]{36}$/.test(name));
  return changed.length > 0 ? changed.map((name) => name.replaceAll("_", " ")).join(", ") : null;
}

export function sentence(text: string): string {
  const words = text.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
