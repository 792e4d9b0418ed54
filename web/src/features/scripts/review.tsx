import { CheckCheck, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { Draft } from "@/api/drafts";
import { ReviewFields } from "@/components/scripts/review-fields";
import { useReview } from "@/components/scripts/use-review";
import { Button, ConfirmButton } from "@/components/ui";

/** The form that makes a draft a template, with what the product proposed filled in. */
export function ReviewForm({ draft, onDone }: { readonly draft: Draft; readonly onDone: () => void }): ReactNode {
  const review = useReview(draft, onDone);
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto px-6 py-4 max-sm:px-4">
        <ReviewFields review={review} />
      </div>
      <footer className="flex flex-none flex-wrap items-center justify-end gap-2 border-t border-default bg-sidebar px-6 py-2.5 max-sm:px-4">
        <ConfirmButton icon={Trash2} question="Confirm reject?" busy={review.rejecting} onConfirm={review.reject}>
          Reject
        </ConfirmButton>
        <Button
          variant="primary"
          icon={CheckCheck}
          busy={review.saving}
          disabledReason={review.missing}
          onClick={review.save}
        >
          Save as template
        </Button>
      </footer>
    </>
  );
}
