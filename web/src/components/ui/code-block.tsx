import { Check, Copy } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "@/lib/cx";
import { useCopy, useLoadingShown } from "@/lib/hooks";
import { IconButton } from "./button";

/** Commands and quotes: mono, no ligatures, wrapping at spaces only, with a copy button. */
export function CodeBlock({
  code,
  copyLabel = "Copy",
  wrap = true,
  className,
  children,
}: {
  readonly code: string;
  readonly copyLabel?: string;
  readonly wrap?: boolean;
  readonly className?: string;
  /** Coloured or marked-up form of the same text. */
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div
      className={cx(
        "grid grid-cols-[minmax(0,1fr)_auto] items-start rounded-[6px] border border-default bg-code py-1.25 pl-2.25 pr-1",
        className,
      )}
    >
      <pre
        tabIndex={wrap ? undefined : 0}
        className={cx(
          "py-0.5 font-mono text-mono leading-[1.55] text-primary",
          wrap ? "whitespace-pre-wrap" : "overflow-x-auto",
        )}
      >
        <code>{children ?? code}</code>
      </pre>
      <CopyButton text={code} label={copyLabel} size="sm" />
    </div>
  );
}

/** Copies `text`; shows a tick for two seconds. */
export function CopyButton({
  text,
  label = "Copy",
  size = "md",
}: {
  readonly text: string;
  readonly label?: string;
  readonly size?: "sm" | "md";
}): ReactNode {
  const { copied, copy } = useCopy();
  return (
    <IconButton
      icon={copied ? Check : Copy}
      label={copied ? "Copied" : label}
      size={size}
      onClick={() => void copy(text)}
      className={copied ? "text-success" : ""}
    />
  );
}

/** A grey bar in the final geometry; hidden from listeners. */
export function Skeleton({ className }: { readonly className?: string }): ReactNode {
  return <span aria-hidden className={cx("block h-2.75 animate-skeleton rounded-field bg-elevated", className)} />;
}

/**
 * Shows `children` (skeletons) only when loading lasts: after 150 ms, for at least 300 ms. What follows it in the same parent takes its
 * place when it goes, never stands under it.
 */
export function WhileLoading({
  loading,
  label = "Loading",
  children,
}: {
  readonly loading: boolean;
  readonly label?: string;
  readonly children: ReactNode;
}): ReactNode {
  const shown = useLoadingShown(loading);
  if (!shown) {
    return null;
  }
  return (
    <div role="status" className="[&~*]:hidden">
      <span className="sr-only">{label}</span>
      {children}
    </div>
  );
}
