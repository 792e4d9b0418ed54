import { Check } from "lucide-react";
import { Checkbox as CheckboxBase, Switch as SwitchBase, Tabs as TabsBase, ToggleGroup } from "radix-ui";
import { type ComponentProps, type ReactNode, useId } from "react";
import { cx } from "@/lib/cx";

interface CheckboxProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly label: ReactNode;
  readonly disabled?: boolean;
  readonly className?: string;
  readonly name?: string;
}

/** A 16 px box with its label; both are the target, at least 24 px high. */
export function Checkbox({ checked, onChange, label, disabled = false, className, name }: CheckboxProps): ReactNode {
  const id = useId();
  return (
    <div className={cx("flex min-h-6 items-center gap-2 coarse:min-h-11", className)}>
      <CheckboxBase.Root
        id={id}
        checked={checked}
        disabled={disabled}
        {...(name ? { name } : {})}
        onCheckedChange={(next) => onChange(next === true)}
        className="relative grid size-4 shrink-0 place-items-center rounded-sm border-[1.5px] border-control bg-input text-on-accent before:absolute before:-inset-1 data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:border-dashed"
      >
        <CheckboxBase.Indicator>
          <Check size={12} className="!stroke-[3]" aria-hidden />
        </CheckboxBase.Indicator>
      </CheckboxBase.Root>
      <label
        htmlFor={id}
        className={cx("cursor-pointer text-bubble", disabled ? "text-muted" : "text-muted-foreground")}
      >
        {label}
      </label>
    </div>
  );
}

interface SwitchProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly label: string;
  readonly hint?: string;
  readonly disabled?: boolean;
}

/** A setting that acts at once. */
export function Switch({ checked, onChange, label, hint, disabled = false }: SwitchProps): ReactNode {
  const id = useId();
  return (
    <div className="flex min-h-6 items-center justify-between gap-4 coarse:min-h-11">
      <div>
        <label htmlFor={id} className={cx("cursor-pointer text-bubble", disabled ? "text-muted" : "text-primary")}>
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-hint text-muted-foreground">
            {hint}
          </p>
        ) : null}
      </div>
      <SwitchBase.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="relative h-4.5 w-7.5 shrink-0 rounded-full border-[1.5px] border-control bg-input transition-colors duration-[120ms] before:absolute before:-inset-1.5 data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:border-dashed"
      >
        <SwitchBase.Thumb className="block size-2.5 translate-x-0.75 rounded-full bg-control transition-transform duration-[120ms] data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-current data-[state=checked]:text-on-accent" />
      </SwitchBase.Root>
    </div>
  );
}

export interface SegmentOption<T extends string> {
  readonly value: T;
  readonly label: string;
  /** A count beside the label. */
  readonly count?: number | undefined;
}

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: ReadonlyArray<SegmentOption<T>>;
  readonly onChange: (value: T) => void;
  readonly size?: "sm" | "md";
  readonly className?: string;
}

/** One of a few, side by side; arrow keys move. */
export function Segmented<T extends string>(props: SegmentedProps<T>): ReactNode {
  const { label, value, options, onChange, size = "md", className } = props;
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      aria-label={label}
      onValueChange={(next) => {
        const found = options.find((option) => option.value === next);
        if (found) {
          onChange(found.value);
        }
      }}
      className={cx(
        "inline-flex shrink-0 rounded-card border border-hover bg-sidebar p-0.5 coarse:h-11",
        size === "sm" ? "h-7" : "h-8.25",
        className,
      )}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className={cx(
            "inline-flex h-full min-w-6 flex-auto items-center justify-center gap-1.5 whitespace-nowrap rounded-[6px] border border-transparent font-medium leading-none text-muted-foreground transition-colors duration-[120ms] hover:text-primary data-[state=on]:border-hover data-[state=on]:bg-card data-[state=on]:text-heading dark:data-[state=on]:border-transparent dark:data-[state=on]:bg-elevated",
            size === "sm" ? "px-2 text-row" : "px-2.5 text-bubble",
          )}
        >
          {option.label}
          {option.count === undefined ? null : (
            <span className="tabular-nums text-muted-foreground">{option.count}</span>
          )}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}

/** Tabs of a page or panel: `Tabs` holds the state, `TabList` the row, `Tab` one label, `TabPanel` what it shows. */
export function Tabs(props: ComponentProps<typeof TabsBase.Root>): ReactNode {
  return <TabsBase.Root {...props} />;
}

export function TabList({ className, ...rest }: ComponentProps<typeof TabsBase.List>): ReactNode {
  return <TabsBase.List {...rest} className={cx("flex items-stretch gap-5", className)} />;
}

export function Tab({ className, ...rest }: ComponentProps<typeof TabsBase.Trigger>): ReactNode {
  return (
    <TabsBase.Trigger
      {...rest}
      className={cx(
        "relative -mx-1 inline-flex h-9 items-center gap-1.75 whitespace-nowrap px-1 text-bubble font-medium text-muted-foreground transition-colors duration-[120ms] after:absolute after:inset-x-1 after:-bottom-px after:h-0.5 after:rounded-t-[1px] hover:text-primary data-[state=active]:text-heading data-[state=active]:after:bg-accent-edge coarse:h-11",
        className,
      )}
    />
  );
}

export const TabPanel = TabsBase.Content;
