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

/** One field as the PSA receives it. */
export type FieldChange = Schema.FieldChange;
export type PreviewStep = Schema.PreviewStep;
export type WritePreview = Schema.PreviewOut;
export type WriteStep = Schema.WriteStepOut;
export type PsaWrite = Schema.WriteOut;
