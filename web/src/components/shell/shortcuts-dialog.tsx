import { Fragment, type ReactNode } from "react";
import { Dialog, Kbd } from "@/components/ui";
import { keyLabel } from "@/lib/platform";
import { useShortcuts } from "@/lib/shortcuts";
import { useShell } from "./shell-store";

/** Every shortcut that works on the page that is shown. */
export function ShortcutsDialog(): ReactNode {
  const { shortcutsOpen, set } = useShell();
  const shortcuts = useShortcuts();
  const groups = [...new Set(shortcuts.map((shortcut) => shortcut.group))];
  return (
    <Dialog open={shortcutsOpen} onClose={() => set({ shortcutsOpen: false })} title="Keyboard shortcuts">
      {groups.map((group) => (
        <section key={group} aria-label={group} className="mb-4 last:mb-0">
          <h3 className="eyebrow mb-1.5 text-muted">{group}</h3>
          <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-y-1.5 text-bubble">
            {shortcuts
              .filter((shortcut) => shortcut.group === group)
              .map((shortcut) => (
                <Fragment key={shortcut.keys}>
                  <dt className="text-primary">{shortcut.label}</dt>
                  <dd>
                    <Kbd>{keyLabel(shortcut.keys)}</Kbd>
                  </dd>
                </Fragment>
              ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
