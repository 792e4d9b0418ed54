import { createContext, type ReactNode, useContext } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import type { Fact, Fix, Lane, Message, SessionDetail } from "@/api/session-types";

/** The session that is shown, with all its parts filled. */
export interface Session {
  readonly detail: SessionDetail;
  readonly id: string;
  readonly messages: readonly Message[];
  readonly hasOlder: boolean;
  readonly lane: Lane;
  readonly facts: readonly Fact[];
  readonly fix: Fix | null;
  /** May this person act in it now. */
  readonly canWrite: boolean;
  readonly userId: string;
}

const EMPTY_LANE: Lane = {
  questions: [],
  checks: [],
  counts: { open_questions: 0, open_checks: 0, settled: 0, retired: 0, unsent: 0 },
};

const Context = createContext<Session | null>(null);

export function SessionProvider({
  detail,
  children,
}: {
  readonly detail: SessionDetail;
  readonly children: ReactNode;
}): ReactNode {
  const { user } = useSignedIn();
  const value: Session = {
    detail,
    id: detail.id,
    messages: detail.messages?.items ?? [],
    hasOlder: detail.messages?.has_more ?? false,
    lane: detail.lane ?? EMPTY_LANE,
    facts: detail.facts ?? [],
    fix: detail.fix,
    canWrite: detail.permissions.can_write && hasRole(user, "engineer"),
    userId: user.id,
  };
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) {
    throw new Error("useSession is for the session view");
  }
  return session;
}
