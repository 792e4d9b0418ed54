import type { NotePreview, WritePreview } from "@/api/write-types";

/** Why a note is not posted by itself, in words for its head; null when nothing stands in the way. */
export function whyLook(note: NotePreview, write: WritePreview): string | null {
  const unproven = Math.max(note.marks.length, write.marks.length);
  if (note.draft) {
    return "You edited it before. Read it once more, then post it.";
  }
  if (unproven > 0) {
    return unproven === 1 ? "1 sentence is without evidence." : `${unproven} sentences are without evidence.`;
  }
  if (write.conflicts.length > 0) {
    return "The ticket changed since you loaded it.";
  }
  return write.blockers[0]?.message ?? null;
}
