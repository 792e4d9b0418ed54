import { type ReactNode, useEffect, useRef } from "react";
import { useNotePreview, useWritePreview } from "@/api/documents";
import { Button, Skeleton } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { useSession } from "../context";
import { whyLook } from "../model/auto-post";
import { useSessionUi } from "../session-ui";
import { MinutesRow, useMinutes } from "./minutes";
import { optionsOf } from "./options";
import { PanelTitle } from "./panel";
import { usePostNote } from "./use-post-note";

const saved = () => Promise.resolve(true);

/**
 * Where the settings post at Resolve by themselves: the note is written, judged and posted without being shown. With anything unproven,
 * changed or suspected it is shown instead, with why. Minutes are asked for first where the settings say so.
 */
export function AutoPost({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { detail, id } = useSession();
  const { set } = useSessionUi();
  const note = useNotePreview(id, detail.state_version, true);
  const fresh = note.data?.state_version === detail.state_version ? note.data : undefined;
  const text = fresh?.markdown ?? "";
  const first = useWritePreview(id, text, optionsOf(null), text.trim() !== "");
  const minutes = useMinutes(first.data?.proposed_minutes ?? null, true);
  const options = optionsOf(minutes.named);
  const write = useWritePreview(id, text, options, text.trim() !== "" && minutes.named !== null);
  const shown = minutes.named === null ? first : write;
  const current = shown.isPlaceholderData ? undefined : shown.data;
  const post = usePostNote({ text, saveDraft: saved, write: current, linked: true, options });
  const asks = minutes.mode === "prompt" && !minutes.unmapped && (first.data?.proposed_minutes ?? null) !== null;
  const failed = note.error ?? first.error;
  const why = failed
    ? messageOf(failed)
    : post.error
      ? messageOf(post.error)
      : fresh && first.data
        ? whyLook(fresh, first.data)
        : null;

  const stale = note.data !== undefined && !fresh;
  const { refetch } = note;
  useEffect(() => {
    if (stale) {
      void refetch();
    }
  }, [stale, refetch]);
  useEffect(() => {
    if (why !== null) {
      set({ resolve: "note", resolveWhy: why });
    }
  }, [why, set]);

  const ready = fresh !== undefined && current !== undefined && why === null;
  const seen = shown.data ?? first.data;
  const asking = asks && seen !== undefined && fresh !== undefined && why === null;
  const pressed = useRef(false);
  const { submit } = post;
  useEffect(() => {
    if (ready && !asks && !pressed.current) {
      pressed.current = true;
      submit();
    }
  });

  return (
    <div className="p-4">
      <PanelTitle>{asking ? "Minutes before it is posted" : "Posting the note"}</PanelTitle>
      {asking && seen ? (
        <>
          <p className="mb-3 mt-1 text-row text-muted-foreground">
            Nothing in the note is unproven. It goes to {detail.ticket_ref} as it is.
          </p>
          <MinutesRow minutes={minutes} write={seen} />
          <div className="mt-3 flex flex-wrap justify-end gap-2">
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button onClick={() => set({ resolve: "note", resolveWhy: null })}>Show the note</Button>
            <Button
              variant="primary"
              busy={post.busy}
              disabledReason={minutes.error ?? (current ? null : "Still looking up what will be written")}
              onClick={submit}
            >
              Post
            </Button>
          </div>
        </>
      ) : (
        <div role="status" className="mt-1">
          <p className="mb-3 text-row text-muted-foreground">
            {post.busy
              ? "Writing it to the ticket and reading it back."
              : "Writing it and looking whether anything is unproven, changed or suspected."}
          </p>
          <Skeleton className="w-3/4" />
        </div>
      )}
    </div>
  );
}
