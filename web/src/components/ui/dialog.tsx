import { X } from "lucide-react";
import { Dialog as DialogBase } from "radix-ui";
import { type ReactNode, useState } from "react";
import { cx } from "@/lib/cx";
import { Button, IconButton } from "./button";

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: string;
  readonly children: ReactNode;
  /** Acts at the foot, the solid one last. */
  readonly footer?: ReactNode;
  /** True while closing would lose typed text: it asks first. */
  readonly unsaved?: boolean;
  readonly wide?: boolean;
  readonly className?: string;
}

/**
 * Centred from 640, a bottom sheet below; fixed head and foot, focus trapped and given back. The backdrop is an element of our own: the
 * library's one writes a style element, which the page's policy forbids.
 */
export function Dialog(props: DialogProps): ReactNode {
  const { open, onClose, title, description, children, footer, unsaved = false, wide = false, className } = props;
  const [asking, setAsking] = useState(false);
  const close = () => {
    if (unsaved && !asking) {
      setAsking(true);
      return;
    }
    setAsking(false);
    onClose();
  };
  return (
    <DialogBase.Root open={open} onOpenChange={(next) => (next ? undefined : close())}>
      <DialogBase.Portal>
        <Backdrop />
        <DialogBase.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={focusFirstField}
          className={cx(
            "fixed z-dialog flex flex-col border border-hover bg-card shadow-float",
            "max-sm:inset-x-0 max-sm:bottom-0 max-sm:max-h-[90dvh] max-sm:animate-sheet max-sm:rounded-t-dialog max-sm:border-x-0 max-sm:border-b-0",
            "sm:inset-0 sm:m-auto sm:h-fit sm:max-h-[85dvh] sm:w-[calc(100vw-48px)] sm:animate-pop sm:rounded-dialog",
            wide ? "sm:max-w-2xl" : "sm:max-w-lg",
            className,
          )}
        >
          <header className="flex flex-none items-start gap-3 border-b border-default py-3 pl-5 pr-3">
            <div className="min-w-0 flex-1 pt-1">
              <DialogBase.Title className="text-section">{title}</DialogBase.Title>
              {description ? (
                <DialogBase.Description className="mt-0.5 text-row text-muted-foreground">
                  {description}
                </DialogBase.Description>
              ) : null}
            </div>
            <IconButton icon={X} label="Close" onClick={close} />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {asking ? (
            <footer className="flex flex-none flex-wrap items-center justify-end gap-2 border-t border-default px-5 py-3">
              <p role="alert" className="mr-auto text-row text-primary">
                Discard what you typed?
              </p>
              <Button variant="ghost" onClick={() => setAsking(false)}>
                Keep editing
              </Button>
              <Button variant="danger-outline" onClick={close}>
                Discard
              </Button>
            </footer>
          ) : footer ? (
            <footer className="flex flex-none flex-wrap items-center justify-end gap-2 border-t border-default px-5 py-3">
              {footer}
            </footer>
          ) : null}
        </DialogBase.Content>
      </DialogBase.Portal>
    </DialogBase.Root>
  );
}

/** The first field of the body, if there is one, rather than *Close*. */
function focusFirstField(event: Event): void {
  const layer = event.currentTarget;
  const field =
    layer instanceof HTMLElement ? layer.querySelector<HTMLElement>("input:not([disabled]), textarea, select") : null;
  if (field) {
    event.preventDefault();
    field.focus();
  }
}

function Backdrop(): ReactNode {
  return <div aria-hidden className="fixed inset-0 z-dialog animate-fade bg-scrim" />;
}

function focusItself(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) {
    event.currentTarget.focus();
  }
}

interface SheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly label: string;
  readonly side: "left" | "right" | "bottom";
  readonly children: ReactNode;
  /** Where the focus goes: the first control, or the drawer itself when it is to be read first. */
  readonly focus?: "first" | "self";
  readonly className?: string;
}

/** A drawer from an edge, for the rail, the session list and the lane on small screens. */
export function Sheet({ open, onClose, label, side, children, focus = "first", className }: SheetProps): ReactNode {
  return (
    <DialogBase.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <DialogBase.Portal>
        <div aria-hidden className="fixed inset-0 z-drawer animate-fade bg-scrim" />
        <DialogBase.Content
          aria-describedby={undefined}
          {...(focus === "self" ? { onOpenAutoFocus: focusItself } : {})}
          className={cx(
            "fixed z-drawer flex flex-col bg-sidebar shadow-float outline-none focus-visible:outline-none",
            side === "left" && "inset-y-0 left-0 w-75 max-w-[85vw] animate-side border-r border-default",
            side === "right" && "inset-y-0 right-0 w-95 max-w-[92vw] animate-fade border-l border-default",
            side === "bottom" &&
              "inset-x-0 bottom-0 max-h-[86dvh] animate-sheet rounded-t-dialog border-t border-hover",
            className,
          )}
        >
          {side === "bottom" ? (
            <span aria-hidden className="mx-auto mt-2 h-1 w-9 flex-none rounded-full bg-line-hover" />
          ) : null}
          <DialogBase.Title className="sr-only">{label}</DialogBase.Title>
          {children}
        </DialogBase.Content>
      </DialogBase.Portal>
    </DialogBase.Root>
  );
}
