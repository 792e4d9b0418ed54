import { useNavigate } from "@tanstack/react-router";
import { Ticket } from "lucide-react";
import type { ReactNode } from "react";
import type { SessionDetail } from "@/api/session-types";
import { Menu } from "@/components/ui";

/** Tickets that came out of the session: a quiet count behind its own ticket, and each of them one press away. */
export function SpinOffs({ tickets }: { readonly tickets: SessionDetail["spin_offs"] }): ReactNode {
  const navigate = useNavigate();
  if (tickets.length === 0) {
    return null;
  }
  const words =
    tickets.length === 1 ? "1 ticket came out of this session" : `${tickets.length} tickets came out of this session`;
  return (
    <Menu
      label={words}
      align="start"
      items={[
        { heading: "Came out of this session" },
        ...tickets.map((ticket) => ({
          label: ticket.ticket_ref,
          icon: Ticket,
          disabled: !ticket.reachable,
          ...(ticket.reachable ? {} : { hint: "Its PSA is not connected" }),
          onSelect: () => void navigate({ to: "/tickets", search: { ticket: ticket.ticket_id } }),
        })),
      ]}
      trigger={
        <button
          type="button"
          aria-label={words}
          title={words}
          className="flex-none rounded-[6px] px-1 font-mono text-mono text-muted-foreground hover:bg-elevated hover:text-primary coarse:min-h-11 coarse:min-w-11"
        >
          +{tickets.length}
        </button>
      }
    />
  );
}
