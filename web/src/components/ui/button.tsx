import { LoaderCircle, type LucideIcon } from "lucide-react";
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { useId } from "react";
import { cx } from "@/lib/cx";

export type ButtonVariant =
  | "primary"
  | "default"
  | "ghost"
  | "success"
  | "danger"
  | "danger-outline"
  | "warning"
  | "info"
  | "tinted";
/** Heights in px: nudge 25, lane 28 (inside cards), md 33, banner 35, foot 37, touch 44. On a coarse pointer lane, md and banner are 44. */
export type ButtonSize = "nudge" | "lane" | "md" | "banner" | "foot" | "touch";

const BASE =
  "relative inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap border leading-none no-underline transition-colors duration-[120ms]";

const VARIANTS: Record<ButtonVariant, string> = {
  primary: "role-accent bg-role text-on-role border-transparent font-semibold hover:bg-role-hover",
  success: "role-success bg-role text-on-role border-transparent font-semibold hover:bg-role-hover",
  danger: "role-danger bg-role text-on-role border-transparent font-semibold hover:bg-role-hover",
  warning: "role-warning bg-role text-on-role border-transparent font-semibold hover:bg-role-hover",
  info: "role-info bg-role text-on-role border-transparent font-semibold hover:bg-role-hover",
  default: "bg-card border-hover text-primary font-medium hover:bg-elevated",
  ghost: "bg-transparent border-transparent text-muted-foreground font-medium hover:bg-elevated hover:text-primary",
  "danger-outline": "role-danger bg-transparent border-role-outline text-role font-medium hover:bg-role-dim",
  tinted: "role-accent bg-role-dim-strong border-role text-primary font-semibold hover:bg-role-dim-strong",
};

const SIZES: Record<ButtonSize, string> = {
  nudge: "h-6.25 gap-1.25 rounded-md px-2.5 text-row coarse:h-11",
  lane: "h-7 gap-1.5 rounded-md px-2.5 text-row coarse:h-11 coarse:px-4",
  md: "h-8.25 gap-1.75 rounded-card px-3.25 text-bubble coarse:h-11",
  banner: "h-8.75 gap-1.75 rounded-card px-3.75 text-bubble coarse:h-11",
  foot: "h-9.25 gap-1.75 rounded-card px-3.25 text-bubble coarse:h-11",
  touch: "h-11 gap-2 rounded-card px-4 text-body",
};

const OFF =
  "bg-transparent border border-dashed border-hover text-muted font-medium hover:bg-transparent hover:text-muted";

/** The look of a button for a link or any other element. */
export function buttonClass(variant: ButtonVariant = "default", size: ButtonSize = "md", off = false): string {
  return cx(BASE, SIZES[size], off ? OFF : VARIANTS[variant]);
}

export interface ButtonProps extends Omit<ComponentProps<"button">, "disabled"> {
  readonly variant?: ButtonVariant;
  readonly size?: ButtonSize;
  readonly icon?: LucideIcon;
  /** Icon after the words, for example a chevron. */
  readonly iconAfter?: LucideIcon;
  /** A call is running: spinner in place of the icon, width kept, further presses ignored. */
  readonly busy?: boolean;
  readonly disabled?: boolean;
  /** Why it cannot be pressed: read out and shown on hover. Makes it disabled. */
  readonly disabledReason?: string | null | undefined;
}

/** A disabled or busy button keeps its focus and stays reachable, so that its reason can be read. */
export function Button({
  variant = "default",
  size = "md",
  icon: Icon,
  iconAfter: After,
  busy = false,
  disabled = false,
  disabledReason,
  className,
  children,
  onClick,
  type = "button",
  ...rest
}: ButtonProps): ReactNode {
  const reasonId = useId();
  const off = disabled || Boolean(disabledReason);
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (off || busy) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    onClick?.(event);
  };
  const iconSize = size === "nudge" || size === "lane" ? 14 : 15;
  const covered = busy && !Icon;
  return (
    <button
      {...rest}
      type={type}
      className={cx(buttonClass(variant, size, off), className)}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      aria-describedby={disabledReason ? reasonId : rest["aria-describedby"]}
      title={disabledReason ?? rest.title}
      onClick={press}
    >
      {Icon ? (
        busy ? (
          <LoaderCircle size={iconSize} className="-ml-0.5 animate-spin" aria-hidden />
        ) : (
          <Icon size={iconSize} className="-ml-0.5" aria-hidden />
        )
      ) : null}
      {covered ? (
        <span className="absolute inset-0 grid place-items-center">
          <LoaderCircle size={iconSize} className="animate-spin" aria-hidden />
        </span>
      ) : null}
      <span className={cx("inline-flex items-center gap-[inherit]", covered && "opacity-0")}>{children}</span>
      {After ? <After size={14} className={cx("-mr-1", covered && "opacity-0")} aria-hidden /> : null}
      {disabledReason ? (
        <span id={reasonId} className="sr-only">
          {disabledReason}
        </span>
      ) : null}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children" | "disabled"> {
  readonly icon: LucideIcon;
  /** Accessible name and tooltip. */
  readonly label: string;
  readonly size?: "sm" | "md" | "touch";
  readonly iconSize?: number;
  readonly busy?: boolean;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly children?: ReactNode;
}

const ICON_SIZES = {
  sm: "size-6 rounded-[6px] coarse:size-11",
  md: "size-7.5 rounded-card coarse:size-11",
  touch: "size-11 rounded-card",
} as const;

/** A square button of 30 px (24 small, 44 coarse) with an icon; `label` is required since an icon alone says nothing. */
export function IconButton({
  icon: Icon,
  label,
  size = "md",
  iconSize = size === "sm" ? 14 : 16,
  busy = false,
  pressed,
  disabled = false,
  className,
  children,
  onClick,
  type = "button",
  ...rest
}: IconButtonProps): ReactNode {
  return (
    <button
      title={label}
      {...rest}
      type={type}
      aria-label={label}
      aria-pressed={pressed}
      aria-busy={busy || undefined}
      aria-disabled={disabled || undefined}
      className={cx(
        "relative inline-grid shrink-0 place-items-center transition-colors duration-[120ms]",
        disabled ? "text-muted" : "text-muted-foreground hover:bg-elevated hover:text-primary",
        pressed && "bg-elevated text-heading",
        ICON_SIZES[size],
        className,
      )}
      onClick={(event) => {
        if (!disabled && !busy) {
          onClick?.(event);
        }
      }}
    >
      {busy ? (
        <LoaderCircle size={iconSize} className="animate-spin" aria-hidden />
      ) : (
        <Icon size={iconSize} aria-hidden />
      )}
      {children}
    </button>
  );
}

/** A quiet act in running text or a card: words without a frame, 24 px high. */
export function TextButton({
  tone = "muted",
  icon: Icon,
  className,
  children,
  type = "button",
  ...rest
}: ComponentProps<"button"> & { readonly tone?: "muted" | "accent"; readonly icon?: LucideIcon }): ReactNode {
  return (
    <button
      {...rest}
      type={type}
      className={cx(
        "-mx-1 inline-flex h-6 items-center gap-1.25 whitespace-nowrap rounded-field px-1 text-row font-medium transition-colors duration-[120ms] hover:bg-elevated coarse:h-11 coarse:px-2",
        tone === "accent" ? "text-accent" : "text-muted-foreground hover:text-primary",
        className,
      )}
    >
      {Icon ? <Icon size={14} aria-hidden /> : null}
      {children}
    </button>
  );
}
