import { ArrowDown, MessageSquareText } from "lucide-react";
import { memo, type ReactNode, useEffect } from "react";
import { useSignedIn } from "@/api/auth";
import type { Message, Turn } from "@/api/session-types";
import { useOlderMessages } from "@/api/sessions";
import { Button, EmptyState, TextButton } from "@/components/ui";
import { useSession } from "../context";
import { useLiveTurn } from "../model/turn-store";
import { isRunning, type LiveTurn } from "../model/turn-stream";
import { useSessionUi } from "../session-ui";
import { LiveReply } from "./live-reply";
import { MessageView } from "./message";
import { SystemLine } from "./system-line";
import { FailedCard, PilotTurnState } from "./turn-states";
import { useFollowEnd } from "./use-follow-end";

const MARK_MS = 2000;

/** The messages of the session, then the running turn. Starts at the top while short and follows the end once it overflows. */
export function Conversation(): ReactNode {
  const session = useSession();
  const { user } = useSignedIn();
  const { mark, set } = useSessionUi();
  const live = useLiveTurn(session.id);
  const older = useOlder(session.messages, session.hasOlder);
  const messages = older.messages;
  const last = messages.at(-1);
  const version = `${last?.id}/${live?.clientTurnId}/${live?.text.length ?? 0}/${live?.phase}`;
  const end = useFollowEnd(version);
  const { follow, toEnd } = end;
  const sending = live?.message ?? null;
  useEffect(() => {
    if (sending !== null) {
      follow();
      toEnd();
    }
  }, [sending, follow, toEnd]);
  useEffect(() => {
    if (!mark) {
      return undefined;
    }
    const timer = setTimeout(() => set({ mark: null }), MARK_MS);
    return () => clearTimeout(timer);
  }, [mark, set]);

  const running = isRunning(live);
  const stored = whatIsStored(live, messages, session.detail.turn);
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={end.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the conversation scrolls and must be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label="Conversation"
        className="min-h-0 flex-1 overflow-y-auto overflow-x-hidden [overflow-anchor:auto] focus-visible:-outline-offset-2"
      >
        <div ref={end.content} className="flex flex-col gap-4 px-7 pb-4 pt-6 max-sm:px-4 max-sm:pt-4">
          {older.more ? (
            <TextButton className="self-center" aria-busy={older.busy || undefined} onClick={older.load}>
              Show earlier messages
            </TextButton>
          ) : null}
          {messages.length === 0 && !live ? (
            <EmptyState
              icon={MessageSquareText}
              framed={false}
              title="Describe the problem"
              hint="What happens, since when, who is affected. Paste errors and logs as they are."
              className="mt-[12dvh]"
            />
          ) : null}
          {messages.map((message) => (
            <Row key={message.id} message={message} running={running} />
          ))}
          {live ? (
            <LiveReply live={live} userName={user.name} messageStored={stored.message} replyStored={stored.reply} />
          ) : null}
        </div>
      </div>
      {end.newBelow ? (
        <Button
          size="lane"
          icon={ArrowDown}
          onClick={end.toEnd}
          className="!absolute bottom-3 left-1/2 z-sticky -translate-x-1/2 !rounded-full shadow-float"
        >
          New text
        </Button>
      ) : null}
    </div>
  );
}

interface RowProps {
  readonly message: Message;
  readonly running: boolean;
}

/** Kept while text arrives: a long conversation is not rendered anew for each piece of the answer below it. */
const Row = memo(function Row({ message, running }: RowProps): ReactNode {
  const { detail, facts, userId } = useSession();
  const { mark } = useSessionUi();
  if (message.role === "system") {
    return <SystemLine message={message} />;
  }
  const latest = detail.turn;
  return (
    <MessageView message={message} facts={facts} shown={mark?.messageId === message.id ? mark : null} userId={userId}>
      {message.role === "pilot" && !running ? <PilotTurnState message={message} latest={latest} /> : null}
      {message.role === "engineer" && latest && !running && failedWithoutReply(latest, message) ? (
        <FailedCard turn={latest} text={message.content} />
      ) : null}
    </MessageView>
  );
});

function failedWithoutReply(turn: Turn, message: Message): boolean {
  const ended = turn.status === "failed" || turn.status === "interrupted";
  return ended && turn.reply_message_id === null && turn.user_message_id === message.id;
}

/** Whether the stored messages already show what the running turn would show. */
export function whatIsStored(
  live: LiveTurn | null,
  messages: readonly Message[],
  latest: Turn | null,
): { readonly message: boolean; readonly reply: boolean } {
  if (!live) {
    return { message: true, reply: true };
  }
  const turn =
    latest && (latest.id === live.turnId || (live.clientTurnId !== null && latest.client_turn_id === live.clientTurnId))
      ? latest
      : null;
  const has = (id: string | null | undefined) => Boolean(id) && messages.some((message) => message.id === id);
  const ofTurn = (role: Message["role"]) =>
    live.turnId !== null && messages.some((message) => message.role === role && message.turn?.id === live.turnId);
  return {
    message: has(turn?.user_message_id) || ofTurn("engineer"),
    reply: has(turn?.reply_message_id) || (ofTurn("pilot") && turn?.status !== "running" && turn?.status !== "queued"),
  };
}

/** The messages of the snapshot, with older pages in front of them once asked for. */
function useOlder(newest: readonly Message[], hasOlder: boolean) {
  const { id } = useSession();
  const { olderAsked, set } = useSessionUi();
  const first = newest[0]?.seq ?? null;
  const older = useOlderMessages(id, first, olderAsked);
  const pages = older.data?.pages ?? [];
  const earlier = pages.toReversed().flatMap((page) => page.items);
  const messages =
    earlier.length > 0 ? [...earlier.filter((message) => first === null || message.seq < first), ...newest] : newest;
  return {
    messages,
    more: pages.length > 0 ? older.hasNextPage : hasOlder,
    busy: older.isFetching,
    load: () => (olderAsked ? void older.fetchNextPage() : set({ olderAsked: true })),
  };
}
