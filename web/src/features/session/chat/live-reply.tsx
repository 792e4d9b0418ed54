import { LoaderCircle, WifiOff } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { isOver, type LiveTurn } from "../model/turn-stream";
import { Bubble, MessageFrame, Meta, PersonMark, PilotMark } from "./message";
import { MessagePictures } from "./message-pictures";
import { NoticeLine } from "./notices";
import { RichText } from "./rich-text";

const READING_AFTER_MS = 400;

interface LiveReplyProps {
  readonly live: LiveTurn;
  readonly userName: string;
  /** The engineer's message is stored and shown already. */
  readonly messageStored: boolean;
  /** The reply is stored and shown already. */
  readonly replyStored: boolean;
}

/** The running turn at the end of the conversation: the message on its way, and the reply as it arrives. Not a live region. */
export function LiveReply({ live, userName, messageStored, replyStored }: LiveReplyProps): ReactNode {
  return (
    <>
      {live.message !== null && !messageStored ? (
        <MessageFrame own avatar={<PersonMark name={userName} me />} label="You said">
          {live.message.trim() ? (
            <Bubble own>
              <RichText text={live.message} />
            </Bubble>
          ) : null}
          <MessagePictures pictures={live.pictures.map((id) => ({ id }))} by="You" />
          <Meta own at={null} engine={null} />
        </MessageFrame>
      ) : null}
      {replyStored ? null : live.text ? (
        <StreamingBubble live={live} />
      ) : isOver(live) ? null : (
        <ReadingLine live={live} />
      )}
    </>
  );
}

function StreamingBubble({ live }: { readonly live: LiveTurn }): ReactNode {
  const running = !isOver(live);
  return (
    <MessageFrame own={false} avatar={<PilotMark engine={live.engine ?? "guide"} />} label="FlowPilot is saying">
      <Bubble own={false}>
        <RichText text={live.text} caret={running} />
      </Bubble>
      {live.notices.map((notice) => (
        <NoticeLine key={`${notice.kind}-${notice.text}`} notice={notice} own={false} />
      ))}
      {running ? <TurnLine live={live} words={live.stopping ? "Stopping" : "FlowPilot is answering"} /> : null}
    </MessageFrame>
  );
}

/** Before the first text: nothing for 400 ms, then "Reading your answer". */
function ReadingLine({ live }: { readonly live: LiveTurn }): ReactNode {
  const [late, setLate] = useState(performance.now() - live.startedAt >= READING_AFTER_MS);
  useEffect(() => {
    const left = READING_AFTER_MS - (performance.now() - live.startedAt);
    const timer = setTimeout(() => setLate(true), Math.max(0, left));
    return () => clearTimeout(timer);
  }, [live.startedAt]);
  // The line keeps its place from the start, so that nothing moves when the words appear.
  return (
    <div className="flex min-h-6.5 items-center gap-2.5 self-start">
      {late ? (
        <>
          <span aria-hidden>
            <PilotMark engine={live.engine ?? "guide"} />
          </span>
          <TurnLine live={live} words={live.stopping ? "Stopping" : "Reading your answer"} flush />
        </>
      ) : null}
    </div>
  );
}

function TurnLine({
  live,
  words,
  flush = false,
}: {
  readonly live: LiveTurn;
  readonly words: string;
  readonly flush?: boolean;
}): ReactNode {
  return (
    <p className={`flex items-center gap-1.75 px-0.5 text-hint text-muted-foreground ${flush ? "" : "mt-1.5"}`}>
      {live.reconnecting ? (
        <>
          <WifiOff size={13} className="text-warning" aria-hidden />
          Reconnecting
        </>
      ) : (
        <>
          <LoaderCircle size={13} className="animate-spin text-warning" aria-hidden />
          {words}
        </>
      )}
    </p>
  );
}
