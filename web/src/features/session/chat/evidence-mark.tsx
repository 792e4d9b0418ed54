import type { ReactNode } from "react";
import { Tooltip } from "@/components/ui";
import { cx } from "@/lib/cx";
import type { TextMark } from "./rich-text";

/** Words that prove a stored fact: dotted green underline; hover or focus names the fact. */
export function EvidenceMark({ mark, children }: { readonly mark: TextMark; readonly children: ReactNode }): ReactNode {
  if (mark.factId === null) {
    return <span className="rounded-[2px] bg-success-dim-strong">{children}</span>;
  }
  return (
    <Tooltip text={`Fact: ${mark.factText}`}>
      <span
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the fact is named on focus as well as on hover
        tabIndex={0}
        data-fact={mark.factId}
        className={cx(
          "rounded-[2px] underline decoration-success decoration-dotted decoration-[1.5px] underline-offset-3",
          mark.shown && "bg-success-dim-strong",
        )}
      >
        {children}
        <span className="sr-only"> (proves: {mark.factText})</span>
      </span>
    </Tooltip>
  );
}
