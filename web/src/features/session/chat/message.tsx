import { Bot, Compass, LifeBuoy } from "lucide-react";
import { memo, type ReactNode, useEffect, useMemo, useRef } from "react";
import type { Engine, Fact, Message } from "@/api/session-types";
import { Avatar, initials } from "@/components/ui";
import { cx } from "@/lib/cx";
import { ENGINE_WORD } from "../header/engine-badge";
import type { ChatMark } from "../session-ui";
import { ClockTime } from "./clock-time";
import { marksOf } from "./marks";
import { MessagePictures } from "./message-pictures";
import { Notices } from "./notices";
import { RichText } from "./rich-text";

interface MessageViewProps {
  readonly message: Message;
  readonly facts: readonly Fact[];
  readonly shown: ChatMark | null;
  readonly userId: string;
  /** What stands under the message: turn states, retry. */
  readonly children?: ReactNode;
}

/** One stored message of the engineer or the pilot. */
export const MessageView = memo(function MessageView({
  message,
  facts,
  shown,
  userId,
  children,
}: MessageViewProps): ReactNode {
  const marks = useMemo(() => marksOf(message, facts, shown), [message, facts, shown]);
  const own = message.role === "engineer";
  const target = useRef<HTMLElement>(null);
  const isShown = shown?.messageId === message.id;
  useEffect(() => {
    if (isShown) {
      target.current?.scrollIntoView({ block: "center" });
    }
  }, [isShown]);
  const { turn } = message;
  return (
    <MessageFrame
      ref={target}
      own={own}
      avatar={
        own ? (
          <PersonMark name={message.author?.name ?? "Engineer"} me={message.author?.id === userId} />
        ) : (
          <PilotMark engine={turn?.engine ?? "guide"} />
        )
      }
      label={
        own ? `${message.author?.id === userId ? "You" : (message.author?.name ?? "Engineer")} said` : "FlowPilot said"
      }
    >
      {message.content.trim() || message.uploads.length === 0 ? (
        <Bubble own={own} highlighted={isShown && marks.every((mark) => !mark.value.shown)}>
          <RichText text={message.content} marks={marks} />
        </Bubble>
      ) : null}
      <MessagePictures
        pictures={message.uploads}
        by={message.author?.id === userId ? "You" : (message.author?.name ?? "Engineer")}
      />
      {!own && turn && turn.suggested_flows.length > 0 ? (
        <ul className="mt-1.75 px-0.5">
          {turn.suggested_flows.slice(0, 3).map((flow) => (
            <li key={flow.slug} className="flex items-center gap-1.5 text-hint text-muted-foreground">
              <LifeBuoy size={13} aria-hidden />
              <span>
                <span className="sr-only">Related flow: </span>
                {flow.name}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      <Notices message={message} own={own} />
      {children}
      <Meta
        own={own}
        at={message.created_at}
        engine={own ? null : (turn?.engine ?? null)}
        state={own ? null : turnWord(turn?.status)}
      />
    </MessageFrame>
  );
});

function turnWord(status: string | undefined): string | null {
  switch (status) {
    case "stopped":
      return "Stopped";
    case "interrupted":
      return "Interrupted";
    case "failed":
      return "Broken off";
    default:
      return null;
  }
}

interface FrameProps {
  readonly own: boolean;
  readonly avatar: ReactNode;
  readonly label: string;
  readonly children: ReactNode;
  readonly ref?: React.Ref<HTMLElement>;
}

export function MessageFrame({ own, avatar, label, children, ref }: FrameProps): ReactNode {
  return (
    <article
      ref={ref}
      aria-label={label}
      className={cx("flex max-w-160 gap-2.5 max-sm:max-w-full", own ? "flex-row-reverse self-end" : "self-start")}
    >
      <span aria-hidden className="flex-none">
        {avatar}
      </span>
      <div className={cx("min-w-0", own && "flex flex-col items-end")}>{children}</div>
    </article>
  );
}

export function Bubble({
  own,
  highlighted = false,
  children,
}: {
  readonly own: boolean;
  readonly highlighted?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div
      className={cx(
        "max-w-full rounded-bubble border px-3.25 py-2.5 text-bubble text-primary [overflow-wrap:anywhere] max-sm:text-body",
        own
          ? "rounded-tr-[3px] border-[rgb(var(--accent-tint)/0.18)] bg-accent-dim"
          : "rounded-tl-[3px] border-default bg-card",
        highlighted && "outline-2 outline-offset-2 outline-[var(--success-edge)]",
      )}
    >
      {children}
    </div>
  );
}

export function PilotMark({ engine }: { readonly engine: Engine }): ReactNode {
  return <Avatar name="FlowPilot" tone="warning" icon={engine === "guide" ? Compass : Bot} />;
}

export function PersonMark({ name, me }: { readonly name: string; readonly me: boolean }): ReactNode {
  return <Avatar name={name} tone="accent" mark={me ? "ME" : initials(name)} />;
}

interface MetaProps {
  readonly own: boolean;
  /** Null while the message is on its way. */
  readonly at: string | null;
  readonly engine: Engine | null;
  readonly state?: string | null;
}

/** Time, engine and state in mono under a message. */
export function Meta({ own, at, engine, state = null }: MetaProps): ReactNode {
  const parts: ReactNode[] = [at ? <ClockTime key="at" value={at} /> : <span key="at">Sending</span>];
  if (engine) {
    parts.push(<span key="engine">{ENGINE_WORD[engine]}</span>);
  }
  if (state) {
    parts.push(<span key="state">{state}</span>);
  }
  return (
    <p className={cx("mt-1.25 flex items-center gap-1.75 px-0.5 font-mono text-mono text-muted", own && "justify-end")}>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: at most three parts in a fixed order
        <span key={index} className="flex items-center gap-1.75">
          {index > 0 ? <span aria-hidden className="size-0.75 rounded-full bg-muted" /> : null}
          {part}
        </span>
      ))}
    </p>
  );
}
