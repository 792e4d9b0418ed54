import { Search, SlidersHorizontal, X } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useState } from "react";
import { ANY_TICKET, type TicketAsk, type TicketSummaryOut } from "@/api/tickets";
import { Button, Counter, Dialog, IconButton, Kbd, Segmented } from "@/components/ui";
import { useDebounced, usePhone } from "@/lib/hooks";
import { FilterControls } from "./filter-controls";
import { isFiltered, setFilters } from "./filters";

interface ToolbarProps {
  readonly ask: TicketAsk;
  readonly setAsk: (change: Partial<TicketAsk>, how?: { readonly replace?: boolean }) => void;
  readonly tickets: readonly TicketSummaryOut[];
  readonly searchRef: RefObject<HTMLInputElement | null>;
}

/** Search, assignment and filters over the list. Where the list is narrow the filters move into a sheet. */
export function Toolbar(props: ToolbarProps): ReactNode {
  const { ask, setAsk, tickets } = props;
  const phone = usePhone();
  const change = (next: Partial<TicketAsk>) => setAsk(next);
  if (phone) {
    return (
      <section aria-label="Filters" className="flex flex-none flex-col gap-2.5 border-b border-default px-4 py-3">
        <Assignment {...props} />
        <div className="flex gap-2">
          <SearchField {...props} />
          <FilterSheet {...props} />
        </div>
      </section>
    );
  }
  return (
    <section aria-label="Filters" className="@container flex-none border-b border-default">
      <div className="flex h-12 items-center gap-1.75 px-4 @min-[900px]:pl-6">
        <SearchField {...props} />
        <Assignment {...props} />
        <div className="hidden min-w-0 gap-1.75 @min-[880px]:flex @max-[980px]:gap-1.5 @max-[980px]:[&>button]:px-2">
          <FilterControls ask={ask} onChange={change} tickets={tickets} look="bar" />
        </div>
        <span className="@min-[880px]:hidden">
          <FilterSheet {...props} />
        </span>
        {isFiltered(ask) ? <IconButton icon={X} label="Clear filters" onClick={() => setAsk(ANY_TICKET)} /> : null}
      </div>
    </section>
  );
}

const ASSIGNMENTS = [
  { value: "all", label: "All" },
  { value: "mine", label: "Mine" },
  { value: "unassigned", label: "Unassigned" },
] as const;

function Assignment({ ask, setAsk }: ToolbarProps): ReactNode {
  return (
    <Segmented
      label="Assignment"
      value={ask.assignment as (typeof ASSIGNMENTS)[number]["value"]}
      options={ASSIGNMENTS}
      onChange={(assignment) => setAsk({ assignment })}
      className="max-sm:w-full"
    />
  );
}

/** Typing searches after a short pause and replaces the address; an address that changes elsewhere shows here. */
function SearchField({ ask, setAsk, searchRef }: ToolbarProps): ReactNode {
  const phone = usePhone();
  const [typed, setTyped] = useState(ask.text);
  const [seen, setSeen] = useState(ask.text);
  const [sent, setSent] = useState(ask.text);
  const late = useDebounced(typed, 250);
  if (ask.text !== seen) {
    setSeen(ask.text);
    // The address follows what is typed a little late: only a text that was not typed here is taken over.
    if (ask.text !== sent) {
      setTyped(ask.text);
      setSent(ask.text);
    }
  }
  useEffect(() => {
    const text = late.trim();
    if (text === typed.trim() && text !== ask.text) {
      setSent(text);
      setAsk({ text }, { replace: true });
    }
  }, [late, typed, ask.text, setAsk]);
  return (
    <label className="flex h-8.25 w-40.5 min-w-28 flex-none items-center gap-2 rounded-field border border-control bg-input pl-2.5 pr-1.75 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent coarse:h-11 max-sm:w-auto max-sm:flex-1 @max-[980px]:w-34">
      <Search size={14} className="text-muted" aria-hidden />
      <span className="sr-only">Search tickets by number or words</span>
      <input
        ref={searchRef}
        type="search"
        value={typed}
        maxLength={200}
        placeholder="Number, words"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && typed !== "") {
            event.preventDefault();
            setTyped("");
          }
        }}
        className="min-w-0 flex-1 bg-transparent text-bubble text-primary outline-none placeholder:text-muted focus-visible:outline-none max-sm:text-field [&::-webkit-search-cancel-button]:hidden"
      />
      {phone || typed ? null : <Kbd className="@max-[980px]:hidden">/</Kbd>}
    </label>
  );
}

function FilterSheet({ ask, setAsk, tickets }: ToolbarProps): ReactNode {
  const [open, setOpen] = useState(false);
  const count = setFilters(ask);
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
            <Button variant="ghost" onClick={() => setAsk({ ...ANY_TICKET, text: ask.text })}>
              Clear filters
            </Button>
            <Button variant="primary" onClick={() => setOpen(false)}>
              Show tickets
            </Button>
          </>
        }
      >
        <div className="grid gap-3.5">
          <FilterControls ask={ask} onChange={(change) => setAsk(change)} tickets={tickets} look="form" />
        </div>
      </Dialog>
    </>
  );
}
