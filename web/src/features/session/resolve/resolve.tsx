import type { ReactNode } from "react";
import { useSessionUi } from "../session-ui";
import { AutoPost } from "./auto-post";
import { BeforeResolving } from "./before-resolving";
import { NotePanel } from "./note-panel";
import { ResolvePanel } from "./panel";
import { ResultPanel } from "./result-panel";

const LABELS = {
  before: "Before resolving",
  auto: "Posting the note",
  note: "Resolution note",
  result: "What was written",
} as const;

/** Whatever *Resolve* has open: the question about the fix, the note, or what became of the write. */
export function ResolveSurface(): ReactNode {
  const { resolve, set } = useSessionUi();
  if (resolve === "closed") {
    return null;
  }
  const close = () => set({ resolve: "closed" });
  return (
    <ResolvePanel
      label={LABELS[resolve]}
      tall={resolve === "note"}
      narrow={resolve === "before" || resolve === "auto"}
      onClose={close}
    >
      {resolve === "before" ? <BeforeResolving onClose={close} /> : null}
      {resolve === "auto" ? <AutoPost onClose={close} /> : null}
      {resolve === "note" ? <NotePanel onClose={close} /> : null}
      {resolve === "result" ? <ResultPanel onClose={close} /> : null}
    </ResolvePanel>
  );
}
