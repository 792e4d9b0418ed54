import { Check, CircleSlash2, LoaderCircle, Send } from "lucide-react";
import { type ReactNode, useState } from "react";
import { usePromote } from "@/api/facts";
import type { LaneItem } from "@/api/session-types";
import { Button, Field, Input, TextButton } from "@/components/ui";
import { isApiError, messageOf } from "@/lib/api-error";
import { useSession } from "../context";
import { resultLine } from "../model/lane-model";
import { useItemAct } from "./use-lane";

/** An answered or run item: dashed and quiet, what it said, what became of it, *Change*. */
export function SettledCard({ item }: { readonly item: LaneItem }): ReactNode {
  const { facts, canWrite } = useSession();
  const { run, busy, error } = useItemAct(item);
  const [promoting, setPromoting] = useState(false);
  const line = resultLine(item, facts);
  const unsent = item.sent_turn_id === null;
  const Icon = item.state === "skipped" ? CircleSlash2 : unsent ? Send : Check;
  const raw = item.answer ?? item.output ?? "";
  const promotable =
    canWrite && line.fact === null && item.state !== "skipped" && item.answer_kind !== "unknown" && raw.trim() !== "";
  return (
    <div className="rounded-card border border-dashed border-hover py-2 pl-3 pr-2" data-lane-item={item.id}>
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-2">
        <div className="min-w-0">
          <p className="text-row font-medium leading-[1.4] text-muted-foreground">{item.text}</p>
          <p className="mt-0.5 flex min-w-0 items-center gap-1.25 text-hint leading-[1.4] text-muted-foreground">
            <Icon
              size={13}
              className={item.state === "skipped" ? "text-muted" : unsent ? "text-info" : "text-success"}
              aria-hidden
            />
            <span className="truncate font-medium text-primary">{line.word}</span>
            <span className="whitespace-nowrap">{line.note}</span>
          </p>
          {item.output_cut ? <p className="text-hint text-warning">Only the beginning and the end were kept</p> : null}
        </div>
        {canWrite ? (
          <span className="flex items-center gap-2">
            {promotable && !promoting ? (
              <TextButton className="!mx-0" onClick={() => setPromoting(true)} title="Make a fact of it">
                Promote
              </TextButton>
            ) : null}
            <TextButton
              data-change=""
              className="!mx-0"
              aria-busy={busy || undefined}
              onClick={() => run({ act: "reopen", item })}
            >
              Change
            </TextButton>
          </span>
        ) : null}
      </div>
      {promoting ? <PromoteForm item={item} raw={raw} onDone={() => setPromoting(false)} /> : null}
      {error ? (
        <p role="alert" className="mt-1.5 text-hint text-danger">
          {messageOf(error)}
        </p>
      ) : null}
    </div>
  );
}

/** Drafts a fact from the text; where nothing certain is found it says so and offers the words for a person to state. */
function PromoteForm({
  item,
  raw,
  onDone,
}: {
  readonly item: LaneItem;
  readonly raw: string;
  readonly onDone: () => void;
}): ReactNode {
  const { id } = useSession();
  const promote = usePromote(id);
  const [own, setOwn] = useState<string | null>(null);
  const nothing = isApiError(promote.error, "no_fact_in_input");
  const words = own ?? (nothing ? raw.trim().slice(0, 2000) : "");
  const start = () => promote.mutate({ item, raw: raw.slice(0, 10_000) }, { onSuccess: onDone });
  const state = () => {
    const text = words.trim();
    if (text) {
      promote.mutate({ item, proposed: text }, { onSuccess: onDone });
    }
  };
  if (promote.isPending) {
    return (
      <p role="status" className="mt-2 flex animate-skeleton items-center gap-1.5 text-hint text-muted-foreground">
        <LoaderCircle size={13} className="animate-spin text-warning" aria-hidden />
        Looking for what is certain
      </p>
    );
  }
  return (
    <div className="mt-2 border-t border-dashed border-hover pt-2">
      {nothing || own !== null ? (
        <>
          <Field
            label="Fact"
            hideLabel
            hint={nothing ? "Nothing certain was found in it. State what it proves." : undefined}
          >
            <Input
              size="lane"
              value={words}
              maxLength={2000}
              placeholder="What this proves"
              onChange={(event) => setOwn(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter") {
                  state();
                }
              }}
            />
          </Field>
          <div className="mt-1.5 flex justify-end gap-1.5">
            <Button size="lane" variant="ghost" onClick={onDone}>
              Cancel
            </Button>
            <Button size="lane" onClick={state}>
              Add fact
            </Button>
          </div>
        </>
      ) : (
        <div className="flex flex-wrap items-center justify-end gap-1.5">
          {promote.error ? (
            <span role="alert" className="mr-auto text-hint text-danger">
              {messageOf(promote.error)}
            </span>
          ) : null}
          <Button size="lane" variant="ghost" onClick={onDone}>
            Cancel
          </Button>
          <Button size="lane" variant="ghost" onClick={() => setOwn("")}>
            In my words
          </Button>
          <Button size="lane" onClick={start}>
            Draft a fact
          </Button>
        </div>
      )}
    </div>
  );
}
