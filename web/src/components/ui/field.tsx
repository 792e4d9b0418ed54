import { CircleAlert } from "lucide-react";
import { type ComponentProps, createContext, type ReactNode, useContext, useId, useLayoutEffect, useRef } from "react";
import { cx } from "@/lib/cx";

interface FieldIds {
  readonly control: string;
  readonly hint: string | undefined;
  readonly error: string | undefined;
  readonly required: boolean;
}

const FieldContext = createContext<FieldIds | null>(null);

export interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | null | undefined;
  /** Shown from 80 % of the limit on. */
  readonly counter?: { readonly length: number; readonly max: number };
  readonly required?: boolean;
  /** Right of the label, for example a link. */
  readonly action?: ReactNode;
  readonly hideLabel?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** Label above, hint and error below, tied to the Input or Textarea inside. */
export function Field(props: FieldProps): ReactNode {
  const id = useId();
  const { label, hint, error, counter, required = false, action, hideLabel = false, className, children } = props;
  const near = counter !== undefined && counter.length >= counter.max * 0.8;
  const ids: FieldIds = {
    control: `${id}-control`,
    hint: hint ? `${id}-hint` : undefined,
    error: error ? `${id}-error` : undefined,
    required,
  };
  return (
    <FieldContext.Provider value={ids}>
      <div className={cx("flex min-w-0 flex-col gap-1.25", className)}>
        <div className={cx("flex items-baseline justify-between gap-3", hideLabel && !action && "sr-only")}>
          <label htmlFor={ids.control} className={cx("text-row font-medium text-primary", hideLabel && "sr-only")}>
            {label}
          </label>
          {action}
        </div>
        {children}
        {error ? (
          <p id={ids.error} className="flex items-start gap-1.25 text-hint text-danger">
            <CircleAlert size={13} className="mt-0.5" aria-hidden />
            <span>{error}</span>
          </p>
        ) : null}
        {hint || near ? (
          <div className="flex justify-between gap-3 text-hint text-muted-foreground">
            {hint ? <p id={ids.hint}>{hint}</p> : <span />}
            {near && counter ? (
              <span
                className={cx("tabular-nums", counter.length > counter.max ? "text-danger" : "text-muted-foreground")}
              >
                {counter.length} / {counter.max}
              </span>
            ) : null}
          </div>
        ) : null}
      </div>
    </FieldContext.Provider>
  );
}

/** Ids and aria attributes for a control inside a Field; empty outside of one. */
export function useFieldProps(): {
  id?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
  "aria-required"?: true;
} {
  const ids = useContext(FieldContext);
  if (!ids) {
    return {};
  }
  const describedBy = [ids.error, ids.hint].filter(Boolean).join(" ");
  return {
    id: ids.control,
    ...(describedBy ? { "aria-describedby": describedBy } : {}),
    ...(ids.error ? { "aria-invalid": true as const } : {}),
    ...(ids.required ? { "aria-required": true as const } : {}),
  };
}

/** Frame of every text control; 16 px text on phones, so that nothing zooms. */
export const CONTROL =
  "w-full min-w-0 rounded-field border border-control bg-input text-bubble text-primary placeholder:text-muted aria-invalid:border-danger disabled:border-dashed disabled:border-hover disabled:bg-transparent disabled:text-muted max-sm:text-field";

const HEIGHTS = { lane: "h-7 px-2.25", md: "h-8.25 px-2.5", foot: "h-9.25 px-2.5 text-body" } as const;

export interface InputProps extends Omit<ComponentProps<"input">, "size"> {
  readonly size?: keyof typeof HEIGHTS;
}

export function Input({ size = "md", className, ...rest }: InputProps): ReactNode {
  return <input {...useFieldProps()} {...rest} className={cx(CONTROL, HEIGHTS[size], "coarse:h-11", className)} />;
}

export interface TextareaProps extends ComponentProps<"textarea"> {
  /** Grows with its text up to this many px, then scrolls. */
  readonly growTo?: number;
}

export function Textarea({ growTo, className, ref, ...rest }: TextareaProps): ReactNode {
  const own = useRef<HTMLTextAreaElement | null>(null);
  useGrow(own, rest.value, growTo);
  return (
    <textarea
      rows={2}
      {...useFieldProps()}
      {...rest}
      ref={(element) => {
        own.current = element;
        if (typeof ref === "function") {
          return ref(element);
        }
        if (ref) {
          ref.current = element;
        }
        return undefined;
      }}
      className={cx(
        CONTROL,
        "min-h-14 resize-y px-2.5 py-2 leading-normal",
        growTo !== undefined && "resize-none",
        className,
      )}
    />
  );
}

/** Makes a textarea as high as its text, up to `max` px; measured anew when its width changes, since words then wrap elsewhere. */
export function useGrow(
  ref: { readonly current: HTMLTextAreaElement | null },
  value: unknown,
  max: number | undefined,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the value decides the height although the effect reads it from the element
  useLayoutEffect(() => {
    if (ref.current && max !== undefined) {
      grow(ref.current, max);
    }
  }, [ref, value, max]);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element || max === undefined || typeof ResizeObserver === "undefined") {
      return undefined;
    }
    let width = element.clientWidth;
    const seen = new ResizeObserver(() => {
      if (element.clientWidth !== width) {
        width = element.clientWidth;
        grow(element, max);
      }
    });
    seen.observe(element);
    return () => seen.disconnect();
  }, [ref, max]);
}

function grow(element: HTMLTextAreaElement, max: number): void {
  element.style.height = "auto";
  const border = element.offsetHeight - element.clientHeight;
  element.style.height = `${Math.min(element.scrollHeight + border, max)}px`;
  element.style.overflowY = element.scrollHeight + border > max ? "auto" : "hidden";
}
