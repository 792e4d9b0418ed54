import type { ReactNode } from "react";
import { Dot, type Tone } from "@/components/ui";
import { cx } from "@/lib/cx";

interface SectionProps {
  readonly title: string;
  readonly tone: Tone;
  /** Mono words after the title ("2 open"). */
  readonly meta: string;
  readonly action?: ReactNode;
  readonly wash?: boolean;
  readonly children: ReactNode;
}

/** A part of the lane: dot, eyebrow, meta, its act at the right. The head scrolls with the rest. */
export function LaneSection({ title, tone, meta, action, wash = false, children }: SectionProps): ReactNode {
  return (
    <section aria-label={title} className={cx("px-3.5 pt-3.5 max-sm:px-4", wash ? "bg-know-wash pb-3.5" : "last:pb-4")}>
      <div className="mb-1.5 flex min-h-6 items-center gap-2">
        <Dot tone={tone} />
        <h3 className="eyebrow whitespace-nowrap text-primary">{title}</h3>
        <span className="whitespace-nowrap font-mono text-mono leading-none text-muted-foreground">{meta}</span>
        <span className="ml-auto flex gap-1">{action}</span>
      </div>
      <div className="flex flex-col gap-2">{children}</div>
    </section>
  );
}

/** A card of the lane. Provisional ones are dashed and quiet. */
export function LaneCard({
  provisional = false,
  className,
  children,
  ...rest
}: {
  readonly provisional?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
} & React.ComponentProps<"div">): ReactNode {
  return (
    <div
      {...rest}
      className={cx(
        "rounded-card border px-3 py-2.5",
        provisional ? "border-dashed border-hover bg-transparent" : "border-default bg-card",
        className,
      )}
    >
      {children}
    </div>
  );
}
