import type { Audience, SessionUpdate, UpdatePreview, UpdateVisibility } from "@/api/updates";

export const AUDIENCES: ReadonlyArray<{
  readonly value: Audience;
  readonly label: string;
  readonly short: string;
  readonly hint: string;
}> = [
  {
    value: "status_update",
    label: "Status update",
    short: "Status",
    hint: "What is known, what is being done, what comes next.",
  },
  {
    value: "email_draft",
    label: "Customer e-mail",
    short: "E-mail",
    hint: "A draft to copy. Nothing is sent from here.",
  },
  {
    value: "request_info",
    label: "Information request",
    short: "Request",
    hint: "What is still open, as numbered requests.",
  },
];

export const AUDIENCE_WORD: Record<Audience, string> = {
  status_update: "Status update",
  email_draft: "Customer e-mail",
  request_info: "Information request",
};

/** What each audience is posted as unless the person says otherwise. */
export const USUAL: Record<Audience, UpdateVisibility> = {
  status_update: "internal",
  email_draft: "internal",
  request_info: "customer",
};

/** Who wrote a proposed text. */
export function writerOf(preview: UpdatePreview): string {
  return preview.engine === "llm"
    ? `Written by ${preview.model ?? "the model"}, checked against this session`
    : "Written by the built-in writer";
}

/** What became of an update, in words. Only what was read back counts as posted. */
export function fateOf(update: SessionUpdate, ticket: string | null): string {
  if (update.visibility === null) {
    return update.audience === "email_draft" ? "Kept here, to copy" : "Kept here";
  }
  const who = update.visibility === "customer" ? "the customer can see it" : "internal only";
  if (update.posted_at) {
    return `On ${ticket ?? "the ticket"}, ${who}`;
  }
  switch (update.write_state) {
    case "blocked":
      return `Not on the ticket: it waits for you, ${who}`;
    case "cancelled":
      return "Not on the ticket: nothing was sent";
    case null:
      return "Not on the ticket";
    default:
      return `On its way to the ticket, ${who}`;
  }
}
