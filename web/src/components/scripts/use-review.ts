import { useMemo, useState } from "react";
import { type Draft, useAcceptDraft, useRejectDraft } from "@/api/drafts";
import { useDraft } from "@/lib/drafts";
import { scrub } from "@/lib/secrets";
import { toast } from "@/lib/toast";
import { type Review, reviewOf } from "./model";

const MAX = 50_000;

/** What a reviewer changes of a draft. */
export interface Form extends Review {
  readonly name: string;
  readonly category: string;
  readonly description: string;
}

/** A form as it is kept in this browser; `of` = the script it was made from. */
interface Kept extends Form {
  readonly of: string;
}

export interface ReviewState {
  readonly draft: Draft;
  readonly form: Form;
  readonly change: (part: Partial<Form>) => void;
  /** Half-made changes of another day stand in the form. */
  readonly restored: boolean;
  readonly startOver: () => void;
  /** Why it cannot be saved yet. */
  readonly missing: string | null;
  readonly save: () => void;
  readonly saving: boolean;
  readonly saveError: unknown;
  readonly reject: () => void;
  readonly rejecting: boolean;
  readonly rejectError: unknown;
}

/** The review of one draft. What is changed is kept in this browser until it is saved or rejected, without the secrets it finds. */
export function useReview(given: Draft, onDone: () => void): ReviewState {
  // What is proposed meanwhile does not change a form that is being read.
  const [draft] = useState(given);
  const fresh = useMemo(() => freshForm(draft), [draft]);
  const kept = useDraft(`draft-review/${draft.id}`, scrubbed);
  const changed = useMemo(() => read(kept.text, draft.original_body), [kept.text, draft.original_body]);
  const form = changed ?? fresh;
  const accept = useAcceptDraft(draft.id);
  const reject = useRejectDraft(draft.id);
  const ended = () => {
    kept.discard();
    onDone();
  };
  return {
    draft,
    form,
    change: (part) => kept.setText(JSON.stringify({ ...form, ...part, of: draft.original_body } satisfies Kept)),
    restored: kept.restored && changed !== null,
    startOver: kept.discard,
    missing: missingOf(form),
    save: () =>
      accept.mutate(
        {
          name: form.name.trim(),
          category_id: form.category,
          ...(form.description.trim() ? { description: form.description.trim() } : {}),
          parameters_schema: { parameters: form.parameters },
          edited_body: form.body,
        },
        {
          onSuccess: (saved) => {
            toast.success(`Saved as template ${saved.template_slug}`);
            ended();
          },
        },
      ),
    saving: accept.isPending,
    saveError: accept.error,
    reject: () => reject.mutate(undefined, { onSuccess: ended }),
    rejecting: reject.isPending,
    rejectError: reject.error,
  };
}

function freshForm(draft: Draft): Form {
  return {
    ...reviewOf(draft),
    name: draft.proposed_name ?? "",
    category: draft.proposed_category_id ?? "",
    description: "",
  };
}

function missingOf(form: Form): string | null {
  if (form.name.trim() === "") {
    return "Give it a name";
  }
  if (form.category === "") {
    return "Choose a category";
  }
  if (form.body.trim() === "") {
    return "The script is empty";
  }
  return form.body.length > MAX ? "At most 50,000 characters" : null;
}

/** What was kept; null when there is nothing, or when the script was kept anew since. */
function read(text: string, of: string): Form | null {
  if (text === "") {
    return null;
  }
  try {
    const found = JSON.parse(text) as Kept;
    return found.of === scrub(of) || found.of === of ? found : null;
  } catch {
    return null;
  }
}

function scrubbed(text: string): string {
  if (text === "") {
    return text;
  }
  const found = JSON.parse(text) as Kept;
  const { of, name, description, body } = found;
  return JSON.stringify({
    ...found,
    of: scrub(of),
    name: scrub(name),
    description: scrub(description),
    body: scrub(body),
  } satisfies Kept);
}
