import type { ReactNode } from "react";
import { Button } from "@/components/ui";
import { useSession } from "../context";
import { unsentItems } from "../model/lane-model";
import { useLaneActs, useSendLane } from "./use-lane";

/** Answers kept but not sent yet, above the foot. */
export function SendStrip(): ReactNode {
  const { lane } = useSession();
  const { send, busy, running } = useSendLane();
  const { sendsItself } = useLaneActs();
  const count = unsentItems(lane).length;
  if (count === 0 || sendsItself) {
    return null;
  }
  const words = count === 1 ? "1 answer" : `${count} answers`;
  return (
    <div className="flex flex-none items-center gap-2 border-t border-default bg-card px-3.5 py-2 text-hint text-muted-foreground max-sm:px-4">
      <span className="flex-1">{words}, kept until you send</span>
      <Button
        size="lane"
        busy={busy}
        disabledReason={running ? "Stop or wait to send" : null}
        onClick={() => void send()}
      >
        Send {words}
      </Button>
    </div>
  );
}
