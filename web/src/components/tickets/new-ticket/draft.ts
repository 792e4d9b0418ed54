import type { NewTicketIn, TicketDraftOut } from "@/api/ticket-writes";

/** A choice of the form, kept with its name so that it can be shown before its list is read. */
export interface Chosen {
  readonly id: string;
  readonly name: string;
}

/** Where a field's value comes from, as long as nobody changed it. */
export type Origin = "text" | "guess" | "ticket";

export type FieldName = "summary" | "description" | "company" | "contact" | "board" | "priority";

/** The form of a new ticket as it is filled in; kept in this browser as JSON. */
export interface TicketForm {
  readonly summary: string;
  readonly description: string;
  readonly company: Chosen | null;
  readonly contact: Chosen | null;
  readonly board: Chosen | null;
  readonly priority: Chosen | null;
  readonly assignee: Chosen | null;
  readonly notify: boolean;
  /** Fields that were filled for the person and not changed by them. */
  readonly origins: Readonly<Partial<Record<FieldName, Origin>>>;
  /** What the text names and the PSA's lists do not, in words. */
  readonly open: readonly string[];
}

export const EMPTY_FORM: TicketForm = {
  summary: "",
  description: "",
  company: null,
  contact: null,
  board: null,
  priority: null,
  assignee: null,
  notify: false,
  origins: {},
  open: [],
};

export const MAX_SUMMARY = 100;
export const MAX_DESCRIPTION = 8000;

const REASONS = {
  unknown: "is not in the PSA's list",
  ambiguous: "is there more than once",
  unreadable: "could not be looked up",
} as const;

/** The form as a text was read. A weak reading is marked, so that it is looked at. */
export function formOf(draft: TicketDraftOut): TicketForm {
  const origins: Partial<Record<FieldName, Origin>> = {};
  for (const name of ["summary", "description", "company", "contact", "board", "priority"] as const) {
    const field = draft[name];
    if (field?.value) {
      origins[name] = field.from === null ? "ticket" : field.confidence === "high" ? "text" : "guess";
    }
  }
  const chosen = (field: { readonly id: string | null; readonly value: string } | null): Chosen | null =>
    field?.id ? { id: field.id, name: field.value } : null;
  return {
    ...EMPTY_FORM,
    summary: draft.summary.value.slice(0, MAX_SUMMARY),
    description: draft.description.value.slice(0, MAX_DESCRIPTION),
    company: chosen(draft.company),
    contact: chosen(draft.contact),
    board: chosen(draft.board),
    priority: chosen(draft.priority),
    origins,
    open: draft.unresolved.map(({ field, text, reason }) =>
      text ? `${title(field)} "${text}" ${REASONS[reason]}` : `${title(field)} ${REASONS[reason]}`,
    ),
  };
}

const title = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** The form after a person changed some of it. Another client has other people. */
export function edited(form: TicketForm, change: Partial<TicketForm>): TicketForm {
  const names = Object.keys(change) as FieldName[];
  const origins = Object.fromEntries(
    Object.entries(form.origins).filter(([name]) => !names.includes(name as FieldName)),
  );
  const moved = change.company !== undefined && change.company?.id !== form.company?.id;
  return { ...form, ...(moved ? { contact: null } : {}), ...change, origins };
}

/** The first field that is still missing, with what to do about it; null when the ticket can be opened. */
export function missing(form: TicketForm): { readonly field: FieldName; readonly text: string } | null {
  if (form.summary.trim() === "") {
    return { field: "summary", text: "Say in a line what is wrong" };
  }
  if (form.company === null) {
    return { field: "company", text: "Choose the client" };
  }
  if (form.board === null) {
    return { field: "board", text: "Choose a board" };
  }
  return null;
}

/** The request of a complete form. */
export function requestOf(
  form: TicketForm,
  session: { readonly id: string; readonly role: "primary" | "spin_off" } | null,
) {
  const { company, board } = form;
  if (company === null || board === null) {
    throw new Error("the form is not complete");
  }
  return {
    summary: form.summary.trim(),
    description: form.description.trim(),
    company_id: company.id,
    board_id: board.id,
    ...(form.contact ? { contact_id: form.contact.id } : {}),
    ...(form.priority ? { priority_id: form.priority.id } : {}),
    ...(form.assignee ? { assignee_id: form.assignee.id } : {}),
    ...(session ? { session_id: session.id, role: session.role } : {}),
    notify: form.notify,
  } satisfies NewTicketIn;
}

/** A stored form; null for what is not one. */
export function storedForm(text: string): TicketForm | null {
  if (text === "") {
    return null;
  }
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null ? { ...EMPTY_FORM, ...(found as Partial<TicketForm>) } : null;
  } catch {
    return null;
  }
}
