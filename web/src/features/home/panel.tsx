import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Skeleton, TextButton, WhileLoading } from "@/components/ui";
import { messageOf } from "@/lib/api-error";

interface PanelProps {
  readonly title: string;
  readonly count?: ReactNode;
  /** In the head, beside the title. */
  readonly tools?: ReactNode;
  /** At the right end of the head. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A framed part of Home with its own loading, empty line and quiet failure. */
export function Panel({ title, count, tools, actions, children }: PanelProps): ReactNode {
  const id = useId();
  return (
    <section aria-labelledby={id} className="@container overflow-hidden rounded-card border border-default bg-card">
      <header className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1 border-b border-default py-1.25 pl-3.5 pr-2">
        <h2 id={id} className="whitespace-nowrap text-body leading-snug">
          {title}
        </h2>
        {count}
        {tools}
        <div className="ml-auto flex items-center gap-1">{actions}</div>
      </header>
      {children}
    </section>
  );
}

interface PanelBodyProps<T> {
  readonly read: {
    readonly data: readonly T[] | undefined;
    readonly error: unknown;
    readonly isPending: boolean;
    readonly isFetching: boolean;
    readonly refetch: () => unknown;
  };
  readonly what: string;
  readonly empty: ReactNode;
  readonly skeleton: ReactNode;
  readonly children: (items: readonly T[]) => ReactNode;
}

/** What a panel shows: skeletons, rows, one line when there is nothing, or a quiet failure that keeps the rows there were. */
export function PanelBody<T>({ read, what, empty, skeleton, children }: PanelBodyProps<T>): ReactNode {
  const { data } = read;
  return (
    <>
      {read.error ? (
        <div role="status" className="flex items-center gap-2 px-3.5 py-2 text-hint text-muted-foreground">
          <CircleAlert size={13} className="flex-none text-warning" aria-hidden />
          <span className="min-w-0 flex-1">
            {data
              ? `${what} could not be refreshed and may be old.`
              : `${what} could not be read. ${messageOf(read.error)}`}
          </span>
          <TextButton tone="accent" aria-busy={read.isFetching || undefined} onClick={() => void read.refetch()}>
            Retry
          </TextButton>
        </div>
      ) : null}
      <WhileLoading loading={read.isPending} label={`Loading ${what.toLowerCase()}`}>
        {skeleton}
      </WhileLoading>
      {data && data.length > 0 ? children(data) : null}
      {data && data.length === 0 && !read.error ? (
        <div className="px-3.5 py-3 text-row text-muted-foreground">{empty}</div>
      ) : null}
    </>
  );
}

const WIDTHS = ["w-56", "w-48", "w-52", "w-44", "w-60", "w-40"] as const;

/** Rows of two lines, as in the lists of sessions. */
export function RowsSkeleton({ rows }: { readonly rows: number }): ReactNode {
  return (
    <div aria-hidden>
      {WIDTHS.slice(0, rows).map((width) => (
        <div
          key={width}
          className="flex h-12.75 flex-col justify-center gap-2 border-b border-default px-3.5 last:border-b-0"
        >
          <Skeleton className={width} />
          <Skeleton className="h-2 w-32" />
        </div>
      ))}
    </div>
  );
}

/** Rows of one line, as in tables. */
export function LinesSkeleton({ rows }: { readonly rows: number }): ReactNode {
  return (
    <div aria-hidden>
      {WIDTHS.slice(0, rows).map((width) => (
        <div
          key={width}
          className="flex h-9 items-center gap-6 border-b border-default px-3.5 last:border-b-0 coarse:h-11"
        >
          <Skeleton className="w-9 flex-none" />
          <Skeleton className={width} />
          <Skeleton className="ml-auto w-24 max-sm:hidden" />
        </div>
      ))}
    </div>
  );
}
