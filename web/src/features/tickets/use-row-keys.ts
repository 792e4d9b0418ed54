import { type RefObject, useCallback } from "react";
import type { TicketSummaryOut } from "@/api/tickets";
import { useShortcut } from "@/lib/shortcuts";

interface RowKeys {
  readonly tickets: readonly TicketSummaryOut[];
  readonly selected: string | null;
  readonly open: (ticket: string, how: { readonly replace: boolean }) => void;
  readonly close: () => void;
  readonly searchRef: RefObject<HTMLInputElement | null>;
}

export interface RowSteps {
  /** The tickets beside the open one; null at the ends. */
  readonly before: string | null;
  readonly after: string | null;
  readonly step: (by: 1 | -1) => void;
  readonly close: () => void;
}

function linkOf(ticket: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-ticket="${CSS.escape(ticket)}"]`);
}

/** J and K go through the rows, with the panel open it follows; Enter opens the focused row, Esc closes the panel, / goes to the search. */
export function useRowKeys({ tickets, selected, open, close, searchRef }: RowKeys): RowSteps {
  const at = tickets.findIndex(({ id }) => id === selected);
  const step = useCallback(
    (by: 1 | -1) => {
      const focused = document.activeElement?.closest("[data-ticket]")?.getAttribute("data-ticket");
      const from = tickets.findIndex(({ id }) => id === (selected ?? focused));
      const next = tickets[from === -1 ? (by === 1 ? 0 : tickets.length - 1) : from + by];
      if (!next) {
        return;
      }
      linkOf(next.id)?.focus();
      linkOf(next.id)?.scrollIntoView({ block: "nearest" });
      if (selected !== null) {
        open(next.id, { replace: true });
      }
    },
    [tickets, selected, open],
  );
  const leave = useCallback(() => {
    close();
    if (selected !== null) {
      linkOf(selected)?.focus();
    }
  }, [close, selected]);

  useShortcut({ keys: "J", label: "Next ticket", group: "Tickets" }, () => step(1));
  useShortcut({ keys: "K", label: "Previous ticket", group: "Tickets" }, () => step(-1));
  useShortcut({ keys: "/", label: "Search the tickets", group: "Tickets" }, () => searchRef.current?.focus());
  useShortcut({ keys: "Escape", label: "Close the ticket", group: "Tickets" }, leave, selected !== null);

  return {
    before: tickets[at - 1]?.id ?? null,
    after: at === -1 ? null : (tickets[at + 1]?.id ?? null),
    step,
    close: leave,
  };
}
