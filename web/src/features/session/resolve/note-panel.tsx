import { type ReactNode, useEffect, useRef, useState } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import { useNotePreview, useRewriteNote, useWritePreview } from "@/api/documents";
import { usePsaStatus } from "@/api/psa";
import type { NotePreview, WritePreview } from "@/api/write-types";
import { Button, Checkbox, InlineError, TextButton } from "@/components/ui";
import { cx } from "@/lib/cx";
import { useDebounced, useMedia } from "@/lib/hooks";
import { useSession } from "../context";
import { useSessionUi } from "../session-ui";
import { TwoTexts } from "../two-texts";
import { MinutesRow, useMinutes } from "./minutes";
import { NoteEditor } from "./note-editor";
import { NoteFacts, NoteHead, NoteSkeleton } from "./note-parts";
import { NoteView } from "./note-view";
import { optionsOf } from "./options";
import { RefusalLine } from "./refusal";
import { useNoteDraft } from "./use-note-draft";
import { usePostNote } from "./use-post-note";
import { Blockers, WriteLine, WritePanel } from "./write-panel";

const AGAIN_AFTER_MS = 500;
/** What *Write it yourself* starts with: the headings of every note. */
const BLANK_NOTE = "## Problem\n\n\n## What we confirmed\n\n\n## Root cause\n\n\n## Resolution\n\n";

