import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useRef, useState } from "react";
import { type LaneAct, useLaneAct } from "@/api/lane";
import type { LaneItem } from "@/api/session-types";
import { newId } from "@/lib/api";
import { toast } from "@/lib/toast";
import { useSession } from "../context";
import { openItems } from "../model/lane-model";
import { sendTurn, useLivePart } from "../model/turn-store";
import { isRunning } from "../model/turn-stream";

/** Sends every settled answer that was not sent yet; starts a turn like a message does. */
export function useSendLane() {
  const client = useQueryClient();
  const { id } = useSession();
  const running = useLivePart(id, isRunning);
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
  return { send, busy, running };
}

interface RunOptions {
  /** With only this item open, send the answer straight away. */
  readonly andSend?: boolean;
  readonly onDone?: () => void;
}

interface LaneActs {
  readonly run: (input: LaneAct, options?: RunOptions) => void;
  readonly busy: ReadonlySet<string>;
  readonly errors: ReadonlyMap<string, unknown>;
  /** An answer that sends itself is on its way: there is nothing left to press for it. */
  readonly sendsItself: boolean;
}

const Context = createContext<LaneActs | null>(null);

/**
 * Acts on lane items live above the cards: an answer moves its item to another card at once, and what follows (sending, a refusal)
 * must outlive the card it was given in.
 */
export function LaneActsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const session = useSession();
  const { mutateAsync } = useLaneAct(session.id);
  const lane = useSendLane();
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [errors, setErrors] = useState<ReadonlyMap<string, unknown>>(new Map());
  const [sendsItself, setSendsItself] = useState(false);
  const running = useRef(lane.running);
  running.current = lane.running;

  const run = async (input: LaneAct, options: RunOptions = {}) => {
    const { id } = input.item;
    const open = openItems(session.lane);
    const only = open.length === 1 && open[0]?.id === id;
    const andSend = Boolean(options.andSend) && only;
    setBusy((ids) => new Set([...ids, id]));
    setSendsItself(andSend);
    setErrors((all) => new Map([...all].filter(([one]) => one !== id)));
    try {
      await mutateAsync(input);
      options.onDone?.();
      if (andSend && !running.current) {
        await lane.send();
      }
    } catch (error) {
      setErrors((all) => new Map([...all, [id, error]]));
    } finally {
      setSendsItself(false);
      setBusy((ids) => new Set([...ids].filter((one) => one !== id)));
    }
  };
  return (
    <Context.Provider value={{ run: (input, options) => void run(input, options), busy, errors, sendsItself }}>
      {children}
    </Context.Provider>
  );
}

/** What may be done with one item, whether that is under way, and why it was refused the last time. */
export function useItemAct(item: LaneItem) {
  const acts = useLaneActs();
  return { run: acts.run, busy: acts.busy.has(item.id), error: acts.errors.get(item.id) ?? null };
}

export function useLaneActs(): LaneActs {
  const acts = useContext(Context);
  if (!acts) {
    throw new Error("useLaneActs is for the task lane");
  }
  return acts;
}
