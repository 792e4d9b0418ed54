import { Pencil } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useRename } from "@/api/sessions";
import { sessionTitle } from "@/components/sessions/look";
import { IconButton } from "@/components/ui";
import { useSession } from "../context";

const MAX = 200;

/** The session's title; with the pencil it becomes a field in the same place. Enter keeps, Esc gives up. */
export function TitleEdit(): ReactNode {
  const { detail, id, canWrite } = useSession();
  const [text, setText] = useState<string | null>(null);
  const rename = useRename(id);
  const field = useRef<HTMLInputElement>(null);
  const editing = text !== null;
  useEffect(() => {
    if (editing) {
      field.current?.select();
    }
  }, [editing]);

  const keep = () => {
    const next = text?.trim() ?? "";
    setText(null);
    if (next && next !== detail.title) {
      rename.mutate(next);
    }
  };

  if (editing) {
    return (
      <div className="flex h-6.5 items-center">
        <h1 className="sr-only">{sessionTitle(detail)}</h1>
        <input
          ref={field}
          value={text}
          maxLength={MAX}
          aria-label="Title of the session"
          onChange={(event) => setText(event.target.value)}
          onBlur={keep}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              keep();
            } else if (event.key === "Escape") {
              event.stopPropagation();
              setText(null);
            }
          }}
          className="-ml-1.5 w-full max-w-140 rounded-field border border-control bg-input px-1.25 font-heading text-section font-semibold tracking-[-0.01em] text-heading"
        />
      </div>
    );
  }
  return (
    <div className="flex h-6.5 min-w-0 items-center gap-2">
      <h1 className="min-w-0 truncate text-section max-sm:text-[0.9375rem]" title={sessionTitle(detail)}>
        {sessionTitle(detail)}
      </h1>
      {canWrite ? (
        <IconButton
          icon={Pencil}
          label="Edit the title"
          size="sm"
          className="max-sm:hidden"
          onClick={() => setText(detail.title ?? "")}
        />
      ) : null}
    </div>
  );
}
