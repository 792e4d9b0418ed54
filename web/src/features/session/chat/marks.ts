import type { Fact, Message } from "@/api/session-types";
import { indexOf } from "../model/offsets";
import type { Mark } from "../model/rich-text";
import type { ChatMark } from "../session-ui";
import type { TextMark } from "./rich-text";

/** Where words of this message prove stored facts, and the place *Show in chat* points at, as string indices. */
export function marksOf(
  message: Message,
  facts: readonly Fact[],
  shown: ChatMark | null,
): ReadonlyArray<Mark<TextMark>> {
  const at = indexOf(message.content);
  const marks: Array<Mark<TextMark>> = [];
  for (const fact of facts) {
    const evidence = fact.evidence;
    if (!evidence || evidence.stale || evidence.message_id !== message.id) {
      continue;
    }
    if (evidence.start === null || evidence.end === null || evidence.end <= evidence.start) {
      continue;
    }
    const isShown = shown?.messageId === message.id && shown.start === evidence.start && shown.end === evidence.end;
    marks.push({
      start: at(evidence.start),
      end: at(evidence.end),
      value: { factId: fact.id, factText: fact.text, shown: isShown },
    });
  }
  if (shown?.messageId === message.id && shown.end > shown.start && !marks.some((mark) => mark.value.shown)) {
    marks.push({
      start: at(shown.start),
      end: at(shown.end),
      value: { factId: null, factText: "", shown: true },
    });
  }
  // Shorter spans first: where two facts share words, the closer one is named.
  marks.sort((a, b) => a.end - a.start - (b.end - b.start));
  return marks;
}
