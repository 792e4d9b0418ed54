import type { ReactNode } from "react";
import { clock, fullTime } from "@/lib/time";

/** Local HH:MM of a message: banner and evidence speak of messages by this time. The full stamp is in the tooltip. */
export function ClockTime({ value, className }: { readonly value: string; readonly className?: string }): ReactNode {
  const moment = new Date(value);
  return (
    <time dateTime={value} title={fullTime(moment)} className={className}>
      {clock(moment)}
    </time>
  );
}
