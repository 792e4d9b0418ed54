import { History, House, type LucideIcon, Plus, Settings, SquareTerminal, Ticket } from "lucide-react";
import { useCanAct } from "@/api/auth";
import { useDraftCount } from "@/api/drafts";
import { usePsaStatus } from "@/api/psa";

export interface NavItem {
  readonly to: "/" | "/pilot/{-$id}" | "/sessions" | "/tickets" | "/scripts/drafts/{-$draftId}" | "/account";
  readonly label: string;
  /** Under the icon in the 72 px rail. */
  readonly short: string;
  readonly icon: LucideIcon;
  readonly accent?: boolean;
  readonly section?: string;
  /** How many things wait there; nothing is shown at zero. */
  readonly waiting?: number;
  /** Stands at the foot of the rail. */
  readonly foot?: boolean;
}

/** What exists and what this person may use: a viewer has no *New session*, an account without a PSA no *Tickets*. */
export function useNavItems(): readonly NavItem[] {
  const canAct = useCanAct();
  const psa = usePsaStatus();
  const drafts = useDraftCount(canAct);
  const items: NavItem[] = [];
  if (canAct) {
    items.push({ to: "/pilot/{-$id}", label: "New session", short: "New", icon: Plus, accent: true });
  }
  items.push({ to: "/", label: "Home", short: "Home", icon: House });
  if (psa.data?.connected) {
    items.push({ to: "/tickets", label: "Tickets", short: "Tickets", icon: Ticket, section: "Resolve" });
  }
  items.push({ to: "/sessions", label: "History", short: "History", icon: History, section: "Resolve" });
  if (canAct) {
    items.push({
      to: "/scripts/drafts/{-$draftId}",
      label: "Script drafts",
      short: "Drafts",
      icon: SquareTerminal,
      section: "Knowledge",
      waiting: drafts.data ?? 0,
    });
  }
  items.push({ to: "/account", label: "Account", short: "Account", icon: Settings, foot: true });
  return items;
}
