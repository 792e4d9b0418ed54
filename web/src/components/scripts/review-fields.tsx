import type { ReactNode } from "react";
import { useScriptCategories } from "@/api/drafts";
import { CodeEditor, Field, InlineError, Input, Select, Textarea, TextButton } from "@/components/ui";
import { withoutParameter } from "./model";
import { Origin } from "./origin";
import { Parameters } from "./parameters";
import type { ReviewState } from "./use-review";

interface Props {
  readonly review: ReviewState;
  /** Whether parameters can be named and added, not only taken out. */
  readonly editParameters?: boolean;
}

/** What a draft becomes as a template: script, parameters, name, category and description. */
export function ReviewFields({ review, editParameters = true }: Props): ReactNode {
  const { draft, form, change } = review;
  const categories = useScriptCategories();
  const locked = new Set(draft.proposed_parameters.parameters.filter((one) => one.secret).map((one) => one.key));
  return (
    <div className="@container">
      <Origin draft={draft} />
      {review.restored ? (
        <p className="mt-2 flex items-center gap-3 text-hint text-muted-foreground">
          Draft restored
          <TextButton onClick={review.startOver}>Discard</TextButton>
        </p>
      ) : null}
      {review.saveError ? (
        <InlineError title="Not saved, your changes are kept" error={review.saveError} className="mt-3" />
      ) : null}
      {review.rejectError ? <InlineError title="Not rejected" error={review.rejectError} className="mt-3" /> : null}
      <div className="mt-4 grid grid-cols-[minmax(0,1fr)_320px] gap-5 @max-[860px]:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-1.25">
          <p className="text-row font-medium text-primary">Script</p>
          <CodeEditor
            label="Script"
            language={draft.language}
            value={form.body}
            onChange={(body) => change({ body })}
          />
        </div>
        <Parameters
          review={form}
          onChange={({ body, parameters }) => change({ body, parameters })}
          locked={locked}
          onRemove={(key) => change(withoutParameter(form, key, draft.extracted))}
          editable={editParameters}
        />
      </div>
      <div className="mt-5 grid grid-cols-2 gap-x-4 gap-y-3 @max-[640px]:grid-cols-1">
        <Field label="Name" required counter={{ length: form.name.length, max: 200 }}>
          <Input value={form.name} maxLength={200} onChange={(event) => change({ name: event.target.value })} />
        </Field>
        <Field label="Category" required>
          <Select value={form.category} onChange={(event) => change({ category: event.target.value })}>
            <option value="">Choose one</option>
            {(categories.data ?? []).map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Description" className="col-span-full" counter={{ length: form.description.length, max: 2000 }}>
          <Textarea
            value={form.description}
            maxLength={2000}
            growTo={160}
            placeholder="When to use it, and what to look out for"
            onChange={(event) => change({ description: event.target.value })}
          />
        </Field>
      </div>
    </div>
  );
}
