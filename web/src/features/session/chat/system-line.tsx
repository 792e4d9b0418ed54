import {
  CircleCheck,
  CircleDot,
  CircleX,
  Link2,
  type LucideIcon,
  Pause,
  Play,
  RotateCcw,
  SquareTerminal,
  UserCheck,
} from "lucide-react";
import type { ReactNode } from "react";
import type { Message } from "@/api/session-types";
import { ClockTime } from "./clock-time";

const ICONS: Readonly<Record<string, LucideIcon>> = {
  paused: Pause,
  resumed: Play,
  abandoned: CircleX,
  reopened: RotateCcw,
  resolved: CircleCheck,
  fix_applied: SquareTerminal,
  fix_outcome: CircleCheck,
  fix_restored: RotateCcw,
  ticket_linked: Link2,
  handler_changed: UserCheck,
};

/** What a person declared or the server noted: dashed and italic; a replaced fix is a footnote on the right. */
export function SystemLine({ message }: { readonly message: Message }): ReactNode {
  if (message.kind === "fix_replaced") {
    return (
      <p className="-mt-2 self-end text-right font-mono text-mono text-muted">
        {/^replaced/i.test(message.content) ? message.content : `Replaced: ${message.content}`}
      </p>
    );
  }
  const Icon = ICONS[message.kind] ?? CircleDot;
  return (
    <p className="flex max-w-140 items-center gap-2 self-center rounded-md border border-dashed border-hover px-2.75 py-1 text-hint italic leading-[1.4] text-muted-foreground">
      <Icon size={13} className="flex-none" aria-hidden />
      <span>{message.content}</span>
      <ClockTime value={message.created_at} className="font-mono text-mono not-italic text-muted" />
    </p>
  );
}
