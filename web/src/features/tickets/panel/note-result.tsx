import { CircleAlert, CircleCheck, Clock } from "lucide-react";
import type { ReactNode } from "react";
import { usePsaName } from "@/api/psa";
import type { Visibility, WriteOut } from "@/api/tickets";
import { type NotePostOut, useActOnWrite, useWrite } from "@/api/tickets";
import { Button, InlineError, TextButton, TONE } from "@/components/ui";
import { cx } from "@/lib/cx";
import { clock } from "@/lib/time";

export interface PostedNote {
  readonly post: NotePostOut;
  readonly visibility: Visibility;
}

interface NoteResultProps {
  readonly ticketId: string;
  readonly note: PostedNote;
  readonly onClose: () => void;
}

/** What became of a note: on the ticket only once it was read back; until then what the outbox is doing. */
export function NoteResult({ ticketId, note, onClose }: NoteResultProps): ReactNode {
  const { post, visibility } = note;
  const write = useWrite(post.outcome === "pending" ? post.write_id : null);
  const act = useActOnWrite(ticketId);
  const psa = usePsaName();
  const { look, title, text } = story(post, visibility, write.data ?? null, psa);
  const { Icon, tone } = LOOKS[look];
  const can = write.data?.actions;
  return (
    <section
      aria-label="Note"
      role="status"
      className={cx(TONE[tone], "bg-role-block flex-none border-t border-role-tint px-4 py-3 text-row")}
    >
      <div className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2.25">
        <Icon size={15} className="mt-0.5 text-role" aria-hidden />
        <div>
          <p className="font-semibold text-heading">{title}</p>
          <p className="text-primary">{text}</p>
          {act.error ? <InlineError className="mt-2" title="Nothing was changed" error={act.error} /> : null}
          <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1">
            {can?.retry ? (
              <Button
                size="nudge"
                busy={act.isPending}
                onClick={() => act.mutate({ writeId: post.write_id, act: "retry" })}
              >
                Retry now
              </Button>
            ) : null}
            {can?.cancel ? (
              <TextButton
                className="text-primary"
                onClick={() => act.mutate({ writeId: post.write_id, act: "cancel" }, { onSuccess: onClose })}
              >
                Give it up
              </TextButton>
            ) : null}
            <TextButton className="text-primary" onClick={onClose}>
              Close
            </TextButton>
          </div>
        </div>
      </div>
    </section>
  );
}

const LOOKS = {
  done: { Icon: CircleCheck, tone: "success" },
  waiting: { Icon: Clock, tone: "warning" },
  blocked: { Icon: CircleAlert, tone: "danger" },
} as const;

interface Story {
  readonly look: keyof typeof LOOKS;
  readonly title: string;
  readonly text: string;
}

/** The state of a note in words. Pure. */
export function story(post: NotePostOut, visibility: Visibility, write: WriteOut | null, psa: string): Story {
  const who = visibility === "internal" ? "internal only" : "the customer can see it";
  const done = post.outcome === "posted" || write?.state === "done" || write?.state === "partial";
  if (done) {
    const at = post.posted_at ?? write?.posted_at ?? null;
    const id = post.external_id ?? write?.external_id ?? null;
    return {
      look: "done",
      title: "The note is on the ticket",
      text: [`Read back${at ? ` ${clock(new Date(at))}` : ""}`, who, id ? `note ${id}` : null]
        .filter(Boolean)
        .join(", "),
    };
  }
  if (write?.state === "blocked" || write?.state === "cancelled") {
    return {
      look: "blocked",
      title: write.state === "blocked" ? "The note waits for you" : "The note was given up",
      text: write.problem?.message ?? "Nothing more is sent.",
    };
  }
  const next = write?.next_attempt_at ? ` Next try ${clock(new Date(write.next_attempt_at))}.` : "";
  return {
    look: "waiting",
    title: `${psa} has not confirmed the note yet`,
    text: `It is kept and tried again until it is on the ticket once.${next} You can go on working.`,
  };
}
