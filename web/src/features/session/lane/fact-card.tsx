import {
  CircleCheck,
  CircleDashed,
  CircleDotDashed,
  Ellipsis,
  type LucideIcon,
  Pencil,
  Trash2,
  UserCheck,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { useConfirmFact, useDeleteFact } from "@/api/facts";
import type { Fact, FactSource, Grounding } from "@/api/session-types";
import { Button, ConfirmButton, IconButton } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { cx } from "@/lib/cx";
import { useDraft } from "@/lib/drafts";
import { useMedia } from "@/lib/hooks";
import { scrub } from "@/lib/secrets";
import { clock } from "@/lib/time";
import { useSession } from "../context";
import { isSettled } from "../model/lane-model";
import { EditFact } from "./edit-fact";
import { EvidenceButton } from "./evidence";
import { FactText } from "./fact-text";

const GROUNDING: Record<Grounding, { readonly icon: LucideIcon; readonly word: string; readonly look: string }> = {
  verified: { icon: CircleCheck, word: "Proven by the text", look: "text-success" },
  person: { icon: UserCheck, word: "Confirmed by a person", look: "text-success" },
  unverified: { icon: CircleDashed, word: "Not proven yet", look: "text-warning" },
};

const BAR: Record<FactSource, string> = {
  question: "before:bg-accent-edge",
  diagnostic_check: "before:bg-info-edge",
  user_note: "before:bg-control",
  ai_synthesis: "before:bg-[repeating-linear-gradient(180deg,var(--accent-edge)_0_5px,transparent_5px_9px)]",
};
const UNVERIFIED_BAR = "before:bg-[repeating-linear-gradient(180deg,var(--warning-edge)_0_5px,transparent_5px_9px)]";

const CARD =
  "relative grid grid-cols-[14px_minmax(0,1fr)_auto] gap-x-2.25 overflow-hidden rounded-card border py-2.25 pl-3.75 pr-2 before:absolute before:-inset-y-px before:-left-px before:w-0.75 before:forced-color-adjust-none";

/** One fact: where it came from (bar), how sure it is (icon), its words, its evidence, and what may be done with it. */
export function FactCard({ fact, pending }: { readonly fact: Fact; readonly pending: boolean }): ReactNode {
  const { id, canWrite, lane } = useSession();
  const atSource = [...lane.questions, ...lane.checks].some((item) => item.id === fact.source_ref && isSettled(item));
  const [editing, setEditing] = useState(false);
  const [armed, setArmed] = useState(false);
  const remove = useDeleteFact(id);
  const confirm = useConfirmFact(id);
  const look = GROUNDING[fact.grounding];
  const unverified = fact.grounding === "unverified";
  const error = remove.error ?? confirm.error;
  const kept = useDraft(`fact/${fact.id}`, scrub);
  // Half-changed words of before a reload open the editor again.
  if (!editing && kept.restored && fact.editable && canWrite) {
    setEditing(true);
  }
  if (editing) {
    const done = () => {
      kept.discard();
      setEditing(false);
      setArmed(false);
    };
    return <EditFact fact={fact} draft={kept} onDone={done} />;
  }
  return (
    <div
      data-fact-card={fact.id}
      className={cx(CARD, "group border-default bg-card", unverified ? UNVERIFIED_BAR : BAR[fact.source_type])}
    >
      <look.icon size={14} className={cx("mt-0.5", look.look)} aria-label={look.word} role="img" />
      <div className="min-w-0">
        <p className="text-pretty text-row font-medium leading-[1.4] text-primary [overflow-wrap:anywhere] max-sm:text-body">
          <FactText text={fact.text} />
        </p>
        <p className="provenance mt-0.75">{provenance(fact)}</p>
      </div>
      <div className="relative -mt-0.75 flex">
        {canWrite && !pending ? (
          <FactActs
            fact={fact}
            atSource={atSource}
            open={armed}
            onClose={() => setArmed(false)}
            onEdit={() => setEditing(true)}
            onDelete={() => setArmed(true)}
          />
        ) : null}
        {fact.evidence ? <EvidenceButton fact={fact} /> : null}
      </div>
      {unverified ? (
        <div className="col-span-2 col-start-2 mt-1.75 flex items-center gap-2 pr-1">
          <p className="flex-1 text-hint leading-[1.4] text-warning">{whyUnverified(fact)}</p>
          {canWrite ? (
            <Button size="lane" busy={confirm.isPending} onClick={() => confirm.mutate(fact)}>
              Confirm
            </Button>
          ) : null}
        </div>
      ) : null}
      {armed ? (
        <div className="col-span-2 col-start-2 mt-1.75 flex items-center justify-end gap-1.5">
          <Button size="lane" variant="ghost" onClick={() => setArmed(false)}>
            Keep
          </Button>
          {fact.editable ? (
            <Button size="lane" variant="ghost" onClick={() => setEditing(true)}>
              Edit
            </Button>
          ) : atSource ? (
            <Button size="lane" variant="ghost" aria-label={sourceLabel(fact)} onClick={() => goToSource(fact)}>
              Edit
            </Button>
          ) : null}
          <ConfirmButton
            size="lane"
            variant="danger-outline"
            question="Confirm delete?"
            busy={remove.isPending}
            onConfirm={() => remove.mutate(fact, { onSettled: () => setArmed(false) })}
          >
            Delete
          </ConfirmButton>
        </div>
      ) : null}
      {error ? (
        <p role="alert" className="col-span-2 col-start-2 mt-1.5 text-hint text-danger">
          {messageOf(error)}
        </p>
      ) : null}
    </div>
  );
}

interface ActsProps {
  readonly fact: Fact;
  /** The question or check it came from stands in the lane. */
  readonly atSource: boolean;
  /** The row of acts under the words is open. */
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

/** Edit and delete: icons that appear on hover and focus; one button for the row of acts where a finger points. */
function FactActs({ fact, atSource, open, onClose, onEdit, onDelete }: ActsProps): ReactNode {
  const coarse = useMedia("(pointer: coarse)");
  if (coarse) {
    return (
      <IconButton
        icon={Ellipsis}
        label="Edit or delete this fact"
        size="sm"
        aria-expanded={open}
        onClick={open ? onClose : onDelete}
      />
    );
  }
  return (
    <span className="absolute right-full top-0 flex rounded-md bg-card opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
      {fact.editable ? (
        <IconButton icon={Pencil} label="Edit this fact" size="sm" onClick={onEdit} />
      ) : atSource ? (
        <IconButton icon={Pencil} label={sourceLabel(fact)} size="sm" onClick={() => goToSource(fact)} />
      ) : null}
      <IconButton icon={Trash2} label="Delete this fact" size="sm" onClick={onDelete} />
    </span>
  );
}

/** A fact of the running answer: dashed, and only stored when the answer is complete. */
export function ProvisionalFact({ fact }: { readonly fact: Fact }): ReactNode {
  return (
    <div className={cx(CARD, "border-dashed border-hover", BAR[fact.source_type])}>
      <CircleDotDashed size={14} className="mt-0.5 text-muted" aria-label="Provisional" role="img" />
      <div className="min-w-0">
        <p className="text-pretty text-row font-medium leading-[1.4] text-muted-foreground [overflow-wrap:anywhere] max-sm:text-body">
          <FactText text={fact.text} />
        </p>
        <p className="provenance mt-0.75">provisional - until the answer is complete</p>
      </div>
      {/* As wide as what the stored fact carries there, so that its words break the same. */}
      <span className="w-6 coarse:w-11" />
    </div>
  );
}

const SOURCE_WORDS: Record<FactSource, string> = {
  question: "from question",
  diagnostic_check: "from check",
  user_note: "your note",
  ai_synthesis: "from analysis",
};

const sourceLabel = (fact: Fact) =>
  fact.source_type === "question" ? "Edit the question it came from" : "Edit the check it came from";

/** The fact of a question or check follows its source: the focus goes to *Change* there. */
function goToSource(fact: Fact): void {
  const item = document.querySelector(`[data-lane-item="${CSS.escape(fact.source_ref ?? "")}"]`);
  item?.scrollIntoView({ block: "center" });
  item?.querySelector<HTMLElement>("[data-change]")?.focus();
}

function provenance(fact: Fact): string {
  const tail =
    fact.source_type === "user_note"
      ? clock(new Date(fact.created_at))
      : (fact.source_summary ?? clock(new Date(fact.created_at)));
  return `${SOURCE_WORDS[fact.source_type]} - ${tail}`;
}

function whyUnverified(fact: Fact): string {
  const { evidence } = fact;
  if (evidence?.stale) {
    return "Its source was changed since. Confirm it if it still holds.";
  }
  return evidence && evidence.missing.length > 0
    ? `Not proven by the text: ${evidence.missing.join(", ")}`
    : "Not proven by the text";
}
