import type { ReactNode } from "react";
import { useSession } from "../context";
import { Withdrawn } from "./withdrawn";

/** Above the conversation: the note of this session is posted, and something it rests on was taken back since. */
export function NoteFlag(): ReactNode {
  const { detail } = useSession();
  if (!detail.resolution_note_markdown || detail.resolution_note_withdrawn.length === 0) {
    return null;
  }
  return (
    <div role="status" className="flex-none border-b border-default bg-warning-dim px-5 pb-1.5 pt-1">
      <Withdrawn facts={detail.resolution_note_withdrawn} />
    </div>
  );
}
