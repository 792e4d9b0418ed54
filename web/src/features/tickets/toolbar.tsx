import { X } from "lucide-react";
import { type ReactNode, type RefObject, useCallback } from "react";
import { ANY_TICKET, type TicketAsk, type TicketSummaryOut } from "@/api/tickets";
import { FilterSheet } from "@/components/filters/filter-sheet";
import { SearchField } from "@/components/filters/search-field";
import { IconButton, Segmented } from "@/components/ui";
import { usePhone } from "@/lib/hooks";
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
          <TicketSearch {...props} />
          <TicketFilters {...props} />
        </div>
      </section>
    );
  }
  return (
    <section aria-label="Filters" className="@container flex-none border-b border-default">
      <div className="flex h-12 items-center gap-1.75 px-4 @min-[900px]:pl-6">
        <TicketSearch {...props} />
        <Assignment {...props} />
        <div className="hidden min-w-0 gap-1.75 @min-[880px]:flex @max-[980px]:gap-1.5 @max-[980px]:[&>button]:px-2">
          <FilterControls ask={ask} onChange={change} tickets={tickets} look="bar" />
        </div>
        <span className="@min-[880px]:hidden">
          <TicketFilters {...props} />
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

function TicketSearch({ ask, setAsk, searchRef }: ToolbarProps): ReactNode {
  const search = useCallback((text: string) => setAsk({ text }, { replace: true }), [setAsk]);
  return (
    <SearchField
      text={ask.text}
      onText={search}
      label="Search tickets by number or words"
      placeholder="Number, words"
      fieldRef={searchRef}
      className="w-40.5 min-w-28 flex-none @max-[980px]:w-34"
    />
  );
}

function TicketFilters({ ask, setAsk, tickets }: ToolbarProps): ReactNode {
  return (
    <FilterSheet
      count={setFilters(ask)}
      onClear={() => setAsk({ ...ANY_TICKET, text: ask.text })}
      showWord="Show tickets"
    >
      <FilterControls ask={ask} onChange={(change) => setAsk(change)} tickets={tickets} look="form" />
    </FilterSheet>
  );
}
