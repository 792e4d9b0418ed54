import { BellRing, CircleX, Ellipsis, FileCheck, Pause, Play, RotateCcw, Unlink } from "lucide-react";
import { type ReactNode, useState } from "react";
import { usePreferences, useSignedIn } from "@/api/auth";
import { useStatusAct, useUnlinkTicket } from "@/api/sessions";
import { useResolutionWrite } from "@/api/writes";
import { Button, Dialog, Field, IconButton, MENU_LINE, Menu, type MenuItem, Textarea } from "@/components/ui";
import { usePhone } from "@/lib/hooks";
import { useSession } from "../context";
import { useSessionUi } from "../session-ui";

/** What may be done with the session as a whole. Only what this person may do is in it; without anything it is absent. */
export function SessionMenu(): ReactNode {
  const { detail, id, canWrite } = useSession();
  const ui = useSessionUi();
  const phone = usePhone();
  const [closing, setClosing] = useState(false);
  const act = useStatusAct(id);
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
    if (user.ui_preferences.ask_before_leaving === false) {
      items.push({
        label: "Ask before leaving",
        icon: BellRing,
        onSelect: () => preferences.mutate({ ask_before_leaving: true }),
      });
    }
    items.push(MENU_LINE, { label: "Close without resolving", icon: CircleX, onSelect: () => setClosing(true) });
  }
  if (reopenable) {
    items.push({ label: "Reopen", icon: RotateCcw, onSelect: () => act.mutate({ act: "reopen" }) });
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
      {closing ? <CloseDialog onClose={() => setClosing(false)} /> : null}
    </>
  );
}

function CloseDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { id } = useSession();
  const act = useStatusAct(id);
  const [reason, setReason] = useState("");
  const submit = () => act.mutate({ act: "abandon", reason }, { onSuccess: onClose });
  return (
    <Dialog
      open
      onClose={onClose}
      unsaved={reason.trim() !== ""}
      title="Close without resolving"
      description="Nothing is written to the ticket. Facts and conversation stay, and the session can be reopened."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="danger" busy={act.isPending} onClick={submit}>
            Close session
          </Button>
        </>
      }
    >
      <Field label="Reason" hint="Optional, shown in the session" counter={{ length: reason.length, max: 500 }}>
        <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} rows={3} />
      </Field>
    </Dialog>
  );
}
