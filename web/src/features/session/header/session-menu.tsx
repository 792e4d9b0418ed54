import {
  BellRing,
  CircleX,
  Ellipsis,
  FileCheck,
  Link2,
  Pause,
  Play,
  RotateCcw,
  TicketPlus,
  Unlink,
  UserRoundCog,
} from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { hasRole, usePreferences, useSignedIn } from "@/api/auth";
import { usePsaStatus } from "@/api/psa";
import { useStatusAct, useUnlinkTicket } from "@/api/sessions";
import { useResolutionWrite } from "@/api/writes";
import { sessionTitle } from "@/components/sessions/look";
import { IconButton, MENU_LINE, Menu, type MenuItem } from "@/components/ui";
import { useAhead } from "@/lib/ahead";
import { usePhone } from "@/lib/hooks";
import { useSession } from "../context";
import { useSessionUi } from "../session-ui";

const loadClose = async () => ({ default: (await import("./close-dialog")).CloseDialog });
const CloseDialog = lazy(loadClose);
const loadShare = async () => ({ default: (await import("@/components/sessions/share-dialog")).ShareDialog });
const Share = lazy(loadShare);
const loadHandler = async () => ({ default: (await import("./handler-dialog")).HandlerDialog });
const Handler = lazy(loadHandler);
const loadNewTicket = async () => ({ default: (await import("@/components/tickets/new-ticket")).NewTicket });
const NewTicket = lazy(loadNewTicket);

/** What may be done with the session as a whole. Only what this person may do is in it; without anything it is absent. */
export function SessionMenu(): ReactNode {
  const { detail, id, canWrite } = useSession();
  const ui = useSessionUi();
  const phone = usePhone();
  const [shown, setShown] = useState<"close" | "share" | "handler" | "ticket" | null>(null);
  const act = useStatusAct(id);
  const withClose = useAhead(loadClose);
  const withShare = useAhead(loadShare);
  const withHandler = useAhead(loadHandler);
  const withTicket = useAhead(loadNewTicket);
  const psa = usePsaStatus();
  const unlink = useUnlinkTicket(id);
  const write = useResolutionWrite(id, detail.ticket_ref !== null);
  const { user } = useSignedIn();
  const preferences = usePreferences();
  const open = detail.status === "active" || detail.status === "paused";
  const closed = detail.status === "resolved" || detail.status === "abandoned";
  const reopenable = closed && detail.permissions.reason !== "viewer" && detail.permissions.reason !== "not_handler";

  const items: Array<MenuItem | typeof MENU_LINE> = [];
  if (write.data || detail.status === "resolved") {
    items.push({ label: "Show what was written", icon: FileCheck, onSelect: () => ui.set({ resolve: "result" }) });
  }
  if (canWrite && open) {
    if (detail.status === "active") {
      items.push({ label: "Pause", icon: Pause, onSelect: () => act.mutate({ act: "pause" }) });
    } else {
      items.push({ label: "Resume", icon: Play, onSelect: () => act.mutate({ act: "resume" }) });
    }
    if (detail.ticket_ref && !detail.open_write) {
      items.push({ label: "Unlink the ticket", icon: Unlink, onSelect: () => unlink.mutate() });
    }
    if (psa.data?.connected) {
      items.push({ label: "New ticket", icon: TicketPlus, onSelect: () => withTicket(() => setShown("ticket")) });
    }
    if (user.ui_preferences.ask_before_leaving === false) {
      items.push({
        label: "Ask before leaving",
        icon: BellRing,
        onSelect: () => preferences.mutate({ ask_before_leaving: true }),
      });
    }
  }
  if (reopenable) {
    items.push({ label: "Reopen", icon: RotateCcw, onSelect: () => act.mutate({ act: "reopen" }) });
  }
  const others: MenuItem[] = [];
  if (detail.permissions.can_share) {
    others.push({ label: "Share link", icon: Link2, onSelect: () => withShare(() => setShown("share")) });
  }
  if (hasRole(user, "admin") && (open || closed)) {
    others.push({
      label: "Change handler",
      icon: UserRoundCog,
      onSelect: () => withHandler(() => setShown("handler")),
    });
  }
  if (others.length > 0) {
    items.push(...(items.length > 0 ? ([MENU_LINE] as const) : []), ...others);
  }
  if (canWrite && open) {
    items.push(MENU_LINE, {
      label: "Close without resolving",
      icon: CircleX,
      onSelect: () => withClose(() => setShown("close")),
    });
  }
  if (items.length === 0) {
    return null;
  }
  return (
    <>
      <Menu
        label="Session"
        items={items}
        trigger={<IconButton icon={Ellipsis} label="More for this session" size={phone ? "touch" : "md"} />}
      />
      <Suspense fallback={null}>
        {shown === "close" ? <CloseDialog onClose={() => setShown(null)} /> : null}
        {shown === "share" ? <Share id={id} title={sessionTitle(detail)} onClose={() => setShown(null)} /> : null}
        {shown === "ticket" ? (
          <NewTicket
            session={{ id, ref: detail.ticket_ref, words: detail.problem_summary ?? sessionTitle(detail) }}
            onClose={() => setShown(null)}
            onOpened={() => setShown(null)}
          />
        ) : null}
        {shown === "handler" ? <Handler onClose={() => setShown(null)} /> : null}
      </Suspense>
    </>
  );
}
