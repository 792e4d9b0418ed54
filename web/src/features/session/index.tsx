import type { ReactNode } from "react";
import { PageHeader } from "@/components/shell";
import { useTitle } from "@/lib/hooks";

/** The session view; without an id a new session. The same instance stays while the id changes. */
export function SessionPage({ id }: { readonly id: string | null }): ReactNode {
  useTitle(id ? "Session" : "New session");
  return <PageHeader title={id ? "Session" : "New session"} />;
}
