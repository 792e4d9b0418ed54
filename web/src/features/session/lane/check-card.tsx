import { Check, Copy } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { LaneItem } from "@/api/session-types";
import { Button, Field, IconButton, Textarea, TextButton } from "@/components/ui";
import { announce } from "@/lib/announce";
import { messageOf } from "@/lib/api-error";
import { loadDraft, useDraft } from "@/lib/drafts";
import { useCopy } from "@/lib/hooks";
import { scrub } from "@/lib/secrets";
import { useSession } from "../context";
import { CommandText } from "./command-text";
import { isReadOnly, RiskLabel } from "./risk";
import { LaneCard } from "./section";
import { useItemAct } from "./use-lane";

const MAX_OUTPUT = 10_000;

/** One open check: what to run or do, what that changes, and where its result goes. */
export function CheckCard({ item }: { readonly item: LaneItem }): ReactNode {
  const { canWrite } = useSession();
  const { run, busy, error } = useItemAct(item);
  const [pasting, setPasting] = useState<"no" | "pressed" | "restored">("no");
  const key = `output/${item.id}`;
  useEffect(() => {
    let current = true;
    void loadDraft(key).then((kept) => {
      if (current && kept) {
        setPasting((now) => (now === "no" ? "restored" : now));
      }
    });
    return () => {
      current = false;
    };
  }, [key]);
  return (
    <LaneCard data-lane-item={item.id}>
      <p className="text-pretty text-row font-medium leading-[1.4] text-heading max-sm:text-body">{item.text}</p>
      {item.description ? <p className="mt-0.5 text-hint text-muted-foreground">{item.description}</p> : null}
      {item.command ? <Command item={item} command={item.command} /> : null}
      {pasting !== "no" && canWrite ? (
        <OutputForm
          item={item}
          draftKey={key}
          focus={pasting === "pressed"}
          busy={busy}
          onCancel={() => setPasting("no")}
          onSave={(output, done) => run({ act: "output", item, output }, { onDone: done })}
        />
      ) : (
        <div className="mt-2.25 flex flex-wrap items-center gap-1.5">
          <RiskLabel item={item} className="mr-auto" />
          {canWrite ? (
            <span className="ml-auto flex items-center gap-2">
              <TextButton className="!mx-0" onClick={() => run({ act: "skip", item })}>
                Skip
              </TextButton>
              {item.command ? (
                <Button size="lane" onClick={() => setPasting("pressed")}>
                  Paste output
                </Button>
              ) : (
                <>
                  <Button size="lane" onClick={() => setPasting("pressed")}>
                    Add result
                  </Button>
                  <Button size="lane" icon={Check} busy={busy} onClick={() => run({ act: "output", item, output: "" })}>
                    Done
                  </Button>
                </>
              )}
            </span>
          ) : null}
        </div>
      )}
      {error ? (
        <p role="alert" className="mt-1.5 text-hint text-danger">
          {messageOf(error)}
        </p>
      ) : null}
    </LaneCard>
  );
}

/** The command with copy. What is not read-only asks once more before it goes to the clipboard. */
function Command({ item, command }: { readonly item: LaneItem; readonly command: string }): ReactNode {
  const { copied, copy } = useCopy();
  const [asking, setAsking] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const press = () => {
    if (isReadOnly(item) || asking) {
      clearTimeout(timer.current);
      setAsking(false);
      void copy(command);
      return;
    }
    setAsking(true);
    announce("This is not read-only. Press again to copy it anyway.");
    timer.current = setTimeout(() => setAsking(false), 5000);
  };
  return (
    <div className="mt-1.75 grid grid-cols-[minmax(0,1fr)_auto] items-start rounded-[6px] border border-default bg-code py-1.25 pl-2.25 pr-1">
      <pre className="whitespace-pre-wrap py-0.5 font-mono text-mono leading-[1.55] text-primary [overflow-wrap:anywhere]">
        <code>
          <CommandText command={command} shell={item.shell} />
        </code>
      </pre>
      {asking ? (
        <Button
          size="nudge"
          variant="danger-outline"
          onClick={press}
          onBlur={() => setAsking(false)}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              event.stopPropagation();
              setAsking(false);
            }
          }}
        >
          Copy anyway?
        </Button>
      ) : (
        <IconButton
          icon={copied ? Check : Copy}
          label={copied ? "Copied" : "Copy the command"}
          size="sm"
          className={copied ? "text-success" : ""}
          onClick={press}
        />
      )}
    </div>
  );
}

interface OutputFormProps {
  readonly item: LaneItem;
  readonly draftKey: string;
  /** Not where it was put back after a reload: what arrives takes no focus. */
  readonly focus: boolean;
  readonly busy: boolean;
  readonly onCancel: () => void;
  readonly onSave: (output: string, done: () => void) => void;
}

function OutputForm({ item, draftKey, focus, busy, onCancel, onSave }: OutputFormProps): ReactNode {
  const draft = useDraft(draftKey, scrub);
  const [tried, setTried] = useState(false);
  const blank = draft.text.trim() === "";
  const long = draft.text.length > MAX_OUTPUT;
  const save = () => {
    setTried(true);
    if (!(blank || long || busy)) {
      onSave(draft.text, draft.discard);
    }
  };
  return (
    <div className="mt-2">
      <Field
        label={item.command ? "Output" : "What you saw"}
        hideLabel
        counter={{ length: draft.text.length, max: MAX_OUTPUT }}
        error={
          long
            ? "At most 10,000 characters. Keep the part that matters."
            : tried && blank
              ? "Paste something first"
              : null
        }
      >
        <Textarea
          autoFocus={focus}
          growTo={220}
          rows={3}
          spellCheck={false}
          placeholder={item.command ? "Paste the output here" : "What you saw"}
          value={draft.text}
          className="!font-mono !text-mono"
          onChange={(event) => {
            setTried(false);
            draft.setText(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              save();
            } else if (event.key === "Escape") {
              event.stopPropagation();
              onCancel();
            }
          }}
        />
      </Field>
      <div className="mt-2 flex justify-end gap-1.5">
        {draft.restored ? <p className="mr-auto self-center text-hint text-muted-foreground">Draft restored</p> : null}
        <Button
          size="lane"
          variant="ghost"
          onClick={() => {
            draft.discard();
            onCancel();
          }}
        >
          {draft.restored ? "Discard" : "Cancel"}
        </Button>
        <Button size="lane" busy={busy} onClick={save}>
          Keep output
        </Button>
      </div>
    </div>
  );
}
