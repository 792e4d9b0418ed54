import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { IconButton } from "@/components/ui";
import { useShortcut } from "@/lib/shortcuts";
import { useSession } from "../context";
import { useSessionUi } from "../session-ui";
import { DraftedScript } from "./drafted-script";
import { WrittenSteps } from "./written-steps";

/** What *Apply fix* opened, above the banner. Opening it changes nothing: the fix stays proposed. */
export function FixSurface(): ReactNode {
  const { fix } = useSession();
  const { surface, set } = useSessionUi();
  const open = surface !== "none" && fix !== null;
  const box = useRef<HTMLElement>(null);
  useShortcut(
    { keys: "Escape", label: "Close the top layer", group: "Everywhere" },
    () => set({ surface: "none" }),
    open,
  );
  useEffect(() => {
    if (open) {
      box.current?.focus();
    }
  }, [open]);
  if (!open) {
    return null;
  }
  return (
    <section
      ref={box}
      tabIndex={-1}
      aria-label={surface === "script" ? "Drafted script" : "Written steps"}
      className="@container flex max-h-[58%] min-h-32 shrink animate-state flex-col border-t border-hover bg-card outline-none max-sm:max-h-[70%]"
    >
      <header className="flex flex-none items-center gap-2 py-2 pl-5 pr-3 max-sm:pl-4">
        <div className="min-w-0 flex-1">
          <p className="eyebrow text-muted-foreground">{surface === "script" ? "Drafted script" : "Written steps"}</p>
          <h2 className="truncate text-body leading-[1.35]">{fix.title}</h2>
        </div>
        <IconButton icon={X} label="Close" onClick={() => set({ surface: "none" })} />
      </header>
      {surface === "script" ? <DraftedScript key={fix.id} fix={fix} /> : <WrittenSteps key={fix.id} fix={fix} />}
    </section>
  );
}
