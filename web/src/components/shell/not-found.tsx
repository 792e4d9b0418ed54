import { Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import type { ReactNode } from "react";
import { buttonClass, EmptyState } from "@/components/ui";
import { useTitle } from "@/lib/hooks";
import { PageHeader } from "./top-bar";

/** An address without a page, inside the shell. */
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
