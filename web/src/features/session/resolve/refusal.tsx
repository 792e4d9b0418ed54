import type { ReactNode } from "react";
import type { Conflict } from "@/api/write-types";
import { InlineError } from "@/components/ui";
import { isApiError } from "@/lib/api-error";

/** Why a press on *Confirm & post* did nothing. What the panel above already shows is not told twice. */
export function RefusalLine({ error }: { readonly error: unknown }): ReactNode {
  if (!error || isApiError(error, "unsupported_sentences")) {
    return null;
  }
  if (isApiError(error, "state_changed")) {
    return (
      <p role="alert" className="mx-4 my-2.5 flex-none text-row text-warning">
        The session changed meanwhile, so nothing was posted. Read the new text, then post it.
      </p>
    );
  }
  if (isApiError(error, "ticket_changed")) {
    return (
      <div role="alert" className="mx-4 my-2.5 flex-none text-row text-warning">
        <p>{error.message}</p>
        {changesOf(error.details).map((change) => (
          <p key={change}>{change}</p>
        ))}
      </div>
    );
  }
  return <InlineError className="mx-4 my-2.5 flex-none" title="Nothing was posted" error={error} />;
}

/** The changes a refusal names, in words. */
function changesOf(details: unknown): readonly string[] {
  const changes = details && typeof details === "object" && "changes" in details ? details.changes : [];
  return (Array.isArray(changes) ? changes : []).map(
    ({ field, then, now, by }: Conflict) =>
      `${field}: ${then ?? "nothing"} to ${now ?? "nothing"}${by ? `, by ${by}` : ""}`,
  );
}
