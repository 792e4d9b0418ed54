import { CircleAlert, FileQuestionMark, Lock, type LucideIcon, Scissors, Unplug } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Message, Notice, NoticeKind } from "@/api/session-types";
import { cx } from "@/lib/cx";

const ICONS: Record<NoticeKind, LucideIcon> = {
  secrets_masked: Lock,
  engine_fallback: CircleAlert,
  marker_dropped: FileQuestionMark,
  context_trimmed: Scissors,
  docs_unavailable: Unplug,
};

/** Quiet lines under a message: what was masked in it, and what the turn has to say. */
export function Notices({ message, own }: { readonly message: Message; readonly own: boolean }): ReactNode {
  const masked = message.meta.masked;
  const notices = (message.turn?.notices ?? []).filter(
    // What was masked stands under the engineer's message, everything else under the reply.
    (notice) => !own && notice.kind !== "secrets_masked",
  );
  return (
    <>
      {masked.length > 0 ? <MaskedLine message={message} own={own} /> : null}
      {notices.map((notice) => (
        <NoticeLine key={`${notice.kind}-${notice.text}`} notice={notice} own={own} />
      ))}
    </>
  );
}

export function NoticeLine({ notice, own }: { readonly notice: Notice; readonly own: boolean }): ReactNode {
  const Icon = ICONS[notice.kind] ?? CircleAlert;
  return (
    <Line own={own}>
      <Icon size={13} className="text-muted" aria-hidden />
      <span>{notice.text}</span>
    </Line>
  );
}

function MaskedLine({ message, own }: { readonly message: Message; readonly own: boolean }): ReactNode {
  const [open, setOpen] = useState(false);
  const secrets = new Map(message.meta.masked.map((secret) => [secret.number, secret.kind]));
  const count = secrets.size;
  return (
    <>
      <Line own={own}>
        <Lock size={13} className="text-muted" aria-hidden />
        <span>
          {count === 1
            ? "1 secret masked, the original is not stored"
            : `${count} secrets masked, the originals are not stored`}
        </span>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="min-h-6 font-medium text-accent hover:underline"
        >
          Details
        </button>
      </Line>
      {open ? (
        <ul className={cx("mt-1 px-0.5 font-mono text-mono text-muted-foreground", own && "text-right")}>
          {[...secrets].map(([number, kind]) => (
            <li key={number}>
              secret {number}: {kind.replaceAll("_", " ")}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

function Line({ own, children }: { readonly own: boolean; readonly children: ReactNode }): ReactNode {
  return (
    <div
      className={cx(
        "mt-1.5 flex flex-wrap items-center gap-1.5 px-0.5 text-hint text-muted-foreground",
        own && "justify-end",
      )}
    >
      {children}
    </div>
  );
}
