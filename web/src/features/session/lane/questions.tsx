import { CircleDotDashed } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import type { ComingItem, LaneItem } from "@/api/session-types";
import { Button, Input, TextButton } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { useDraft } from "@/lib/drafts";
import { scrub } from "@/lib/secrets";
import { registerShortcut } from "@/lib/shortcuts";
import { useSession } from "../context";
import { arranged, provisional } from "../model/lane-model";
import { useLivePart } from "../model/turn-store";
import { RetiredFold } from "./retired";
import { LaneCard, LaneSection } from "./section";
import { SettledCard } from "./settled";
import { useItemAct } from "./use-lane";

/** Questions: the open ones with their ways to answer, then the answered, then what is no longer needed. */
export function QuestionsSection(): ReactNode {
  const { lane, id, canWrite } = useSession();
  const asked = useLivePart(id, (turn) => turn?.questions);
  const { open, settled, retired } = arranged(lane.questions);
  const coming = provisional(lane.questions, asked ?? []);
  if (lane.questions.length === 0 && coming.length === 0) {
    return null;
  }
  return (
    <LaneSection title="Questions" tone="accent" meta={`${open.length} open`}>
      {open.map((item, index) => (
        <QuestionCard key={item.id} item={item} keyed={index === 0 && canWrite} />
      ))}
      {coming.map((item) => (
        <ProvisionalItem key={item.id} item={item} />
      ))}
      {settled.map((item) => (
        <SettledCard key={item.id} item={item} />
      ))}
      <RetiredFold items={retired} />
    </LaneSection>
  );
}

/** One open question. The first one's options have the keys 1 to 8. */
function QuestionCard({ item, keyed }: { readonly item: LaneItem; readonly keyed: boolean }): ReactNode {
  const { canWrite } = useSession();
  const { run, busy, error } = useItemAct(item);
  const draft = useDraft(`answer/${item.id}`, scrub);
  const typed = draft.text.trim();
  const choose = (index: number) => {
    if (!busy) {
      run({ act: "option", item, index }, { andSend: true, onDone: draft.discard });
    }
  };
  useOptionKeys(item.options, choose, keyed);
  const answer = () => {
    if (typed && !busy) {
      run({ act: "answer", item, text: typed }, { onDone: draft.discard });
    }
  };
  return (
    <LaneCard data-lane-item={item.id}>
      <p className="text-pretty text-row font-medium leading-[1.4] text-heading max-sm:text-body">{item.text}</p>
      {item.context ? <p className="mt-0.5 text-hint text-muted-foreground">{item.context}</p> : null}
      {item.options.length > 0 ? (
        <div className="mt-2 flex flex-wrap gap-1.5 max-sm:gap-2">
          {item.options.map((option, index) =>
            canWrite ? (
              <Button
                key={option}
                size="lane"
                className="!h-auto min-h-7 max-w-full !whitespace-normal py-1 text-left !leading-tight coarse:min-h-11"
                title={keyed ? `Key ${index + 1}` : undefined}
                onClick={() => choose(index)}
              >
                {option}
              </Button>
            ) : (
              <span
                key={option}
                className="rounded-md border border-default px-2.5 py-1 text-row text-muted-foreground"
              >
                {option}
              </span>
            ),
          )}
        </div>
      ) : null}
      {canWrite ? (
        <div className="mt-2 flex items-center gap-x-3 gap-y-1 max-sm:flex-wrap">
          <Input
            size="lane"
            aria-label={`Answer: ${item.text}`}
            placeholder={item.options.length > 0 ? "Type another answer" : "Type an answer"}
            maxLength={4000}
            value={draft.text}
            className="max-sm:basis-full"
            onChange={(event) => draft.setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") {
                event.preventDefault();
                answer();
              }
            }}
          />
          {typed ? (
            <Button size="lane" busy={busy} onClick={answer}>
              Keep
            </Button>
          ) : (
            <>
              <TextButton onClick={() => run({ act: "unknown", item }, { andSend: true })}>Don't know</TextButton>
              <TextButton onClick={() => run({ act: "skip", item })}>Skip</TextButton>
            </>
          )}
        </div>
      ) : null}
      {error ? (
        <p role="alert" className="mt-1.5 text-hint text-danger">
          {messageOf(error)}
        </p>
      ) : null}
    </LaneCard>
  );
}

function useOptionKeys(options: readonly string[], choose: (index: number) => void, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) {
      return undefined;
    }
    const ends = options
      .slice(0, 8)
      .map((option, index) =>
        registerShortcut({ keys: String(index + 1), label: `Answer "${option}"`, group: "First open question" }, () =>
          choose(index),
        ),
      );
    return () => {
      for (const end of ends) {
        end();
      }
    };
  }, [options, choose, enabled]);
}

/** An item of the running answer: visible, dashed, not pressable until the answer is complete. */
export function ProvisionalItem({ item }: { readonly item: ComingItem }): ReactNode {
  return (
    <LaneCard provisional>
      <p className="text-row font-medium leading-[1.4] text-muted-foreground">{item.text}</p>
      <p className="mt-0.5 flex items-center gap-1.25 text-hint text-muted-foreground">
        <CircleDotDashed size={13} aria-hidden />
        Provisional, opens when the answer is complete
      </p>
      {item.options.length > 0 ? (
        <ul className="mt-2 flex flex-wrap gap-1.5">
          {item.options.map((option) => (
            <li
              key={option}
              className="rounded-md border border-dashed border-hover px-2.5 py-1 text-row font-medium text-muted-foreground"
            >
              {option}
            </li>
          ))}
        </ul>
      ) : null}
      {item.command ? (
        <pre className="mt-1.75 whitespace-pre-wrap rounded-[6px] border border-default bg-code px-2.25 py-1.75 font-mono text-mono leading-[1.55] text-primary [overflow-wrap:anywhere]">
          {item.command}
        </pre>
      ) : null}
    </LaneCard>
  );
}
