import { useNavigate } from "@tanstack/react-router";
import { ClipboardPaste, MessageSquareText, Paperclip } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { useCanAct } from "@/api/auth";
import { attemptOf, type StartAttempt, useStartSession } from "@/api/start";
import { AttachPictures } from "@/components/compose/attach-button";
import { PasteLogs } from "@/components/compose/paste-logs";
import { usePictures } from "@/components/compose/use-pictures";
import { TopTools } from "@/components/shell";
import { EmptyState } from "@/components/ui";
import { usePhone, useTitle } from "@/lib/hooks";
import { Composer } from "./composer/composer";
import { Tool } from "./composer/session-composer";
import { HeaderFrame } from "./header/session-header";

/** A session that begins with its first message. */
export function NewSession({ onOpenList }: { readonly onOpenList: () => void }): ReactNode {
  useTitle("New session");
  const canAct = useCanAct();
  const phone = usePhone();
  const navigate = useNavigate();
  const start = useStartSession();
  const [pasting, setPasting] = useState(false);
  const attempt = useRef<StartAttempt | null>(null);
  const pictures = usePictures("composer/new");

  const onSend = async (text: string) => {
    attempt.current = attemptOf(
      { message: text.trim() || null, ticketId: null, share: false, pictures: pictures.ids },
      attempt.current,
    );
    const { session } = await start.mutateAsync(attempt.current);
    pictures.clear();
    await navigate({ to: "/pilot/{-$id}", params: { id: session.id } });
  };

  return (
    <>
      <HeaderFrame onOpenList={onOpenList}>
        <h1 className="min-w-0 flex-1 truncate text-section">New session</h1>
        {phone ? null : <TopTools compact />}
      </HeaderFrame>
      <div className="flex min-h-0 flex-1 flex-col bg-page">
        <div className="grid flex-1 place-items-center px-6">
          <EmptyState
            icon={MessageSquareText}
            framed={false}
            title={canAct ? "Describe the problem" : "Choose a session to read along"}
            hint={
              canAct
                ? "What happens, since when, who is affected. Paste errors and logs as they are."
                : "You have read access in this workspace."
            }
          />
        </div>
        {canAct ? (
          <div className="mx-auto w-full max-w-215">
            <Composer
              draftKey="composer/new"
              placeholder="What are you troubleshooting?"
              onSend={onSend}
              pictures={pictures}
              autoFocus
              tools={(insert) => (
                <>
                  <AttachPictures pictures={pictures}>
                    {(open) => <Tool icon={Paperclip} label="Attach" onClick={open} first />}
                  </AttachPictures>
                  <Tool icon={ClipboardPaste} label="Paste logs" onClick={() => setPasting(true)} />
                  {pasting ? <PasteLogs draftKey="new" onClose={() => setPasting(false)} onInsert={insert} /> : null}
                </>
              )}
            />
          </div>
        ) : null}
      </div>
    </>
  );
}
