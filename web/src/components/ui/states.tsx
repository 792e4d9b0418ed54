import { CircleAlert, type LucideIcon, RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError, messageOf } from "@/lib/api-error";
import { cx } from "@/lib/cx";
import { useCopy } from "@/lib/hooks";
import { Button, TextButton } from "./button";

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly hint?: ReactNode;
  /** The next act. */
  readonly action?: ReactNode;
  readonly framed?: boolean;
  readonly className?: string;
}

/** Nothing here yet, and what to do about it. */
export function EmptyState({ icon: Icon, title, hint, action, framed = true, className }: EmptyStateProps): ReactNode {
  return (
    <div
      className={cx("px-5 py-6.5 text-center", framed && "rounded-card border border-dashed border-hover", className)}
    >
      <Icon size={20} className="mx-auto mb-2 text-muted" aria-hidden />
      <p className="text-bubble font-medium text-primary">{title}</p>
      {hint ? <p className="mt-0.75 text-hint text-muted-foreground">{hint}</p> : null}
      {action ? <div className="mt-3 flex justify-center gap-2">{action}</div> : null}
    </div>
  );
}

interface InlineErrorProps {
  /** What happened. */
  readonly title: string;
  /** What is safe and what to do; the server's own words when an error is given instead. */
  readonly text?: ReactNode;
  readonly error?: unknown;
  readonly onRetry?: (() => void) | undefined;
  readonly retrying?: boolean;
  /** More acts beside *Retry*. */
  readonly children?: ReactNode;
  readonly className?: string;
}

/** A failure in the place where its content would stand. Says it to listeners at once. */
export function InlineError(props: InlineErrorProps): ReactNode {
  const { title, text, error, onRetry, retrying = false, children, className } = props;
  const requestId = error instanceof ApiError ? error.requestId : null;
  const { copied, copy } = useCopy();
  return (
    <div
      role="alert"
      className={cx(
        "role-danger bg-role-block grid grid-cols-[16px_minmax(0,1fr)] gap-x-2.5 rounded-card border border-role-tint py-2.75 pl-3.5 pr-3 text-row leading-normal",
        className,
      )}
    >
      <CircleAlert size={16} className="mt-px text-role" aria-hidden />
      <div>
        <p className="text-bubble font-semibold leading-snug text-heading">{title}</p>
        <p className="text-primary">{text ?? (error ? messageOf(error) : null)}</p>
        {onRetry || requestId || children ? (
          <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1.5">
            {onRetry ? (
              <Button size="lane" icon={RotateCcw} busy={retrying} onClick={onRetry}>
                Retry
              </Button>
            ) : null}
            {children}
            {requestId ? (
              <TextButton className="text-primary" onClick={() => void copy(requestId)}>
                {copied ? "Copied" : "Copy request id"}
              </TextButton>
            ) : null}
          </div>
        ) : null}
      </div>
    </div>
  );
}

/** One quiet line above rows that could not be refreshed: they stay, and may be old. */
export function StaleNote({
  onRetry,
  retrying,
}: {
  readonly onRetry: () => void;
  readonly retrying: boolean;
}): ReactNode {
  return (
    <div role="status" className="flex items-center gap-2 px-3.5 py-1.5 text-hint text-muted-foreground">
      <CircleAlert size={13} className="text-warning" aria-hidden />
      <span className="flex-1">Could not refresh. These rows may be old.</span>
      <TextButton tone="accent" onClick={onRetry} aria-busy={retrying || undefined}>
        Retry
      </TextButton>
    </div>
  );
}
