import type * as Schema from "./schema.gen";

/** The names of the resolution note, of what posting it writes, and of the write itself. Offsets count code points. */
export type NoteSentence = Schema.SentenceOut;
export type NoteDraft = Schema.DraftOut;
export type NotePreview = Schema.DocumentPreview;
export type WriteOptions = Schema.WriteOptionsIn;
export type ResolvePost = Schema.ResolvePostOut;
export type Conflict = Schema.Conflict;
export type EmailEffect = Schema.PreviewStep["emails"];
export type StepName = Schema.PreviewStep["step"];
export type Acknowledge = "ticket_changed" | "leak_suspected" | "unsupported_sentences";

/** One field as the PSA receives it; any JSON value, which the document of the API cannot say. */
export interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

type WithFields<T> = Omit<T, "fields"> & { readonly fields: readonly FieldChange[] };

export type PreviewStep = WithFields<Schema.PreviewStep>;
export type WritePreview = Omit<Schema.PreviewOut, "steps"> & { readonly steps: readonly PreviewStep[] };
export type WriteStep = WithFields<Schema.WriteStepOut>;
export type PsaWrite = Omit<Schema.WriteOut, "steps"> & { readonly steps: readonly WriteStep[] };
