import { type ReactNode, useState } from "react";
import { Button, Dialog, SaveState, Textarea, TextButton } from "@/components/ui";
import { cx } from "@/lib/cx";
import { diffLines } from "../model/diff";
import type { NoteDraftEdit } from "./use-note-draft";

const MAX = 20_000;

/** The note as Markdown, saved as it is typed. */
export function NoteEditor({ edit }: { readonly edit: NoteDraftEdit }): ReactNode {
  const text = edit.text ?? "";
  return (
    <div className="flex min-h-0 flex-1 flex-col px-4 pt-3">
      <Textarea
        autoFocus
        aria-label="Resolution note"
        value={text}
        maxLength={MAX}
        className="!min-h-60 flex-1 !text-bubble leading-[1.6]"
        onChange={(event) => edit.setText(event.target.value)}
        onKeyDown={(event) => {
          // Esc leaves the text, not the whole panel.
          if (event.key === "Escape") {
            event.stopPropagation();
            event.nativeEvent.stopImmediatePropagation();
            void edit.close();
          }
        }}
      />
      <div className="mt-1.5 flex min-h-6 items-center gap-3">
        {edit.state === "clean" ? null : edit.state === "failed" ? (
          <span role="alert" className="flex items-center gap-2 text-hint text-danger">
            Not saved. Your text is kept here.
            <TextButton onClick={() => void edit.saveNow()}>Retry</TextButton>
          </span>
        ) : (
          <SaveState state={edit.state} at={edit.savedAt} />
        )}
        <TextButton className="ml-auto" onClick={edit.discard}>
          Use the generated text
        </TextButton>
      </div>
    </div>
  );
}

/** Two texts exist: says why and lets the person choose. */
export function TwoTexts(props: {
  readonly words: string;
  readonly mine: string;
  readonly other: string;
  readonly otherWord: string;
  readonly onOther: () => void;
  readonly onMine: () => void;
}): ReactNode {
  const { words, mine, other, otherWord, onOther, onMine } = props;
  const [comparing, setComparing] = useState(false);
  return (
    <div
      role="status"
      className="mx-4 mt-3 flex flex-wrap items-center gap-2 rounded-card border border-warning-tint bg-warning-dim px-3 py-2 text-row text-primary"
    >
      <span className="min-w-40 flex-1">{words}</span>
      <Button size="lane" variant="ghost" onClick={() => setComparing(true)}>
        Compare
      </Button>
      <Button size="lane" onClick={onOther}>
        {otherWord}
      </Button>
      <Button size="lane" onClick={onMine}>
        Keep mine
      </Button>
      {comparing ? (
        <Dialog
          open
          wide
          onClose={() => setComparing(false)}
          title="Compare the two texts"
          description="Minus is yours, plus is the other one."
        >
          <div className="overflow-x-auto rounded-md border border-default bg-code py-1.5 font-mono text-mono leading-[1.6] text-primary">
            {diffLines(mine, other).map((row, index) => (
              <p
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of one comparison never move
                key={index}
                className={cx(
                  "whitespace-pre-wrap px-3",
                  row.kind === "added" && "bg-success-dim",
                  row.kind === "removed" && "bg-danger-dim",
                )}
              >
                <span aria-hidden>{row.kind === "added" ? "+ " : row.kind === "removed" ? "- " : "  "}</span>
                {row.kind === "same" ? null : (
                  <span className="sr-only">
                    {row.kind === "added" ? "Only in the other text: " : "Only in yours: "}
                  </span>
                )}
                {row.text}
              </p>
            ))}
          </div>
        </Dialog>
      ) : null}
    </div>
  );
}
