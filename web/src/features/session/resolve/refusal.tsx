import type { ReactNode } from "react";
import { InlineError } from "@/components/ui";
import { isApiError } from "@/lib/api-error";

/** Why a press on *Confirm & post* did nothing. What the panel above already shows is not told twice. */
export function RefusalLine({ error }: { readonly error: unknown }): ReactNode {
  if (!error || isApiError(error, "unsupported_sentences")) {
    return null;
  }
  if (isApiError(error, "state_changed")) {
    return (
      <p role="alert" className="mx-4 mt-2.5 text-row text-warning">
        The session changed meanwhile, so nothing was posted. Read the new text, then post it.
      </p>
    );
  }
  return <InlineError className="mx-4 mt-2.5" title="Nothing was posted" error={error} />;
}
