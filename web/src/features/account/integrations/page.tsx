import { Link, useRouterState } from "@tanstack/react-router";
import { PlugZap } from "lucide-react";
import type { ReactNode } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import { type PsaConnection, useConnections } from "@/api/connections";
import { usePsaName, usePsaStatus } from "@/api/psa";
import { EmptyState, InlineError, Pill, Skeleton, WhileLoading } from "@/components/ui";
import { cx } from "@/lib/cx";
import { useTitle } from "@/lib/hooks";
import { AboveRole, AccountFrame } from "../frame";
import { ConnectionPart } from "./connection";
import { History } from "./history";
import { Members } from "./members";
import { Settings } from "./settings";
import { LiveChanges } from "./webhook";
import { statusWords } from "./words";

const TABS = [
  { to: "/account/integrations", label: "Connection and members" },
  { to: "/account/integrations/flowpilot", label: "FlowPilot" },
  { to: "/account/integrations/history", label: "Post history" },
] as const;

type Part = (typeof TABS)[number]["to"];

/** The account's PSA: how it is connected, who is who there, what is written and what was written. */
export function IntegrationsPage(): ReactNode {
  return <Integrations part="/account/integrations" />;
}

export function IntegrationSettingsPage(): ReactNode {
  return <Integrations part="/account/integrations/flowpilot" />;
}

export function PostHistoryPage(): ReactNode {
  return <Integrations part="/account/integrations/history" />;
}

function Integrations({ part }: { readonly part: Part }): ReactNode {
  useTitle("Integrations", "Account");
  const { user } = useSignedIn();
  const admin = hasRole(user, "admin");
  const read = useConnections(admin);
  const connections = read.data?.items ?? [];
  const active = connections.find((connection) => connection.is_active) ?? null;
  const status = active ? statusWords(active) : null;
  return (
    <AccountFrame
      title="Integrations"
      wide
      meta={
        active && status ? (
          <span className="inline-flex items-center gap-2">
            {active.name}
            <Pill tone={status.tone}>{status.text}</Pill>
          </span>
        ) : undefined
      }
      toolbar={admin ? <IntegrationTabs part={part} /> : undefined}
    >
      {read.error ? (
        <InlineError
          title="The connections could not be read"
          error={read.error}
          onRetry={() => void read.refetch()}
          retrying={read.isFetching}
          className="mb-4"
        />
      ) : null}
      <WhileLoading loading={admin && read.isPending} label="Loading the connections">
        <Skeleton className="h-60" />
      </WhileLoading>
      {admin ? read.data ? <PartShown part={part} active={active} connections={connections} /> : null : <ForOthers />}
    </AccountFrame>
  );
}

interface PartProps {
  readonly part: Part;
  readonly active: PsaConnection | null;
  readonly connections: readonly PsaConnection[];
}

function PartShown({ part, active, connections }: PartProps): ReactNode {
  if (part === "/account/integrations") {
    return (
      <div className="grid grid-cols-2 items-start gap-4 max-xl:grid-cols-1">
        <ConnectionPart active={active} connections={connections} />
        {active ? (
          <div className="flex min-w-0 flex-col gap-4">
            <Members />
            <LiveChanges connection={active} />
          </div>
        ) : null}
      </div>
    );
  }
  if (part === "/account/integrations/history") {
    return <History />;
  }
  return active ? (
    <Settings />
  ) : (
    <EmptyState
      icon={PlugZap}
      title="No PSA is connected"
      hint="What is written to tickets is set here once one is."
      action={
        <Link to="/account/integrations" className="text-row font-medium text-accent">
          Connect a PSA
        </Link>
      }
    />
  );
}

function ForOthers(): ReactNode {
  const status = usePsaStatus().data;
  const name = usePsaName();
  return (
    <div className="flex flex-col gap-4">
      <AboveRole what={status?.connected ? `${name} is connected.` : "No PSA is connected."} />
    </div>
  );
}

function IntegrationTabs({ part }: { readonly part: Part }): ReactNode {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <nav aria-label="Integrations" className="flex h-full items-stretch gap-5 overflow-x-auto">
      {TABS.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          aria-current={path === to || part === to ? "page" : undefined}
          className={cx(
            "relative inline-flex items-center whitespace-nowrap text-bubble font-medium no-underline hover:text-primary",
            part === to
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
