import { Fragment, type ReactNode } from "react";
import { SecretChip } from "../chat/rich-text";

/** A fact's words: masked secrets as chips, backticks as code. */
export function FactText({ text }: { readonly text: string }): ReactNode {
  return text.split(/(«secret:\d+»|`[^`]+`)/g).map((part, index) => {
    const secret = /^«secret:(\d+)»$/.exec(part)?.[1];
    const key = `${index}-${part}`;
    if (secret) {
      return <SecretChip key={key} number={Number(secret)} />;
    }
    if (part.startsWith("`") && part.endsWith("`") && part.length > 2) {
      return (
        <code key={key} className="rounded-sm bg-code px-1 py-px font-mono text-[0.92em]">
          {part.slice(1, -1)}
        </code>
      );
    }
    return <Fragment key={key}>{part}</Fragment>;
  });
}
