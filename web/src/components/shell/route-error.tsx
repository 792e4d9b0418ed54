import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { InlineError } from "@/components/ui/states";
import { ApiError } from "@/lib/api-error";

/** A page that failed, inside the shell that still works. */
export function RouteError({ error, reset }: ErrorComponentProps): ReactNode {
  const router = useRouter();
  return (
    <div className="mx-auto w-full max-w-xl px-4 pt-[16dvh]">
      <InlineError
        title="This page could not be shown"
        {...(error instanceof ApiError
          ? { error }
          : { text: "Nothing you saved is lost. Try again, or open another page from the navigation." })}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </div>
  );
}
