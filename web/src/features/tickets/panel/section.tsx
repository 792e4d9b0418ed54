import { CircleAlert, RotateCcw } from "lucide-react";
import { type ReactNode, useId } from "react";
import { type PsaProblem, usePsaName } from "@/api/psa";
import { Button, Skeleton } from "@/components/ui";
import { cx } from "@/lib/cx";

/** What a section of the panel needs of its ticket: items, a problem, or neither while it is read. */
export interface SectionState<T> {
  readonly items: readonly T[] | null;
  readonly problem: PsaProblem | null;
  readonly onRetry: () => void;
  readonly retrying: boolean;
}

interface SectionProps<T> {
  readonly title: string;
  readonly state: SectionState<T>;
  readonly empty: string;
  /** Right of the heading. */
  readonly aside?: ReactNode;
  readonly children: (items: readonly T[]) => ReactNode;
}

/** One part of a ticket, which loads, is empty or fails for itself. */
export function Section<T>({ title, state, empty, aside, children }: SectionProps<T>): ReactNode {
  const id = useId();
  const { items, problem } = state;
  return (
    <section aria-labelledby={id} className="border-b border-default px-4 pb-3.5 pt-3 last:border-b-0">
      <div className="mb-1.5 flex h-6 items-center gap-1.75">
        <h3 id={id} className="eyebrow text-muted">
          {title}
        </h3>
        {items && items.length > 0 ? (
          <span className="inline-flex h-4 min-w-4 items-center justify-center rounded-full bg-elevated px-1 text-pill font-semibold tabular-nums text-muted-foreground">
            {items.length}
          </span>
        ) : null}
        {aside && items && items.length > 0 ? <span className="ml-auto">{aside}</span> : null}
      </div>
      {problem ? (
        <QuietProblem what={title} state={state} problem={problem} />
      ) : items === null ? (
        <Lines />
      ) : items.length === 0 ? (
        <p className="text-row text-muted">{empty}</p>
      ) : (
        children(items)
      )}
    </section>
  );
}

function QuietProblem<T>({
  what,
  state,
  problem,
}: {
  readonly what: string;
  readonly state: SectionState<T>;
  readonly problem: PsaProblem;
}): ReactNode {
  const psa = usePsaName();
  return (
    <div
      role="status"
      className="flex gap-2.25 rounded-card border border-dashed border-hover py-2.25 pl-2.75 pr-2.5 text-row leading-normal text-muted-foreground"
    >
      <CircleAlert size={14} className="mt-0.5 text-warning-edge" aria-hidden />
      <div className="min-w-0">
        <p>
          <span className="font-medium text-primary">{what} could not be read.</span>{" "}
          {problem.permission ? (
            <>
              {psa} refuses <span className="font-mono text-mono text-primary">{problem.permission}</span>. An admin of{" "}
              {psa} can grant it.
            </>
          ) : (
            problem.message
          )}{" "}
          The rest of this ticket is current.
        </p>
        <Button size="nudge" icon={RotateCcw} busy={state.retrying} onClick={state.onRetry} className="mt-1.5">
          Retry
        </Button>
      </div>
    </div>
  );
}

export function Lines({ className }: { readonly className?: string }): ReactNode {
  return (
    <div aria-hidden className={cx("flex flex-col gap-2.5 py-1", className)}>
      <Skeleton className="w-4/5" />
      <Skeleton className="w-3/5" />
    </div>
  );
}
