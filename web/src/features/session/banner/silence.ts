import { useState } from "react";

const key = (fixId: string) => `rf-nudge/${fixId}`;

function read(fixId: string | null): number | null {
  try {
    const value = fixId ? localStorage.getItem(key(fixId)) : null;
    return value === null ? null : Number(value);
  } catch {
    return null;
  }
}

/** *Still checking*: silences the question for three more messages, per fix, in this browser. */
export function useSilence(fixId: string | null): {
  readonly silencedAt: number | null;
  readonly silence: (messages: number) => void;
} {
  const [, again] = useState(0);
  return {
    silencedAt: read(fixId),
    silence: (messages) => {
      try {
        if (fixId) {
          localStorage.setItem(key(fixId), String(messages));
        }
      } catch {
        // Not remembered then: the question comes back.
      }
      again((count) => count + 1);
    },
  };
}
