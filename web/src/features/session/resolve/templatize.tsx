import { CheckCheck, CircleCheck, LoaderCircle } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type Draft, type DraftRow, useDraftsLive, useDraftTemplate } from "@/api/drafts";
import { useChangePreferences } from "@/api/preferences";
import { ReviewFields } from "@/components/scripts/review-fields";
import { useReview } from "@/components/scripts/use-review";
import { Button, Dialog, InlineError, Skeleton } from "@/components/ui";
import { clock } from "@/lib/time";
import { toast } from "@/lib/toast";
import { useSession } from "../context";

interface TemplatizeProps {
  /** The drafts to ask about, one at a time. */
  readonly rows: readonly DraftRow[];
  readonly onClose: () => void;
}

/** Asks after a resolve whether its scripts are worth keeping. Skipping keeps a draft in the list. */
export function Templatize({ rows, onClose }: TemplatizeProps): ReactNode {
  useDraftsLive();
  const { detail } = useSession();
  const [place, setPlace] = useState(0);
  const row = rows[place];
  if (!row) {
    return null;
  }
  const next = () => (place + 1 < rows.length ? setPlace(place + 1) : onClose());
  const count = rows.length > 1 ? `${place + 1} of ${rows.length}. ` : "";
  const when = detail.resolved_at ? ` ${clock(new Date(detail.resolved_at))}` : "";
  const where = detail.resolution_note_posted_at && detail.ticket_ref ? `, the note is on ${detail.ticket_ref}` : "";
  return (
    <Dialog
      open
      onClose={onClose}
      title="Keep the script for the next time?"
      description={`${count}What you save can be used by everybody in the account. Skipped, it waits under Script drafts.`}
      className="sm:!max-w-5xl"
    >
      <p className="role-success mb-4 flex items-center gap-2 rounded-card border border-role-tint bg-role-dim px-3 py-2 text-row text-primary">
        <CircleCheck size={16} className="flex-none text-role" aria-hidden />
        {`Resolved${when}${where}.`}
      </p>
      <One key={row.id} id={row.id} onNext={next} onClose={onClose} />
    </Dialog>
  );
}

interface OneProps {
  readonly id: string;
  readonly onNext: () => void;
  readonly onClose: () => void;
}

function One({ id, onNext, onClose }: OneProps): ReactNode {
  const read = useDraftTemplate(id);
  const [atOnce, setAtOnce] = useState(false);
  const { data: draft } = read;
  if (!draft) {
    return (
      <>
        {read.error ? (
          <InlineError
            title="The draft could not be read"
            error={read.error}
            onRetry={() => void read.refetch()}
            retrying={read.isFetching}
          />
        ) : (
          <Skeleton className="h-72" />
        )}
        <Foot>
          <Skip onClick={onNext} />
        </Foot>
      </>
    );
  }
  if (draft.status !== "pending") {
    return (
      <>
        <p role="status" className="text-bubble text-primary">
          {`${draft.resolved_by?.name ?? "Somebody"} has ${draft.status === "accepted" ? "saved it as a template" : "rejected it"} meanwhile. Nothing is left to do here.`}
        </p>
        <Foot>
          <Button variant="primary" onClick={onNext}>
            Go on
          </Button>
        </Foot>
      </>
    );
  }
  if (draft.extraction === "pending" && !atOnce) {
    return (
      <>
        <p role="status" className="flex min-h-72 items-center justify-center gap-2.5 text-row text-primary">
          <LoaderCircle size={14} className="animate-spin text-accent" aria-hidden />
          Looking for values that belong to this case only.
        </p>
        <Foot>
          <Skip onClick={onNext} />
          <Button onClick={() => setAtOnce(true)}>Review without them</Button>
        </Foot>
      </>
    );
  }
  return <Review draft={draft} onNext={onNext} onClose={onClose} />;
}

interface ReviewProps {
  readonly draft: Draft;
  readonly onNext: () => void;
  readonly onClose: () => void;
}

function Review({ draft, onNext, onClose }: ReviewProps): ReactNode {
  const review = useReview(draft, onNext);
  const [editing, setEditing] = useState(false);
  const change = useChangePreferences();
  const neverAgain = () =>
    change.mutate(
      { templatize_prompt_enabled: false },
      {
        onSuccess: () => {
          toast.info("Nobody is asked after a resolve any more. Account, Preferences turns it on again.");
          onClose();
        },
      },
    );
  return (
    <>
      <ReviewFields review={review} editParameters={editing} />
      <Foot>
        <Button variant="ghost" className="sm:mr-auto" busy={change.isPending} onClick={neverAgain}>
          Don't ask again for this account
        </Button>
        <Skip onClick={onNext} />
        {editing ? null : <Button onClick={() => setEditing(true)}>Edit parameters</Button>}
        <Button
          variant="primary"
          icon={CheckCheck}
          busy={review.saving}
          disabledReason={review.missing}
          onClick={review.save}
        >
          Save as template
        </Button>
      </Foot>
    </>
  );
}

/** The acts stay in sight at the lower edge while the form scrolls. */
function Foot({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <footer className="sticky -bottom-4 z-sticky -mx-5 -mb-4 mt-4 flex flex-wrap items-center justify-end gap-2 border-t border-default bg-card px-5 py-3 sm:rounded-b-dialog">
      {children}
    </footer>
  );
}

function Skip({ onClick }: { readonly onClick: () => void }): ReactNode {
  return (
    <Button variant="ghost" onClick={onClick}>
      Skip
    </Button>
  );
}
