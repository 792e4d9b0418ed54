import { useNavigate } from "@tanstack/react-router";
import { ChevronLeft, LoaderCircle } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type Draft, useDraftTemplate } from "@/api/drafts";
import { Origin } from "@/components/scripts/origin";
import { Button, CodeEditor, InlineError, Skeleton, TextButton, Time, WhileLoading } from "@/components/ui";
import { ReviewForm } from "./review";

/** One draft: the review while it waits, what became of it afterwards. */
export function DraftDetail({ id }: { readonly id: string }): ReactNode {
  const navigate = useNavigate();
  const read = useDraftTemplate(id);
  const back = () => void navigate({ to: "/scripts/drafts/{-$draftId}", params: { draftId: undefined } });
  return (
    <section aria-label="Draft" className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex-none px-4 pt-3 lg:hidden">
        <TextButton icon={ChevronLeft} onClick={back}>
          All drafts
        </TextButton>
      </div>
      {read.data ? <h2 className="flex-none px-6 pt-4 text-section max-sm:px-4">{read.data.proposed_name}</h2> : null}
      {read.error ? (
        <InlineError
          title="The draft could not be read"
          error={read.error}
          onRetry={() => void read.refetch()}
          retrying={read.isFetching}
          className="m-6"
        />
      ) : null}
      <WhileLoading loading={read.isPending} label="Loading the draft">
        <Skeleton className="m-6 h-48" />
      </WhileLoading>
      {read.data ? <Shown draft={read.data} onDone={back} /> : null}
    </section>
  );
}

function Shown({ draft, onDone }: { readonly draft: Draft; readonly onDone: () => void }): ReactNode {
  const [atOnce, setAtOnce] = useState(false);
  if (draft.status !== "pending") {
    return <Settled draft={draft} />;
  }
  if (draft.extraction === "pending" && !atOnce) {
    return (
      <div className="min-h-0 flex-1 overflow-y-auto px-6 py-4 max-sm:px-4">
        <Origin draft={draft} />
        <div role="status" className="my-3 flex flex-wrap items-center gap-2.5 text-row text-primary">
          <LoaderCircle size={14} className="animate-spin text-accent" aria-hidden />
          Looking for values that belong to this case only.
          <Button size="lane" onClick={() => setAtOnce(true)}>
            Review without them
          </Button>
        </div>
        <CodeEditor label="Script" language={draft.language} value={draft.script_body} />
      </div>
    );
  }
  // A script that was kept anew meanwhile starts the review afresh; a proposal that came after *Review without them* does not.
  return <ReviewForm key={atOnce ? "at-once" : draft.original_body} draft={draft} onDone={onDone} />;
}

function Settled({ draft }: { readonly draft: Draft }): ReactNode {
  const accepted = draft.status === "accepted";
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-6 py-4 max-sm:px-4">
      <Origin draft={draft} />
      <p className="my-3 text-row text-primary">
        {accepted ? "Saved as template " : "Rejected"}
        {accepted ? <code className="font-mono">{draft.template_slug ?? "that was removed since"}</code> : null}
        {draft.resolved_by ? ` by ${draft.resolved_by.name}` : ""}
        {draft.resolved_at ? (
          <>
            {" "}
            <Time value={draft.resolved_at} />
          </>
        ) : null}
      </p>
      <CodeEditor label="Script" language={draft.language} value={draft.script_body} />
    </div>
  );
}
