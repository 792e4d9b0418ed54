import { Quote } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useNoteSentences } from "@/api/documents";
import type { Fact, LaneItem, Message } from "@/api/session-types";
import { Button, IconButton, Popover } from "@/components/ui";
import { clock } from "@/lib/time";
import { useSession } from "../context";
import { indexOf } from "../model/offsets";
import { type ChatMark, useSessionUi } from "../session-ui";

const AROUND = 60;

/** The quote that proves a fact, where it stands, and the way there. */
export function EvidenceButton({ fact }: { readonly fact: Fact }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="Evidence"
      className="w-85 p-3.5"
      trigger={<IconButton icon={Quote} label="Show the evidence" size="sm" />}
    >
      <EvidenceBody fact={fact} onGone={() => setOpen(false)} />
    </Popover>
  );
}

export function EvidenceBody({ fact, onGone }: { readonly fact: Fact; readonly onGone: () => void }): ReactNode {
  const session = useSession();
  const { set } = useSessionUi();
  const { evidence } = fact;
  const used = useNoteSentences(session.id, fact.id);
  if (!evidence) {
    return <p className="text-row text-muted-foreground">A person said this; there is no quote.</p>;
  }
  const message = session.messages.find((one) => one.id === evidence.message_id);
  const item = [...session.lane.questions, ...session.lane.checks].find((one) => one.id === evidence.lane_item_id);
  const source = message?.content ?? item?.output ?? item?.answer ?? null;
  const place = message ? inMessage(evidence, message) : inAnswers(evidence, item, session.messages);
  return (
    <div>
      <p className="eyebrow text-muted-foreground">Evidence</p>
      {evidence.quote ? (
        <QuoteBlock quote={evidence.quote} source={source} start={evidence.start} end={evidence.end} />
      ) : (
        <p className="mt-1.5 text-row text-muted-foreground">No words in the source say this.</p>
      )}
      <p className="mt-2 font-mono text-mono text-muted">
        {sourceWords(fact, message?.created_at ?? null, item?.text ?? null)}
      </p>
      {used > 0 ? (
        <p className="mt-1 text-hint text-muted-foreground">
          {used === 1 ? "Used in 1 sentence of the note" : `Used in ${used} sentences of the note`}
        </p>
      ) : null}
      {evidence.stale ? (
        <p className="mt-1.5 text-hint text-warning">
          The source was changed after this was noted. The quote is the old one.
        </p>
      ) : null}
      {evidence.missing.length > 0 ? (
        <p className="mt-1.5 text-hint text-warning">Not in the text: {evidence.missing.join(", ")}</p>
      ) : null}
      {place ? (
        <div className="mt-2.5 flex justify-end">
          <Button
            size="lane"
            onClick={() => {
              onGone();
              set({ laneOpen: false, mark: place });
            }}
          >
            Show in chat
          </Button>
        </div>
      ) : null}
    </div>
  );
}

type Evidence = NonNullable<Fact["evidence"]>;

function inMessage({ start, end }: Evidence, message: Message): ChatMark | null {
  return start === null || end === null ? null : { messageId: message.id, start, end };
}

/** An answer or output was said in the message that sent it: its words there, else the message as a whole. */
function inAnswers(evidence: Evidence, item: LaneItem | undefined, messages: readonly Message[]): ChatMark | null {
  const message = messages.find((one) => one.role === "engineer" && one.turn?.id === item?.sent_turn_id);
  if (!item?.sent_turn_id || !message) {
    return null;
  }
  const { content } = message;
  const quote = evidence.quote?.trim() ?? "";
  const at = quote ? content.indexOf(quote, Math.max(0, content.indexOf(item.text))) : -1;
  const points = (text: string) => [...text].length;
  const start = at === -1 ? 0 : points(content.slice(0, at));
  return { messageId: message.id, start, end: at === -1 ? 0 : start + points(quote) };
}

interface QuoteProps {
  readonly quote: string;
  readonly source: string | null;
  readonly start: number | null;
  readonly end: number | null;
}

/** The proving words marked, with a little of what stands around them. */
function QuoteBlock({ quote, source, start, end }: QuoteProps): ReactNode {
  let before = "";
  let after = "";
  if (source !== null && start !== null && end !== null) {
    const at = indexOf(source);
    const [from, to] = [at(start), at(end)];
    if (source.slice(from, to) === quote) {
      before =
        source
          .slice(Math.max(0, from - AROUND), from)
          .split("\n")
          .at(-1) ?? "";
      after = source.slice(to, to + AROUND).split("\n")[0] ?? "";
    }
  }
  return (
    <blockquote className="mt-1.5 max-h-40 overflow-y-auto whitespace-pre-wrap rounded-md border border-default bg-code px-2.5 py-2 font-mono text-hint leading-[1.6] text-primary [overflow-wrap:anywhere]">
      {before}
      <span className="bg-success-dim-strong underline decoration-success decoration-dotted decoration-[1.5px] underline-offset-3">
        {quote}
      </span>
      {after}
    </blockquote>
  );
}

function sourceWords(fact: Fact, messageAt: string | null, itemText: string | null): string {
  const { evidence } = fact;
  if (evidence?.kind === "ticket_field") {
    return `ticket, ${(evidence.ticket_field ?? "text").replaceAll("_", " ")}`;
  }
  if (itemText !== null) {
    return fact.source_type === "question" ? `answer to: ${itemText}` : `output of: ${itemText}`;
  }
  return messageAt ? `message, ${clock(new Date(messageAt))}` : "earlier message";
}
