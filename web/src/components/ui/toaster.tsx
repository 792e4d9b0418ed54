import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert, X } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { cx } from "@/lib/cx";
import { type ToastItem, type ToastTone, toast, useToasts } from "@/lib/toast";
import { TONE, type Tone } from "./bits";
import { IconButton } from "./button";

const LOOK: Record<ToastTone, { readonly tone: Tone; readonly icon: LucideIcon; readonly word: string }> = {
  success: { tone: "success", icon: CircleCheck, word: "Done" },
  info: { tone: "info", icon: Info, word: "News" },
  warning: { tone: "warning", icon: TriangleAlert, word: "Warning" },
  error: { tone: "danger", icon: CircleAlert, word: "Error" },
};

const SHOWN_MS = 5000;

/** Where toasts appear; one in the shell. The words are announced by `toast` itself, so this is no live region. */
export function Toaster(): ReactNode {
  const items = useToasts();
  return (
    <section
      aria-label="Notifications"
      data-print="hide"
      className="pointer-events-none fixed bottom-4 right-4 z-toast flex w-85 max-w-[calc(100vw-32px)] flex-col gap-2.5"
    >
      {items.map((item) => (
        <ToastCard key={item.id} item={item} />
      ))}
    </section>
  );
}

function ToastCard({ item }: { readonly item: ToastItem }): ReactNode {
  const [held, setHeld] = useState(false);
  const look = LOOK[item.tone];
  const Icon = look.icon;
  useEffect(() => {
    if (item.tone === "error" || held) {
      return undefined;
    }
    const timer = setTimeout(() => toast.dismiss(item.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [item.id, item.tone, held]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only holds the timer; nothing is done by it
    <div
      className={cx(
        TONE[look.tone],
        "pointer-events-auto relative flex animate-state items-start gap-2.5 overflow-hidden rounded-card border border-hover bg-card py-2.5 pl-3.25 pr-2.5 shadow-float before:absolute before:inset-y-0 before:left-0 before:w-0.75 before:bg-role-edge before:forced-color-adjust-none",
      )}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon size={16} className="mt-0.5 text-role" aria-label={look.word} />
      <p className="min-w-0 flex-1 text-bubble leading-[1.45] text-primary">{item.message}</p>
      {item.action ? (
        <button
          type="button"
          className="whitespace-nowrap text-bubble font-medium leading-[1.45] text-accent hover:underline"
          onClick={() => {
            item.action?.run();
            toast.dismiss(item.id);
          }}
        >
          {item.action.label}
        </button>
      ) : null}
      <IconButton icon={X} label="Dismiss" size="sm" className="-mt-0.5" onClick={() => toast.dismiss(item.id)} />
    </div>
  );
}
