import { CheckCheck, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type Draft, useAcceptDraft, useRejectDraft, useScriptCategories } from "@/api/drafts";
import { Button, CodeEditor, ConfirmButton, Field, InlineError, Input, Select, Textarea } from "@/components/ui";
import { toast } from "@/lib/toast";
import { reviewOf, withoutParameter } from "./model";
import { Origin } from "./origin";
import { Parameters } from "./parameters";

const MAX = 50_000;

/** The form that makes a draft a template, with what the product proposed filled in. */
export function ReviewForm({ draft, onDone }: { readonly draft: Draft; readonly onDone: () => void }): ReactNode {
  const categories = useScriptCategories();
  const accept = useAcceptDraft(draft.id);
  const reject = useRejectDraft(draft.id);
  const [name, setName] = useState(draft.proposed_name ?? "");
  const [category, setCategory] = useState(draft.proposed_category_id ?? "");
  const [description, setDescription] = useState("");
  const [review, setReview] = useState(() => reviewOf(draft));
  const locked = new Set(draft.proposed_parameters.parameters.filter((one) => one.secret).map((one) => one.key));
  const missing =
    name.trim() === ""
      ? "Give it a name"
      : category === ""
        ? "Choose a category"
        : review.body.trim() === ""
          ? "The script is empty"
          : review.body.length > MAX
            ? "At most 50,000 characters"
            : null;
  const save = () =>
    accept.mutate(
      {
        name: name.trim(),
        category_id: category,
        ...(description.trim() ? { description: description.trim() } : {}),
        parameters_schema: { parameters: review.parameters },
        edited_body: review.body,
      },
      {
        onSuccess: (saved) => {
          toast.success(`Saved as template ${saved.template_slug}`);
          onDone();
        },
      },
    );
  return (
    <>
      <div className="@container min-h-0 flex-1 overflow-y-auto px-6 py-4 max-sm:px-4">
        <Origin draft={draft} />
        {accept.error ? (
          <InlineError title="Not saved, your changes are kept" error={accept.error} className="mt-3" />
        ) : null}
        {reject.error ? <InlineError title="Not rejected" error={reject.error} className="mt-3" /> : null}
        <div className="mt-4 grid grid-cols-[minmax(0,1fr)_320px] gap-5 @max-[860px]:grid-cols-1">
          <div className="flex min-w-0 flex-col gap-1.25">
            <p className="text-row font-medium text-primary">Script</p>
            <CodeEditor
              label="Script"
              language={draft.language}
              value={review.body}
              onChange={(body) => setReview((now) => ({ ...now, body }))}
            />
          </div>
          <Parameters
            review={review}
            onChange={setReview}
            locked={locked}
            onRemove={(key) => setReview((now) => withoutParameter(now, key, draft.extracted))}
          />
        </div>
        <div className="mt-5 grid grid-cols-2 gap-x-4 gap-y-3 @max-[640px]:grid-cols-1">
          <Field label="Name" required counter={{ length: name.length, max: 200 }}>
            <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field label="Category" required>
            <Select value={category} onChange={(event) => setCategory(event.target.value)}>
              <option value="">Choose one</option>
              {(categories.data ?? []).map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="Description" className="col-span-full" counter={{ length: description.length, max: 2000 }}>
            <Textarea
              value={description}
              maxLength={2000}
              growTo={160}
              placeholder="When to use it, and what to look out for"
              onChange={(event) => setDescription(event.target.value)}
            />
          </Field>
        </div>
      </div>
      <footer className="flex flex-none flex-wrap items-center justify-end gap-2 border-t border-default bg-sidebar px-6 py-2.5 max-sm:px-4">
        <ConfirmButton
          icon={Trash2}
          question="Confirm reject?"
          busy={reject.isPending}
          onConfirm={() => reject.mutate(undefined, { onSuccess: onDone })}
        >
          Reject
        </ConfirmButton>
        <Button variant="primary" icon={CheckCheck} busy={accept.isPending} disabledReason={missing} onClick={save}>
          Save as template
        </Button>
      </footer>
    </>
  );
}
