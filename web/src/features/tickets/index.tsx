import type { ReactNode } from "react";
import { PageHeader } from "@/components/shell";
import { useTitle } from "@/lib/hooks";

/** Tickets of the PSA. Filters and the open ticket are in the address. */
export function TicketsPage(): ReactNode {
  useTitle("Tickets");
  return <PageHeader title="Tickets" />;
}
