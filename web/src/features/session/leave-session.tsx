import { useBlocker } from "@tanstack/react-router";
import { Pause } from "lucide-react";
import { type ReactNode, useState } from "react";
import { usePreferences, useSignedIn } from "@/api/auth";
import { useStatusAct } from "@/api/sessions";
import { sessionTitle } from "@/components/sessions/look";
import { Button, Checkbox, Dialog } from "@/components/ui";
import { useSession } from "./context";

const isSessionPage = (path: string) => /^\/(?:pilot|assistant)(?:\/|$)/.test(path);

/** Asks what becomes of an active session when another page is opened; never between sessions, and not again once told so. */
export function LeaveSession(): ReactNode {
  const { detail, canWrite } = useSession();
  const { user } = useSignedIn();
  const asks = canWrite && detail.status === "active" && user.ui_preferences.ask_before_leaving !== false;
  const leaving = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      asks && isSessionPage(current.pathname) && !isSessionPage(next.pathname) && next.pathname !== "/sign-in",
    enableBeforeUnload: false,
    withResolver: true,
  });
  return leaving.status === "blocked" ? <Question onLeave={leaving.proceed} onStay={leaving.reset} /> : null;
}

function Question({ onLeave, onStay }: { readonly onLeave: () => void; readonly onStay: () => void }): ReactNode {
  const { detail, id } = useSession();
  const pause = useStatusAct(id);
  const preferences = usePreferences();
  const [never, setNever] = useState(false);
  const leave = () => {
    if (never) {
      preferences.mutate({ ask_before_leaving: false });
    }
    onLeave();
  };
  return (
    <Dialog
      open
      onClose={onStay}
      title="Leave this session?"
      description={`${sessionTitle(detail)} is active. Everything in it is kept, and an answer that is being written goes on, either way.`}
      footer={
        <>
          <Button variant="ghost" onClick={onStay}>
            Stay
          </Button>
          <Button onClick={leave}>Leave running</Button>
          <Button
            variant="primary"
            icon={Pause}
            busy={pause.isPending}
            onClick={() => pause.mutate({ act: "pause" }, { onSuccess: leave })}
          >
            Pause & leave
          </Button>
        </>
      }
    >
      <Checkbox checked={never} onChange={setNever} label={<span className="text-primary">Don't ask again</span>} />
    </Dialog>
  );
}
