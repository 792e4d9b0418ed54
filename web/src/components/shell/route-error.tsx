import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import type { ReactNode } from "react";
import { buttonClass, EmptyState, InlineError } from "@/components/ui";
import { ApiError } from "@/lib/api-error";
import { useTitle } from "@/lib/hooks";
import { PageHeader } from "./top-bar";

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

export function NotFound(): ReactNode {
  useTitle("Not found");
  return (
    <>
      <PageHeader title="Not found" />
      <div className="mx-auto w-full max-w-md px-4 pt-16">
        <EmptyState
          icon={Compass}
          title="There is no page at this address"
          hint="It may have moved, or the link is incomplete."
          action={
            <Link to="/" className={buttonClass("default")}>
              Open Home
            </Link>
          }
        />
      </div>
    </>
  );
}
