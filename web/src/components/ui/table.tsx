import { ArrowDown, ArrowUp } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "@/lib/cx";

/** A dense table: rows of 36 px (44 coarse), sticky head. Give the row one link (`RowLink` style: `after:absolute after:inset-0`). */
export function Table({ className, ...rest }: ComponentProps<"table">): ReactNode {
  return <table {...rest} className={cx("w-full table-fixed border-separate border-spacing-0", className)} />;
}

interface ThProps extends ComponentProps<"th"> {
  /** Present when the column can be sorted. */
  readonly sort?: { readonly direction: "asc" | "desc" | null; readonly onSort: () => void };
}

export function Th({ sort, className, children, ...rest }: ThProps): ReactNode {
  const direction = sort?.direction ?? null;
  const Arrow = direction === "asc" ? ArrowUp : ArrowDown;
  return (
    <th
      {...rest}
      scope="col"
      aria-sort={sort ? (direction === "asc" ? "ascending" : direction === "desc" ? "descending" : "none") : undefined}
      className={cx(
        "sticky top-0 z-sticky h-8 whitespace-nowrap border-b border-default bg-sidebar px-2 text-left text-hint font-medium text-muted first:pl-6 last:pr-6",
        className,
      )}
    >
      {sort ? (
        <button type="button" onClick={sort.onSort} className="inline-flex h-6 items-center gap-1 hover:text-primary">
          {children}
          {direction ? <Arrow size={12} aria-hidden /> : null}
        </button>
      ) : (
        children
      )}
    </th>
  );
}

export function Td({ className, ...rest }: ComponentProps<"td">): ReactNode {
  return (
    <td
      {...rest}
      className={cx(
        "h-9 truncate border-b border-default px-2 text-row text-muted-foreground first:pl-6 last:pr-6 coarse:h-11",
        className,
      )}
    />
  );
}

/** One row; selected rows are raised and carry an accent bar. */
export function Tr({
  selected = false,
  className,
  ...rest
}: ComponentProps<"tr"> & { readonly selected?: boolean }): ReactNode {
  return (
    <tr
      {...rest}
      aria-current={selected || undefined}
      className={cx(
        "group relative",
        selected
          ? "bg-elevated text-primary [&>td:first-child]:shadow-[inset_2px_0_0_var(--accent-edge)]"
          : "hover:bg-card",
        className,
      )}
    />
  );
}

/** Class of the one link of a row: the whole row is its target. */
export const ROW_LINK = "font-medium text-primary no-underline after:absolute after:inset-0";

/** A framed group with a 44 px head. */
export function Card({
  title,
  count,
  actions,
  children,
  className,
  headingLevel: Heading = "h2",
}: {
  readonly title: string;
  readonly count?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  readonly headingLevel?: "h2" | "h3";
}): ReactNode {
  return (
    <section aria-label={title} className={cx("overflow-hidden rounded-card border border-default bg-card", className)}>
      <header className="flex min-h-11 items-center gap-2 border-b border-default pl-3.5 pr-2 coarse:min-h-14">
        <Heading className="flex items-center gap-2 text-body leading-snug">
          {title}
          {count}
        </Heading>
        <div className="ml-auto flex items-center gap-1">{actions}</div>
      </header>
      {children}
    </section>
  );
}
