import type { Draft, Parameter } from "@/api/drafts";

/** A draft as it is being reviewed. */
export interface Review {
  readonly body: string;
  readonly parameters: readonly Parameter[];
}

export const KINDS = [
  { value: "text", label: "Text" },
  { value: "textarea", label: "Long text" },
  { value: "number", label: "Number" },
  { value: "password", label: "Password" },
] as const;

export type Kind = (typeof KINDS)[number]["value"];

const KEY = /^[a-z][a-z0-9_]{0,63}$/;

export function reviewOf(draft: Draft): Review {
  return { body: draft.script_body, parameters: draft.proposed_parameters.parameters };
}

/** Without the parameter: the literal it was made from stands in the script again. */
export function withoutParameter(review: Review, key: string, extracted: Readonly<Record<string, string>>): Review {
  const literal = extracted[key];
  const body = literal === undefined ? review.body : review.body.replace(placeholder(key), () => literal);
  return { body, parameters: review.parameters.filter((one) => one.key !== key) };
}

export function withParameter(review: Review, key: string): Review {
  const label = key.replaceAll("_", " ");
  const added: Parameter = {
    key,
    label: label.charAt(0).toUpperCase() + label.slice(1),
    type: "text",
    required: true,
    default: null,
    options: [],
    help: "",
    secret: false,
    validation: {},
  };
  return { ...review, parameters: [...review.parameters, added] };
}

export function withKind(parameter: Parameter, kind: Kind): Parameter {
  return { ...parameter, type: kind, secret: kind === "password", default: null, validation: {} };
}

export function changed(review: Review, key: string, change: (parameter: Parameter) => Parameter): Review {
  return { ...review, parameters: review.parameters.map((one) => (one.key === key ? change(one) : one)) };
}

/** Why this cannot be the key of a new parameter; null when it can. */
export function keyProblem(key: string, review: Review): string | null {
  if (!KEY.test(key) || key.startsWith("rf_")) {
    return "Small letters, digits and _, beginning with a letter";
  }
  return review.parameters.some((one) => one.key === key) ? "This key is taken" : null;
}

/** Whether the placeholder of a key stands in the script. */
export function isUsed(body: string, key: string): boolean {
  return placeholder(key).test(body);
}

function placeholder(key: string): RegExp {
  return new RegExp(`\\{\\{[ \\t]*${key}[ \\t]*\\}\\}`, "g");
}
