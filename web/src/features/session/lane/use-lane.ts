import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type LaneAct, useLaneAct } from "@/api/lane";
import { newId } from "@/lib/api";
import { toast } from "@/lib/toast";
import { useSession } from "../context";
import { openItems } from "../model/lane-model";
import { sendTurn, useLiveTurn } from "../model/turn-store";
import { isRunning } from "../model/turn-stream";

/** Sends every settled answer that was not sent yet; starts a turn like a message does. */
export function useSendLane() {
  const client = useQueryClient();
  const { id } = useSession();
  const live = useLiveTurn(id);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      await sendTurn({ client, sessionId: id, request: { kind: "lane", message: null }, clientTurnId: newId() });
    } catch (error) {
      toast.error(error);
    } finally {
      setBusy(false);
    }
  };
  return { send, busy, running: isRunning(live) };
}

/** Acts on one item: stored at once. With only this item open, `andSend` sends the answer straight away. */
export function useItemAct() {
  const session = useSession();
  const act = useLaneAct(session.id);
  const lane = useSendLane();
  const only = openItems(session.lane).length === 1;
  const run = (input: LaneAct, options: { andSend?: boolean; onDone?: () => void } = {}) => {
    act.mutate(input, {
      onSuccess: () => {
        options.onDone?.();
        if (options.andSend && only && !lane.running) {
          void lane.send();
        }
      },
    });
  };
  return { run, busy: act.isPending, error: act.error, sendsAtOnce: only && !lane.running, last: act.variables };
}
