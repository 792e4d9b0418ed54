import type { Visibility } from "@/api/tickets";

export interface NoteWish {
  readonly visibility: Visibility;
  /** E-mail the contact; only for notes the customer can see. */
  readonly notify: boolean;
}

export interface NotePlan {
  /** What kind of note it becomes, in the PSA's words. */
  readonly kind: string;
  /** The fields the PSA receives besides the text, by its own names. */
  readonly fields: readonly string[];
  readonly mail: string;
  /** Who it stands under in the PSA. */
  readonly author: string;
}

export interface NoteAuthor {
  readonly name: string;
  /** The member of the PSA this person is matched to; null when not matched, undefined when it could not be read. */
  readonly member: string | null | undefined;
}

/** What a note on a ticket will be, said before it is written. Pure; the server plans the same and keeps the exact fields in the history. */
export function planNote(provider: string | null, wish: NoteWish, author: NoteAuthor): NotePlan {
  const customer = wish.visibility === "customer";
  const notify = customer && wish.notify;
  const connectwise = provider === "connectwise";
  return {
    kind: connectwise ? (customer ? "Discussion" : "Internal analysis") : customer ? "Customer note" : "Internal note",
    fields: connectwise
      ? [customer ? "detailDescriptionFlag" : "internalAnalysisFlag", `processNotifications: ${notify}`]
      : [],
    mail: notify ? "The contact is mailed" : "Nobody is mailed",
    author: written(author, customer),
  };
}

function written({ name, member }: NoteAuthor, customer: boolean): string {
  if (member) {
    return `Written as ${member}`;
  }
  if (member === undefined) {
    return "Written as you, or as the API member when you are not matched";
  }
  return customer
    ? "Written as the API member, without your name: you are not matched to a member"
    : `Written as the API member and ends with "Posted for ${name}": you are not matched to a member`;
}
