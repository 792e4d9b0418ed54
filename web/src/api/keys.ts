/** The first part of every query key, so that a live event or a mutation can invalidate one resource as a whole. */
export const keys = {
  me: ["me"],
  demo: ["demo"],
  members: ["members"],
  ai: ["ai"],
  preferences: ["preferences"],
  psa: ["psa"],
  psaStatus: ["psa", "status"],
  tickets: ["psa", "tickets"],
  ticket: (id: string) => ["psa", "ticket", id],
  sessions: ["sessions"],
  sessionList: (filters: unknown) => ["sessions", "list", filters],
  sessionSearch: (text: string) => ["sessions", "search", text],
  session: (id: string) => ["session", id],
  sessionPart: (id: string, part: string) => ["session", id, part],
} as const;
