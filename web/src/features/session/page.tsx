import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useSessionLive, useSnapshot } from "@/api/sessions";
import { sessionTitle } from "@/components/sessions/look";
import { TopTools } from "@/components/shell";
import { buttonClass, EmptyState, InlineError, Sheet, StaleNote } from "@/components/ui";
import { useAhead } from "@/lib/ahead";
import { isApiError } from "@/lib/api-error";
import { useNarrow, usePhone, useTitle } from "@/lib/hooks";
import { FixSurface } from "./apply/surface";
import { Workspace } from "./apply/workspace";
import { FixBanner } from "./banner/banner";
import { Conversation } from "./chat/conversation";
import { SessionComposer } from "./composer/session-composer";
import { SessionProvider, useSession } from "./context";
import { HeaderFrame, SessionHeader } from "./header/session-header";
import { TaskLane } from "./lane/lane";
import { LeaveSession } from "./leave-session";
import { SessionList } from "./list/session-list";
import { needsScript } from "./model/banner-state";
import { attachTurn } from "./model/turn-store";
import { NewSession } from "./new-session";
import { SessionUiProvider, useSessionUi } from "./session-ui";
import { SessionSkeleton } from "./skeleton";
import { NoteFlag } from "./updates/note-flag";

const loadTicket = async () => ({ default: (await import("./composer/ticket-context")).TicketDrawer });
const Ticket = lazy(loadTicket);
const loadResolve = async () => ({ default: (await import("./resolve/resolve")).ResolveSurface });
const ResolveSurface = lazy(loadResolve);

/** The session view; without an id a new session. The list stays while the id changes, everything else is made anew. */
export function SessionPage({ id }: { readonly id: string | null }): ReactNode {
  useSessionLive();
  const narrow = useNarrow();
  const phone = usePhone();
  const [listOpen, setListOpen] = useState(false);
  const openList = () => setListOpen(true);
  return (
    <div className="flex min-h-0 flex-1">
      {narrow ? (
        <Sheet
          open={listOpen}
          onClose={() => setListOpen(false)}
          side="left"
          label="Sessions"
          className={phone ? "!w-[88vw]" : ""}
        >
          <SessionList selected={id} onClose={() => setListOpen(false)} />
        </Sheet>
      ) : (
        <div className="w-65 flex-none border-r border-default" data-print="hide">
          <SessionList selected={id} />
        </div>
      )}
      <div className="flex min-w-0 flex-1 flex-col">
        {id === null ? (
          <NewSession onOpenList={openList} />
        ) : (
          <SessionUiProvider key={id} sessionId={id}>
            <LoadedSession id={id} onOpenList={openList} />
          </SessionUiProvider>
        )}
      </div>
    </div>
  );
}

function LoadedSession({ id, onOpenList }: { readonly id: string; readonly onOpenList: () => void }): ReactNode {
  const snapshot = useSnapshot(id);
  const { data } = snapshot;
  useTitle(data ? sessionTitle(data) : "Session", data?.client_name);
  const refused = isApiError(snapshot.error) && (snapshot.error.status === 404 || snapshot.error.status === 422);
  // What was shown a moment ago is not shown on: who may no longer read it must not work on in an old copy.
  if (refused) {
    return <Gone wasHere={data !== undefined} onOpenList={onOpenList} />;
  }
  if (data?.messages) {
    return (
      <SessionProvider detail={data}>
        {snapshot.isRefetchError ? (
          <StaleNote onRetry={() => void snapshot.refetch()} retrying={snapshot.isFetching} />
        ) : null}
        <SessionBody onOpenList={onOpenList} />
      </SessionProvider>
    );
  }
  if (snapshot.error) {
    return (
      <Framed onOpenList={onOpenList} title="Session">
        <InlineError
          className="max-w-lg"
          title="The session could not be opened"
          error={snapshot.error}
          onRetry={() => void snapshot.refetch()}
          retrying={snapshot.isFetching}
        />
      </Framed>
    );
  }
  return <SessionSkeleton onOpenList={onOpenList} />;
}

/** Never found, or no longer this person's to see; both with ways on. */
function Gone({ wasHere, onOpenList }: { readonly wasHere: boolean; readonly onOpenList: () => void }): ReactNode {
  return (
    <Framed onOpenList={onOpenList} title={wasHere ? "No longer here" : "Not found"}>
      <EmptyState
        icon={SearchX}
        framed={false}
        title={
          wasHere ? "This session is no longer yours to see" : "This session was not found, or it is not yours to see"
        }
        hint={
          wasHere
            ? "It was given to somebody else, or reading along was switched off. Everything in it is stored; unsent words stay in this browser."
            : "It may belong to another team, or the address may be cut off."
        }
        action={
          <span className="flex flex-wrap justify-center gap-2">
            <Link to="/" className={buttonClass("ghost")}>
              Go home
            </Link>
            <Link to="/sessions" className={buttonClass("default")}>
              History
            </Link>
          </span>
        }
      />
    </Framed>
  );
}

function Framed(props: {
  readonly onOpenList: () => void;
  readonly title: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <>
      <HeaderFrame onOpenList={props.onOpenList}>
        <h1 className="min-w-0 flex-1 truncate text-section">{props.title}</h1>
        <TopTools compact />
      </HeaderFrame>
      <div className="grid flex-1 place-items-center p-6">{props.children}</div>
    </>
  );
}

function SessionBody({ onOpenList }: { readonly onOpenList: () => void }): ReactNode {
  const { id, detail, fix, canWrite } = useSession();
  const { tab, set } = useSessionUi();
  const client = useQueryClient();
  const [ticketOpen, setTicketOpen] = useState(false);
  const withTicket = useAhead(loadTicket);
  const running = detail.running_turn_id;
  // After a reload, or when another tab or the server started it: watch the running turn.
  useEffect(() => {
    if (running) {
      attachTurn(client, id, running);
    }
  }, [client, id, running]);
  const openTicket = () => withTicket(() => setTicketOpen(true));
  const building = tab === "builder" && canWrite && needsScript(fix);
  return (
    <>
      <SessionHeader onOpenList={onOpenList} onOpenTicket={openTicket} />
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col bg-page">
          <NoteFlag />
          <Workspace>
            <Conversation />
            <FixSurface />
          </Workspace>
          <div className={building ? "contents max-sm:hidden" : "contents"}>
            <FixBanner />
            <SessionComposer onOpenTicket={openTicket} />
          </div>
        </div>
        <TaskLane />
      </div>
      <Resolve />
      <LeaveSession />
      <Suspense fallback={null}>
        {ticketOpen ? (
          <Ticket
            open
            onClose={() => setTicketOpen(false)}
            onInsert={canWrite ? (text) => set({ prefill: text }) : null}
          />
        ) : null}
      </Suspense>
    </>
  );
}

/** What *Resolve* opens. Fetched while the page rests; where that fails, nothing opens and it is said. */
function Resolve(): ReactNode {
  const { resolve, set } = useSessionUi();
  const ahead = useAhead(loadResolve);
  const [ready, setReady] = useState(false);
  const wanted = resolve !== "closed";
  useEffect(() => {
    if (wanted && !ready) {
      ahead(
        () => setReady(true),
        () => set({ resolve: "closed" }),
      );
    }
  }, [wanted, ready, ahead, set]);
  return wanted && ready ? (
    <Suspense fallback={null}>
      <ResolveSurface />
    </Suspense>
  ) : null;
}
