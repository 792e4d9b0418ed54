import { CircleDashed } from "lucide-react";
import { Fragment, type ReactNode, useMemo, useState } from "react";
import type { Fact } from "@/api/session-types";
import type { NoteSentence } from "@/api/write-types";
import { Popover, Tooltip } from "@/components/ui";
import { useSession } from "../context";
import { EvidenceBody } from "../lane/evidence";
import { FactText } from "../lane/fact-text";
import { isUnproven, MARK_WORDS, type NoteRun, noteBlocks } from "../model/note-doc";

interface NoteViewProps {
  readonly markdown: string;
  readonly sentences: readonly NoteSentence[];
}

/** The note as it will read, each sentence ending in the count of facts it rests on. */
export function NoteView({ markdown, sentences }: NoteViewProps): ReactNode {
  const blocks = useMemo(() => noteBlocks(markdown, sentences), [markdown, sentences]);
  return (
    <div className="text-bubble leading-[1.6] text-primary">
      {blocks.map((block) => {
        if (block.kind === "heading") {
          return (
            <h3 key={block.start} className="mt-2.25 !font-sans text-row !tracking-normal first:mt-0">
              {block.text}
            </h3>
          );
        }
        const runs = block.runs.map((run) => <Run key={run.start} run={run} />);
        return block.kind === "item" ? (
          <p
            key={block.start}
            className="relative pl-3.5 before:absolute before:left-1 before:top-[0.65em] before:size-1 before:rounded-full before:bg-muted"
          >
            {runs}
          </p>
        ) : (
          <p key={block.start} className="mt-px [overflow-wrap:anywhere]">
            {runs}
          </p>
        );
      })}
    </div>
  );
}

function Run({ run }: { readonly run: NoteRun }): ReactNode {
  const { sentence } = run;
  const words = <NoteWords text={run.text} />;
  if (!sentence) {
    return words;
  }
  if (isUnproven(sentence)) {
    return (
      <>
        <span
          data-unproven
          tabIndex={-1}
          className="underline decoration-warning decoration-dotted decoration-[1.5px] underline-offset-3"
        >
          {words}
        </span>
        {run.last && (sentence.mark === "no_fact" || sentence.mark === "unknown_detail") ? (
          <span className="role-warning ml-1.25 inline-flex h-4.25 items-center gap-1 whitespace-nowrap rounded-field bg-role-pill px-1.5 text-pill font-semibold text-role">
            <CircleDashed size={11} className="!stroke-[2.25]" aria-hidden />
            {MARK_WORDS[sentence.mark]}
          </span>
        ) : null}
      </>
    );
  }
  return (
    <>
      {words}
      {run.last && sentence.fact_ids.length > 0 ? <FactCount ids={sentence.fact_ids} /> : null}
    </>
  );
}

/** Bold and code marks of the Markdown, shown as such. */
function NoteWords({ text }: { readonly text: string }): ReactNode {
  return text.split(/(\*\*[^*]+\*\*)/g).map((part, index) => {
    const key = `${index}-${part}`;
    return part.startsWith("**") && part.endsWith("**") && part.length > 4 ? (
      <strong key={key} className="font-semibold">
        {part.slice(2, -2)}
      </strong>
    ) : (
      <Fragment key={key}>
        <FactText text={part} />
      </Fragment>
    );
  });
}

function FactCount({ ids }: { readonly ids: readonly string[] }): ReactNode {
  const { facts } = useSession();
  const [open, setOpen] = useState(false);
  const used = ids.map((id) => facts.find((fact) => fact.id === id)).filter((fact): fact is Fact => fact !== undefined);
  const label = ids.length === 1 ? "1 fact" : `${ids.length} facts`;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={`Rests on ${label}`}
      side="top"
      align="center"
      className="w-90 max-h-90 p-3.5"
      trigger={
        <button
          type="button"
          aria-label={`Rests on ${label}`}
          className="relative mx-0.5 inline-grid h-3.75 min-w-4.25 place-items-center rounded-field bg-success-pill px-1 align-[1px] text-pill font-semibold text-success tabular-nums before:absolute before:-inset-1.25"
        >
          <Tooltip text={used.map((fact) => fact.text).join(" · ") || label}>
            <span>{ids.length}</span>
          </Tooltip>
        </button>
      }
    >
      <ul className="flex flex-col gap-3">
        {used.map((fact) => (
          <li key={fact.id}>
            <p className="mb-1.5 text-row font-medium text-primary">
              <FactText text={fact.text} />
            </p>
            <EvidenceBody fact={fact} onGone={() => setOpen(false)} />
          </li>
        ))}
        {used.length === 0 ? <li className="text-row text-muted-foreground">The fact was deleted since.</li> : null}
      </ul>
    </Popover>
  );
}
