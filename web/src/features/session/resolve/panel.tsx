import { type ReactNode, useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { Sheet } from "@/components/ui";
import { cx } from "@/lib/cx";
import { usePhone } from "@/lib/hooks";
import { useShortcut } from "@/lib/shortcuts";
import { RESOLVE_ID } from "../lane/lane-foot";

interface PanelProps {
  readonly label: string;
  /** On phones as high as the sheet may be from the start, for what grows while it loads. */
  readonly tall: boolean;
  /** A short question, not a text to read. */
  readonly narrow?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * The persistent surface of *Resolve*: 560 wide above the composer, a sheet on phones. Chat and lane stay usable; only Esc and its own
 * buttons close it, and the focus goes back to *Resolve*.
 */
export function ResolvePanel({ label, tall, narrow = false, onClose, children }: PanelProps): ReactNode {
  const phone = usePhone();
  if (phone) {
    return (
      <Sheet
        open
        onClose={onClose}
        side="bottom"
        label={label}
        className={cx("max-h-[88dvh] !bg-card", tall && "h-[88dvh]")}
      >
        {children}
      </Sheet>
    );
  }
  return createPortal(
    <Floating label={label} narrow={narrow} onClose={onClose}>
      {children}
    </Floating>,
    document.body,
  );
}

function Floating({ label, narrow = false, onClose, children }: Omit<PanelProps, "tall">): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  useShortcut({ keys: "Escape", label: "Close the top layer", group: "Everywhere" }, onClose);
  useEffect(() => {
    const before = document.activeElement;
    // A panel that begins with a choice has put the focus there itself.
    if (!box.current?.contains(before)) {
      box.current?.focus();
    }
    return () => {
      const back = document.getElementById(RESOLVE_ID) ?? (before instanceof HTMLElement ? before : null);
      back?.focus();
    };
  }, []);
  return (
    <div
      ref={box}
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      className={cx(
        narrow ? "w-85" : "w-140",
        "fixed bottom-28.5 right-3.5 z-popover flex max-h-[calc(100dvh-216px)] max-w-[calc(100vw-28px)] animate-state flex-col rounded-bubble border border-hover bg-card shadow-float outline-none",
      )}
    >
      {children}
    </div>
  );
}

/** The title of a panel; inside a sheet it also names the dialog. */
export function PanelTitle({ children }: { readonly children: ReactNode }): ReactNode {
  return <h2 className="text-body leading-[1.35]">{children}</h2>;
}