/** The resolution note before it is posted: its sentences with their facts, what exactly is written, *Confirm & post*. */
export function NotePanel({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { detail, id } = useSession();
  const { user } = useSignedIn();
  const preview = useNotePreview(id, detail.state_version, true);
  const rewrite = useRewriteNote(id);
  const edit = useNoteDraft(id, preview.data);
  const { resolveWhy } = useSessionUi();
  const rules = usePsaStatus().data?.rules;
  const [wanted, setWanted] = useState(false);
  // Where nothing is posted unless asked for, the tick asks for it.
  const unasked = detail.ticket_ref !== null && rules?.auto_push === "off";
  const linked = detail.ticket_ref !== null && (!unasked || wanted);
  const little = useMedia("(max-width: 639px), (max-height: 719px)");
  const below = useRef<HTMLDivElement>(null);
  const behind = preview.data !== undefined && preview.data.state_version !== detail.state_version;
  useFreshNote(behind, preview.refetch);

  const draft = preview.data?.draft ?? null;
  const text = edit.text ?? draft?.markdown ?? preview.data?.markdown ?? "";
  const own = edit.text !== null || draft !== null;
  const settledText = useDebounced(text, 400);
  const [proposed, setProposed] = useState<number | null>(null);
  const minutes = useMinutes(proposed, linked);
  const options = optionsOf(minutes.named);
  const write = useWritePreview(id, settledText, options, linked && settledText.trim() !== "");
  const found = write.data?.proposed_minutes ?? null;
  if (found !== null && found !== proposed) {
    setProposed(found);
  }
  const post = usePostNote({ text, saveDraft: edit.saveNow, write: write.data, linked, options });
  const { unproven } = unprovenOf(own, preview.data, write.data, post.refusedSentences);
  const leak = write.data?.blockers.some((blocker) => blocker.code === "leak_suspected") ?? false;
  const otherBlocker = write.data?.blockers.some((blocker) => blocker.code !== "leak_suspected") ?? false;
  const mayPass = hasRole(user, "admin");
  const reason = whyNot({
    text,
    unproven,
    ticked: post.ticks.unsupported,
    conflicts: (write.data?.conflicts.length ?? 0) > 0 && !post.ticks.changed,
    leak: leak && !(mayPass && post.ticks.leak),
    blocked: otherBlocker,
    loading: preview.isPending || (linked && (write.isPending || write.isPlaceholderData)),
    minutes: minutes.error !== null,
    failed: linked && write.isError && !write.data,
  });

  return (
    <>
      <NoteHead
        state={preview.isFetching || rewrite.isPending ? "updating" : behind ? "old" : "current"}
        write={write.data}
        onRefresh={() => rewrite.mutate()}
        editing={edit.text !== null}
        editable={preview.data !== undefined}
        onEdit={() => (edit.text === null ? edit.open() : void edit.close())}
        onClose={onClose}
      />
      <div className={cx("flex min-h-0 flex-1 flex-col", little && "overflow-y-auto")}>
        <div className={cx("flex flex-col pb-2", little ? "flex-none" : "min-h-24 flex-1 overflow-y-auto")}>
          {resolveWhy ? (
            <p
              role="status"
              className="role-warning mx-4 mt-3 rounded-card bg-role-dim px-3 py-2 text-row text-primary"
            >
              Not posted by itself: {resolveWhy}
            </p>
          ) : null}
          {edit.theirs ? (
            <TwoTexts
              className="mx-4 mt-3"
              words="Another tab saved a different text."
              mine={text}
              other={edit.theirs.markdown}
              otherWord="Use that one"
              onOther={edit.useTheirs}
              onMine={edit.keepMine}
            />
          ) : null}
          {draft && preview.data && draft.base_state_version < preview.data.state_version ? (
            <TwoTexts
              className="mx-4 mt-3"
              words="Facts changed since your edit."
              mine={text}
              other={preview.data.markdown}
              otherWord="Use new"
              onOther={edit.discard}
              onMine={edit.rebase}
            />
          ) : null}
          {edit.text !== null ? (
            <NoteEditor edit={edit} />
          ) : (
            <div className="flex-none px-4 pb-1 pt-3">
              {preview.isPending ? <NoteSkeleton /> : null}
              {preview.error && !preview.data ? (
                <InlineError
                  title="The note could not be written"
                  error={preview.error}
                  onRetry={() => void preview.refetch()}
                  retrying={preview.isFetching}
                >
                  <TextButton className="text-primary" onClick={() => edit.setText(BLANK_NOTE)}>
                    Write it yourself
                  </TextButton>
                </InlineError>
              ) : null}
              {preview.data ? <NoteView markdown={text} sentences={own ? [] : preview.data.sentences} /> : null}
              {own && preview.data ? (
                <p className="mt-2 text-hint text-muted-foreground">
                  Your own text. It is checked against the facts when you post it.
                </p>
              ) : null}
            </div>
          )}
        </div>
        {/* Below the text, not at its end: what is written and what stands in the way is seen without scrolling through the note. */}
        <div
          ref={below}
          className={cx("flex-none pb-2", !little && "max-h-[55%] overflow-y-auto border-t border-default")}
        >
          {edit.text === null && preview.data ? <NoteFacts preview={preview.data} unproven={unproven} /> : null}
          {unasked ? (
            <div className="mx-4 mt-2.5">
              <Checkbox
                checked={wanted}
                onChange={setWanted}
                label={<span className="text-row text-primary">Also write it to {detail.ticket_ref}</span>}
              />
            </div>
          ) : null}
          {linked ? (
            <>
              <WritePanel
                preview={write.data}
                error={write.error}
                loading={write.isFetching}
                onRetry={() => void write.refetch()}
                changedOk={post.ticks.changed}
                onChangedOk={(changed) => post.tick({ changed })}
                {...(minutes.mode !== "off" && write.data
                  ? { time: <MinutesRow minutes={minutes} write={write.data} /> }
                  : {})}
              />
              {write.data ? (
                <Blockers
                  preview={write.data}
                  mayPass={mayPass}
                  leakOk={post.ticks.leak}
                  onLeakOk={(ok) => post.tick({ leak: ok })}
                />
              ) : null}
            </>
          ) : (
            <p className="mx-4 mt-2.5 flex-none rounded-card border border-default bg-page px-3 py-2 text-row text-primary">
              Saved here only. Nothing is posted to a ticket.
            </p>
          )}
        </div>
      </div>
      {little && write.data ? (
        <WriteLine preview={write.data} onShow={() => below.current?.scrollIntoView({ block: "start" })} />
      ) : null}
      {/* Beside the button that was pressed: on a small screen the end of the text is out of sight. */}
      <RefusalLine error={post.error} />
      <footer className="flex flex-none flex-wrap items-center gap-2 border-t border-default px-4 pb-3.5 pt-2.75">
        {unproven > 0 ? (
          <Checkbox
            checked={post.ticks.unsupported}
            onChange={(unsupported) => post.tick({ unsupported })}
            label={
              <span className="text-row text-primary">{`Post with ${unproven} unproven ${unproven === 1 ? "sentence" : "sentences"}`}</span>
            }
          />
        ) : null}
        <span className="ml-auto flex items-center gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" busy={post.busy} disabledReason={reason} onClick={post.submit}>
            {linked ? "Confirm & post" : "Confirm & resolve"}
          </Button>
        </span>
      </footer>
    </>
  );
}

/** Asks for a new text 500 ms after the session changed; the old one stays in place until it comes. */
function useFreshNote(behind: boolean, refetch: () => unknown): void {
  const latest = useRef(refetch);
  latest.current = refetch;
  useEffect(() => {
    if (!behind) {
      return undefined;
    }
    const timer = setTimeout(() => void latest.current(), AGAIN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [behind]);
}

function unprovenOf(
  own: boolean,
  preview: NotePreview | undefined,
  write: WritePreview | undefined,
  refused: number | null,
): { readonly unproven: number } {
  if (!own) {
    return { unproven: Math.max(preview?.marks.length ?? 0, refused ?? 0) };
  }
  return { unproven: Math.max(write?.marks.length ?? 0, refused ?? 0) };
}

function whyNot(state: {
  text: string;
  unproven: number;
  ticked: boolean;
  conflicts: boolean;
  leak: boolean;
  blocked: boolean;
  loading: boolean;
  minutes: boolean;
  failed: boolean;
}): string | null {
  if (state.text.trim() === "") {
    return state.loading ? "The note is being written" : "The note is empty";
  }
  if (state.minutes) {
    return "Correct the minutes first";
  }
  if (state.loading) {
    return "Still looking up what will be written";
  }
  if (state.failed) {
    return "What will be written could not be looked up. Retry above.";
  }
  if (state.blocked || state.leak) {
    return "Something above stands in the way";
  }
  if (state.unproven > 0 && !state.ticked) {
    return "Tick that you post with unproven sentences";
  }
  return state.conflicts ? "The ticket changed. Tick that you post all the same." : null;
}
