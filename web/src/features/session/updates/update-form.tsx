import { Check, Copy } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import {
  type Audience,
  type UpdatePreview,
  type UpdateVisibility,
  useUpdatePreview,
  useUpdateWrite,
} from "@/api/updates";
import {
  Button,
  Field,
  InlineError,
  Input,
  SaveState,
  Segmented,
  Skeleton,
  Textarea,
  TextButton,
} from "@/components/ui";
import { useDraft } from "@/lib/drafts";
import { useCopy, useDebounced, usePhone } from "@/lib/hooks";
import { scrub } from "@/lib/secrets";
import { useSession } from "../context";
import { RefusalLine } from "../resolve/refusal";
import { Blockers, WritePanel } from "../resolve/write-panel";
import { TwoTexts } from "../two-texts";
import { NoteField } from "./note-field";
import { useShare } from "./use-share";
import { type UpdateDraft, useUpdateDraft } from "./use-update-draft";
import { fateOf, USUAL, writerOf } from "./words";

const MAX = 20_000;
const MAX_SUBJECT = 150;

interface UpdateFormProps {
  readonly audience: Audience;
  /** Text stands here that is not stored: leaving asks first. */
  readonly onUnsaved: (unsaved: boolean) => void;
}

/** One audience: its text, what it is called, whether and how it goes to the ticket, and what came of it. */
export function UpdateForm({ audience, onUnsaved }: UpdateFormProps): ReactNode {
  const { id } = useSession();
  const added = useDraft(`update-note/${id}/${audience}`, scrub);
  const [note, setNote] = useState("");
  const preview = useUpdatePreview(id, audience, note);
  const [shown, setShown] = useState<UpdatePreview | undefined>(preview.data);
  if (preview.data && !preview.isPlaceholderData && preview.data !== shown) {
    setShown(preview.data);
  }
  const own = useUpdateDraft(id, audience, shown);
  const draft = {
    ...own,
    forget: () => {
      own.forget();
      added.discard();
    },
  };
  const unsaved = draft.state === "conflict" || draft.state === "failed";
  useEffect(() => {
    onUnsaved(unsaved);
    return () => onUnsaved(false);
  }, [unsaved, onUnsaved]);
  const write = (wish: string) => (wish === note ? void preview.refetch() : setNote(wish));
  if (!shown) {
    return preview.error ? (
      <InlineError
        className="mt-3"
        title="The text could not be written"
        error={preview.error}
        onRetry={() => void preview.refetch()}
        retrying={preview.isFetching}
      />
    ) : (
      <Skeleton className="mt-3 h-40" />
    );
  }
  return (
    <div className="mt-3 flex flex-col gap-3">
      <NoteField draft={added} asked={note} busy={preview.isFetching} error={preview.error} onWrite={write} />
      <LoadedForm audience={audience} preview={shown} asked={note} draft={draft} />
    </div>
  );
}

interface LoadedProps {
  readonly audience: Audience;
  readonly preview: UpdatePreview;
  /** What the text was asked to say besides the record. */
  readonly asked: string;
  readonly draft: UpdateDraft;
}

