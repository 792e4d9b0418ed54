import { Command } from "cmdk";
import { Check, ChevronDown, Search, TriangleAlert } from "lucide-react";
import { Popover as PopoverBase } from "radix-ui";
import { type ComponentProps, type ReactNode, useRef, useState } from "react";
import { cx } from "@/lib/cx";
import { CONTROL, useFieldProps } from "./field";
import { useCloseOnScroll } from "./overlay";

export interface ComboOption {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

interface ComboboxProps {
  /** What is being chosen; the name of the list, and of the button outside a Field. */
  readonly label: string;
  readonly options: readonly ComboOption[];
  /** The chosen values; one at most unless `multiple`. */
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
  readonly multiple?: boolean;
  /** Shown while nothing is chosen, for example "All boards". */
  readonly placeholder: string;
  /** `field` has a frame; `quiet` is words with a chevron, for toolbars; `chip` is tinted while something is chosen. */
  readonly look?: "field" | "quiet" | "chip";
  readonly clearable?: boolean;
  readonly loading?: boolean;
  readonly emptyText?: string;
  /** Why the list may be short or empty, shown above it; the button carries a warning mark. */
  readonly notice?: string | null;
  /** The list is looked up as one types: called with the text, and the options are shown as given. */
  readonly onSearch?: (text: string) => void;
}

const SEARCH_FROM = 8;

/** Chooses one or several of a list, with search from eight options on. Arrow keys, Enter, Esc; closes on outside press and scroll. */
export function Combobox(props: ComboboxProps): ReactNode {
  const { label, options, value, onChange, multiple = false, placeholder, look = "field", clearable = false } = props;
  const { loading = false, emptyText = "Nothing matches", notice = null, onSearch } = props;
  const [open, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  useCloseOnScroll(open, () => setOpen(false), trigger);
  // A button may not be called required; the form says so when nothing was chosen.
  const field = { ...useFieldProps(), "aria-required": undefined };
  const chosen = options.filter((option) => value.includes(option.value));
  const shown =
    chosen.length === 0
      ? placeholder
      : chosen.length === 1
        ? chosen[0]?.label
        : look === "chip"
          ? `${label}: ${chosen.length}`
          : `${chosen.length} chosen`;

  const toggle = (picked: string) => {
    if (!multiple) {
      onChange(clearable && value.includes(picked) ? [] : [picked]);
      setOpen(false);
      return;
    }
    onChange(value.includes(picked) ? value.filter((one) => one !== picked) : [...value, picked]);
  };

  return (
    <PopoverBase.Root open={open} onOpenChange={setOpen}>
      <PopoverBase.Trigger asChild>
        <button
          {...field}
          ref={trigger}
          type="button"
          aria-label={field.id ? undefined : shown?.startsWith(label) ? shown : `${label}: ${shown ?? placeholder}`}
          aria-haspopup="listbox"
          className={triggerLook(look, chosen.length)}
        >
          {notice ? <TriangleAlert size={13} className="text-warning" aria-label="Could not be read in full" /> : null}
          <span className={cx("truncate", look === "field" && chosen.length === 0 && "text-muted")}>{shown}</span>
          <ChevronDown size={14} className="text-muted-foreground" aria-hidden />
        </button>
      </PopoverBase.Trigger>
      <PopoverBase.Portal>
        <PopoverBase.Content
          data-combobox=""
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          className="z-list w-[max(var(--radix-popover-trigger-width),220px)] max-w-[calc(100vw-16px)] animate-pop rounded-bubble border border-hover bg-card shadow-float"
        >
          <Command label={label} loop shouldFilter={onSearch === undefined}>
            {options.length >= SEARCH_FROM || onSearch ? (
              <div className="flex items-center gap-2 border-b border-default px-3">
                <Search size={14} className="text-muted" aria-hidden />
                <Command.Input
                  {...(onSearch ? { onValueChange: onSearch } : {})}
                  placeholder="Search"
                  aria-label={`Search ${label.toLowerCase()}`}
                  className="h-9 min-w-0 flex-1 bg-transparent text-bubble text-primary outline-none placeholder:text-muted coarse:h-11 max-sm:text-field"
                />
              </div>
            ) : (
              <Command.Input aria-label={label} className="sr-only" readOnly autoFocus />
            )}
            {notice ? (
              <p className="max-w-75 border-b border-default px-3 py-2 text-hint text-muted-foreground">{notice}</p>
            ) : null}
            <Command.List
              aria-multiselectable={multiple || undefined}
              className="max-h-[min(320px,var(--radix-popover-content-available-height))] overflow-y-auto p-1"
            >
              {loading ? (
                <Command.Loading>
                  <p className="px-2.5 py-2 text-row text-muted-foreground">Loading</p>
                </Command.Loading>
              ) : (
                <Command.Empty className="px-2.5 py-2 text-row text-muted-foreground">{emptyText}</Command.Empty>
              )}
              {options.map((option) => (
                <Command.Item
                  key={option.value}
                  value={`${option.label} ${option.value}`}
                  onSelect={() => toggle(option.value)}
                  className="flex min-h-8 cursor-pointer items-center gap-2 rounded-[6px] px-2.5 text-bubble text-primary data-[selected=true]:bg-elevated coarse:min-h-11"
                >
                  <Check
                    size={14}
                    className={value.includes(option.value) ? "text-accent" : "invisible"}
                    aria-label={value.includes(option.value) ? "Chosen" : undefined}
                    aria-hidden={value.includes(option.value) ? undefined : true}
                  />
                  <span className="min-w-0 flex-1 truncate">{option.label}</span>
                  {option.hint ? <span className="text-hint text-muted-foreground">{option.hint}</span> : null}
                </Command.Item>
              ))}
            </Command.List>
            {multiple && value.length > 0 ? (
              <button
                type="button"
                onClick={() => onChange([])}
                className="h-9 w-full border-t border-default text-row font-medium text-muted-foreground hover:text-primary"
              >
                Clear
              </button>
            ) : null}
          </Command>
        </PopoverBase.Content>
      </PopoverBase.Portal>
    </PopoverBase.Root>
  );
}

function triggerLook(look: NonNullable<ComboboxProps["look"]>, chosen: number): string {
  if (look === "field") {
    return cx(CONTROL, "inline-flex h-8.25 items-center justify-between gap-2 px-2.5 text-left coarse:h-11");
  }
  return cx(
    "inline-flex h-8.25 items-center gap-1.5 rounded-card border px-2.5 text-bubble font-medium leading-none transition-colors duration-[120ms] coarse:h-11",
    // A chip that shows a name gives way when room is short; labels and counts do not.
    look === "chip" && chosen === 1 ? "min-w-19 shrink" : "shrink-0",
    look === "quiet" && "border-transparent text-muted-foreground hover:bg-elevated hover:text-primary",
    look === "chip" &&
      (chosen > 0
        ? "border-accent-tint bg-accent-dim text-accent"
        : "border-hover bg-card text-primary hover:bg-elevated"),
  );
}

/** The browser's own list: best on phones and for short, fixed choices. */
export function Select({ className, children, ...rest }: ComponentProps<"select">): ReactNode {
  return (
    <span className="relative block">
      <select
        {...useFieldProps()}
        {...rest}
        className={cx(CONTROL, "h-8.25 appearance-none pl-2.5 pr-8 coarse:h-11", className)}
      >
        {children}
      </select>
      <ChevronDown
        size={14}
        className="pointer-events-none absolute right-2.5 top-1/2 -translate-y-1/2 text-muted-foreground"
        aria-hidden
      />
    </span>
  );
}
