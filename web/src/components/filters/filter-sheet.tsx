import { SlidersHorizontal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button, Counter, Dialog } from "@/components/ui";

interface FilterSheetProps {
  /** How many filters are set. */
  readonly count: number;
  readonly onClear: () => void;
  /** What closing it says: "Show tickets". */
  readonly showWord: string;
  /** The filters, one below the other. */
  readonly children: ReactNode;
}

/** The filters of a list where they have no room beside each other. */
export function FilterSheet({ count, onClear, showWord, children }: FilterSheetProps): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        icon={SlidersHorizontal}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        className={count > 0 ? "!border-accent-tint !bg-accent-dim !text-accent" : ""}
      >
        Filters
        <Counter count={count} tone="accent" label="set" />
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Filters"
        footer={
          <>
            <Button variant="ghost" onClick={onClear}>
              Clear filters
            </Button>
            <Button variant="primary" onClick={() => setOpen(false)}>
              {showWord}
            </Button>
          </>
        }
      >
        <div className="grid gap-3.5">{children}</div>
      </Dialog>
    </>
  );
}
