import type { LucideIcon } from "lucide-react";
import { DropdownMenu, Popover as PopoverBase, Tooltip as TooltipBase } from "radix-ui";
import { type ComponentProps, type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { cx } from "@/lib/cx";
import { keyLabel } from "@/lib/platform";
import { Kbd } from "./bits";

/** Calls `close` when what holds `anchor` scrolls: the anchor moves away from its layer. Any other scrolling leaves it open. */
export function useCloseOnScroll(open: boolean, close: () => void, anchor: RefObject<Element | null>): void {
  useEffect(() => {
    if (!open) {
      return undefined;
    }
    // A finger's last pixels of scrolling, or bringing the button into view, are not a wish to leave.
    const before = anchor.current?.getBoundingClientRect().top ?? 0;
    const onScroll = (event: Event) => {
      if (event.target instanceof Node && anchor.current && event.target.contains(anchor.current)) {
        if (Math.abs(anchor.current.getBoundingClientRect().top - before) > NUDGE) {
          close();
        }
      }
    };
    window.addEventListener("scroll", onScroll, { capture: true, passive: true });
    return () => window.removeEventListener("scroll", onScroll, { capture: true });
  }, [open, close, anchor]);
}

/** Pixels an anchor may move before what hangs on it closes. */
const NUDGE = 24;

const SURFACE = "z-list rounded-bubble border border-hover bg-card shadow-float animate-pop";

export interface MenuItem {
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly onSelect: () => void;
  readonly hint?: string;
  readonly keys?: string;
  readonly danger?: boolean;
  readonly checked?: boolean;
  readonly disabled?: boolean;
}

/** A separator between groups of a menu. */
export const MENU_LINE = "line";

/** A heading inside a menu. */
export interface MenuHeading {
  readonly heading: string;
}

interface MenuProps {
  readonly label: string;
  readonly trigger: ReactNode;
  readonly items: ReadonlyArray<MenuItem | MenuHeading | typeof MENU_LINE>;
  readonly align?: "start" | "center" | "end";
  readonly side?: "top" | "right" | "bottom" | "left";
  readonly header?: ReactNode;
}

/** A menu of acts under its trigger (one focusable element). Esc, outside press and scroll close it. */
export function Menu({ label, trigger, items, align = "end", side = "bottom", header }: MenuProps): ReactNode {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  useCloseOnScroll(open, () => setOpen(false), anchor);
  return (
    <DropdownMenu.Root open={open} onOpenChange={setOpen} modal={false}>
      <DropdownMenu.Trigger ref={anchor} asChild>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          data-menu=""
          aria-label={label}
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className={cx(
            SURFACE,
            "max-h-(--radix-dropdown-menu-content-available-height) min-w-47.5 overflow-y-auto p-1",
          )}
        >
          {header}
          {items.map((item, index) => (
            <MenuRow key={rowKey(item, index)} item={item} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function rowKey(item: MenuProps["items"][number], index: number): string {
  return item === MENU_LINE ? `line-${index}` : "heading" in item ? item.heading : item.label;
}

const MENU_ITEM =
  "flex h-8 w-full cursor-pointer select-none items-center gap-2.25 whitespace-nowrap rounded-[6px] px-2.5 text-bubble outline-none data-[highlighted]:bg-elevated data-[disabled]:cursor-default data-[disabled]:text-muted coarse:h-11";

function MenuRow({ item }: { readonly item: MenuProps["items"][number] }): ReactNode {
  if (item === MENU_LINE) {
    return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
  }
  if ("heading" in item) {
    return <DropdownMenu.Label className="eyebrow px-2.5 pb-1 pt-2 text-muted">{item.heading}</DropdownMenu.Label>;
  }
  const Icon = item.icon;
  const inside = (
    <>
      {Icon ? <Icon size={15} className={item.danger ? "text-danger" : "text-muted-foreground"} aria-hidden /> : null}
      <span className={cx("flex-1", item.danger && "text-danger")}>{item.label}</span>
      {item.hint ? <span className="text-hint text-muted-foreground">{item.hint}</span> : null}
      {item.keys ? <Kbd>{keyLabel(item.keys)}</Kbd> : null}
    </>
  );
  if (item.checked !== undefined) {
    return (
      <DropdownMenu.CheckboxItem
        className={MENU_ITEM}
        checked={item.checked}
        disabled={item.disabled ?? false}
        onSelect={item.onSelect}
      >
        {inside}
        <DropdownMenu.ItemIndicator className="size-1.5 rounded-full bg-accent-edge" />
      </DropdownMenu.CheckboxItem>
    );
  }
  return (
    <DropdownMenu.Item className={MENU_ITEM} disabled={item.disabled ?? false} onSelect={item.onSelect}>
      {inside}
    </DropdownMenu.Item>
  );
}

interface PopoverProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** The element it hangs on; must take a ref. */
  readonly trigger: ReactNode;
  readonly label: string;
  readonly children: ReactNode;
  readonly align?: "start" | "center" | "end";
  readonly side?: "top" | "right" | "bottom" | "left";
  readonly arrow?: boolean;
  /** True keeps it open on outside presses and on scroll: only Esc and its own buttons close it. */
  readonly persistent?: boolean;
  /** False leaves the focus where it is. */
  readonly takeFocus?: boolean;
  readonly className?: string;
  /** The trigger opens it itself (false when the trigger only anchors it). */
  readonly triggerToggles?: boolean;
}

/** A small surface in a portal, kept inside the viewport. */
export function Popover(props: PopoverProps): ReactNode {
  const { open, onOpenChange, trigger, label, children, align = "end", side = "bottom", arrow = false } = props;
  const { persistent = false, takeFocus = true, triggerToggles = true, className } = props;
  const anchor = useRef<HTMLElement | null>(null);
  const hold = (element: HTMLElement | null) => {
    anchor.current = element;
  };
  useCloseOnScroll(open && !persistent, () => onOpenChange(false), anchor);
  return (
    <PopoverBase.Root open={open} onOpenChange={onOpenChange}>
      {triggerToggles ? (
        <PopoverBase.Trigger ref={hold} asChild>
          {trigger}
        </PopoverBase.Trigger>
      ) : (
        <PopoverBase.Anchor ref={hold} asChild>
          {trigger}
        </PopoverBase.Anchor>
      )}
      <PopoverBase.Portal>
        <PopoverBase.Content
          data-popover=""
          aria-label={label}
          align={align}
          side={side}
          sideOffset={arrow ? 4 : 8}
          collisionPadding={8}
          className={cx(SURFACE, "max-w-[calc(100vw-16px)]")}
          {...(takeFocus ? {} : { onOpenAutoFocus: (event: Event) => event.preventDefault() })}
          {...(persistent ? { onInteractOutside: (event: Event) => event.preventDefault() } : {})}
        >
          {/* The scrolling part is inside, so that the arrow is not cut off. */}
          <div
            className={cx(
              "max-h-(--radix-popover-content-available-height) max-w-full overflow-y-auto rounded-[inherit]",
              className,
            )}
          >
            {children}
          </div>
          {arrow ? (
            <PopoverBase.Arrow width={14} height={7} className="fill-[var(--bg-card)] stroke-[var(--border-hover)]" />
          ) : null}
        </PopoverBase.Content>
      </PopoverBase.Portal>
    </PopoverBase.Root>
  );
}

interface TooltipProps {
  readonly text: ReactNode;
  readonly children: ReactNode;
  readonly side?: ComponentProps<typeof TooltipBase.Content>["side"];
}

/** A few words after 300 ms of hover, at once on focus; never the only carrier of anything. */
export function Tooltip({ text, children, side = "top" }: TooltipProps): ReactNode {
  return (
    <TooltipBase.Root>
      <TooltipBase.Trigger asChild>{children}</TooltipBase.Trigger>
      <TooltipBase.Portal>
        <TooltipBase.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-list max-w-80 animate-fade rounded-[6px] border border-hover bg-elevated px-2.25 py-1.25 text-hint text-primary shadow-float"
        >
          {text}
        </TooltipBase.Content>
      </TooltipBase.Portal>
    </TooltipBase.Root>
  );
}

export function TooltipProvider({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <TooltipBase.Provider delayDuration={300} skipDelayDuration={200}>
      {children}
    </TooltipBase.Provider>
  );
}
