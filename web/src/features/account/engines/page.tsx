import { Link, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAiSettings } from "@/api/ai";
import { hasRole, useSignedIn } from "@/api/auth";
import { InlineError, Skeleton, WhileLoading } from "@/components/ui";
import { cx } from "@/lib/cx";
import { useTitle } from "@/lib/hooks";
import { AboveRole, AccountFrame } from "../frame";
import { EngineSettings } from "./settings";
import { EngineSummary } from "./summary";

/** Which engine answers, its key, prices and budget. */
export function EnginesPage(): ReactNode {
  useTitle("Engines", "Account");
  const { user } = useSignedIn();
  const read = useAiSettings(hasRole(user, "engineer"));
  const admin = hasRole(user, "admin");
  return (
    <AccountFrame title="Engines" toolbar={<EngineTabs />}>
      {hasRole(user, "engineer") ? null : (
        <AboveRole what="You have read access; what answers in sessions is a rule of the account." />
      )}
      {read.error ? (
        <InlineError
          title="The engine settings could not be read"
          error={read.error}
          onRetry={() => void read.refetch()}
          retrying={read.isFetching}
          className="mb-4"
        />
      ) : null}
      <WhileLoading loading={read.isLoading} label="Loading the engine settings">
        <Skeleton className="h-40" />
      </WhileLoading>
      {read.data ? admin ? <EngineSettings settings={read.data} /> : <EngineSummary settings={read.data} /> : null}
    </AccountFrame>
  );
}

const TABS = [
  { to: "/account/engines", label: "Settings" },
  { to: "/account/engines/usage", label: "Use and cost" },
] as const;

/** The two pages of Engines. */
export function EngineTabs(): ReactNode {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { user } = useSignedIn();
  if (!hasRole(user, "engineer")) {
    return null;
  }
  return (
    <nav aria-label="Engines" className="flex h-full items-stretch gap-5">
      {TABS.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          aria-current={path === to ? "page" : undefined}
          className={cx(
            "relative inline-flex items-center text-bubble font-medium no-underline hover:text-primary",
            path === to
              ? "text-heading after:absolute after:inset-x-0 after:-bottom-px after:h-0.5 after:rounded-t-[1px] after:bg-accent-edge"
              : "text-muted-foreground",
          )}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
