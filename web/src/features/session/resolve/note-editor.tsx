import type { ReactNode } from "react";
import { SaveState, Textarea, TextButton } from "@/components/ui";
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