function LoadedForm({ audience, preview, asked, draft }: LoadedProps): ReactNode {
  const { id, detail } = useSession();
  const { user } = useSignedIn();
  const phone = usePhone();
  const linked = detail.ticket_ref !== null;
  const postable = linked && audience !== "email_draft";
  const [where, setWhere] = useState<UpdateVisibility | "here">(postable ? USUAL[audience] : "here");
  const [ownSubject, setSubject] = useState<string | null>(null);
  const subject = ownSubject ?? preview.subject ?? "";
  const [declined, setDeclined] = useState<UpdatePreview | null>(null);
  const offered = asked !== "" && draft.edited && preview !== declined && preview.markdown !== draft.text;
  const visibility = postable && where !== "here" ? where : null;
  const settled = useDebounced(draft.text, 400);
  const write = useUpdateWrite(id, settled, visibility, visibility !== null && settled.trim() !== "");
  const share = useShare({ audience, text: draft.text, subject, visibility, write: write.data, draft });
  const mayPass = hasRole(user, "admin");
  const blocked =
    write.data?.blockers.some((one) => one.code !== "leak_suspected" || !(mayPass && share.leakOk)) ?? false;
  const changed = (write.data?.conflicts.length ?? 0) > 0 && !share.changedOk;
  const reason =
    draft.text.trim() === ""
      ? "The text is empty"
      : draft.theirs
        ? "Choose one of the two texts first"
        : share.done
          ? "This text was shared. Change it to share again."
          : visibility === null
            ? null
            : !write.data
              ? "Still looking up what will be written"
              : blocked
                ? "Something above stands in the way"
                : changed
                  ? "The ticket changed. Tick that you post all the same."
                  : null;
  return (
    <>
      {draft.theirs ? (
        <TwoTexts
          words="Another tab saved a different text."
          mine={draft.text}
          other={draft.theirs.markdown}
          otherWord="Use the other"
          onOther={draft.useTheirs}
          onMine={draft.keepMine}
        />
      ) : offered ? (
        <TwoTexts
          words="It was written anew with what you added. You had changed the text before."
          mine={draft.text}
          other={preview.markdown}
          otherWord="Use new"
          onOther={draft.discard}
          onMine={() => setDeclined(preview)}
        />
      ) : null}
      {audience === "email_draft" ? (
        <Field label="Subject" counter={{ length: subject.length, max: MAX_SUBJECT }}>
          <Input value={subject} maxLength={MAX_SUBJECT} onChange={(event) => setSubject(event.target.value)} />
        </Field>
      ) : null}
      <div>
        <Textarea
          aria-label="Text of the update"
          rows={8}
          value={draft.text}
          maxLength={MAX}
          className="!text-bubble leading-[1.55]"
          onChange={(event) => {
            share.reset();
            draft.setText(event.target.value);
          }}
        />
        <TextLine
          draft={draft}
          writer={writerOf(preview)}
          text={subject && audience === "email_draft" ? `${subject}\n\n${draft.text}` : draft.text}
        />
      </div>
      {postable ? (
        <Segmented
          label="Where it goes"
          value={where}
          onChange={(next) => {
            share.reset();
            setWhere(next);
          }}
          className="max-w-full"
          options={[
            { value: "internal", label: phone ? "Internal" : "Ticket, internal" },
            { value: "customer", label: phone ? "Customer" : "Ticket, customer sees it" },
            { value: "here", label: "Keep here" },
          ]}
        />
      ) : (
        <p className="text-row text-muted-foreground">
          {audience === "email_draft"
            ? "Copy it into your mail program. Keeping it puts it in the list below."
            : "No ticket is linked, so it is kept here only."}
        </p>
      )}
      {visibility !== null ? (
        <div className="-mx-4">
          <WritePanel
            preview={write.data}
            error={write.error}
            loading={write.isFetching}
            onRetry={() => void write.refetch()}
            changedOk={share.changedOk}
            onChangedOk={share.setChangedOk}
          />
          {write.data ? (
            <Blockers preview={write.data} mayPass={mayPass} leakOk={share.leakOk} onLeakOk={share.setLeakOk} />
          ) : null}
        </div>
      ) : null}
      {visibility !== null && write.data && write.data.marks.length > 0 ? (
        <p className="text-row text-warning">
          {write.data.marks.length === 1 ? "1 sentence names" : `${write.data.marks.length} sentences name`} something
          that is in no fact: {write.data.marks.join(" ")}
        </p>
      ) : null}
      <div className="-mx-4">
        <RefusalLine error={share.error} />
      </div>
      <div className="flex flex-wrap items-center justify-end gap-2">
        {share.done ? (
          <p role="status" className="mr-auto flex items-center gap-1.5 text-row text-success">
            <Check size={14} aria-hidden />
            {fateOf(share.done, detail.ticket_ref)}
          </p>
        ) : null}
        <Button variant="primary" busy={share.busy} disabledReason={reason} onClick={share.send}>
          {visibility === "customer" ? "Post, customer sees it" : visibility === "internal" ? "Post, internal" : "Keep"}
        </Button>
      </div>
    </>
  );
}

interface TextLineProps {
  readonly draft: UpdateDraft;
  /** Who wrote the text below which this stands. */
  readonly writer: string;
  readonly text: string;
}

function TextLine({ draft, writer, text }: TextLineProps): ReactNode {
  const { copied, copy } = useCopy();
  return (
    <div className="mt-1.5 flex min-h-6 flex-wrap items-center gap-3">
      <TextButton onClick={() => void copy(text)}>
        <span className="inline-flex items-center gap-1.5">
          {copied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
          {copied ? "Copied" : "Copy"}
        </span>
      </TextButton>
      {draft.edited ? <TextButton onClick={draft.discard}>Use the written text</TextButton> : null}
      <span className="text-hint text-muted-foreground">{draft.edited ? "Your own words" : writer}</span>
      <span className="ml-auto">
        {draft.state === "failed" ? (
          <span role="alert" className="flex items-center gap-2 text-hint text-danger">
            Not saved. Your text is kept here.
            <TextButton onClick={() => void draft.saveNow()}>Retry</TextButton>
          </span>
        ) : draft.state === "clean" ? null : (
          <SaveState state={draft.state} at={draft.savedAt} />
        )}
      </span>
    </div>
  );
}
