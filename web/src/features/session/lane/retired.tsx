import { ChevronDown, ChevronRight, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { LaneItem } from "@/api/session-types";
import { TextButton } from "@/components/ui";
import { useSession } from "../context";
import { useLaneActs } from "./use-lane";

/** Items the pilot no longer asks for: folded away, never lost. */
export function RetiredFold({ items }: { readonly items: readonly LaneItem[] }): ReactNode {
  const { canWrite } = useSession();
  const { run } = useLaneActs();
  const [open, setOpen] = useState(false);
  if (items.length === 0) {
    return null;
  }
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex h-7 items-center gap-1.75 text-row font-medium text-muted-foreground hover:text-primary coarse:h-11"
      >
        <Icon size={14} aria-hidden />
        No longer needed - {items.length}
      </button>
      {open ? (
        <ul className="mt-1 flex flex-col gap-1.5">
          {items.map((item) => (
            <li
              key={item.id}
              className="flex items-center gap-2 rounded-card border border-dashed border-default py-1.25 pl-3 pr-2.5"
            >
              <span className="flex-1 text-row text-muted">{item.text}</span>
              {canWrite ? (
                <TextButton icon={Undo2} className="!mx-0" onClick={() => run({ act: "reopen", item })}>
                  Bring back
                </TextButton>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
