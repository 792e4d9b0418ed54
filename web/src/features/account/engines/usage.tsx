import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChartColumn } from "lucide-react";
import type { ReactNode } from "react";
import { type AiUsageOut, type UsageGroup, type UsageRow, useAiUsage } from "@/api/ai";
import { hasRole, useSignedIn } from "@/api/auth";
import {
  EmptyState,
  InlineError,
  Segmented,
  Select,
  Skeleton,
  StaleNote,
  Table,
  Td,
  Th,
  Tr,
  WhileLoading,
} from "@/components/ui";
import { useTitle } from "@/lib/hooks";
import { AboveRole, AccountFrame } from "../frame";
import { BudgetMeter } from "./budget";
import { DayBars } from "./day-bars";
import { count, monthName, usd } from "./money";
import { EngineTabs } from "./page";

const GROUPS: ReadonlyArray<{ readonly value: UsageGroup; readonly label: string }> = [
  { value: "day", label: "Day" },
  { value: "action", label: "Work" },
  { value: "model", label: "Model" },
  { value: "user", label: "Person" },
  { value: "session", label: "Session" },
];

const WORK: Readonly<Record<string, string>> = {
  chat: "Answers in sessions",
  fact_synthesis: "Facts from answers",
  title: "Titles",
  variable_inference: "Script parameters",
  resolution_note: "Resolution notes",
  escalation_package: "Escalation packages",
  session_update: "Updates",
  script_build: "Scripts",
  connection_test: "Tests of the settings",
};

/** What the language model was used for in a month, and what it cost. Month and grouping are in the address. */
export function EngineUsagePage(): ReactNode {
  useTitle("Use and cost", "Engines");
  const { user } = useSignedIn();
  return (
    <AccountFrame title="Engines" toolbar={<EngineTabs />}>
      {hasRole(user, "engineer") ? (
        <Usage admin={hasRole(user, "admin")} />
      ) : (
        <AboveRole what="Use and cost are for those who work sessions." />
      )}
    </AccountFrame>
  );
}

function Usage({ admin }: { readonly admin: boolean }): ReactNode {
  const search = useSearch({ from: "/app/account/engines/usage" });
  const navigate = useNavigate();
  const groups = GROUPS.filter((group) => admin || group.value !== "user");
  const group = groups.find((one) => one.value === search.by)?.value ?? "day";
  const months = lastMonths(new Date());
  const month = months.find((one) => one === search.month) ?? months[0] ?? "";
  const read = useAiUsage({ month, group_by: group });
  const go = (part: { month?: string; by?: string }) =>
    void navigate({ to: "/account/engines/usage", search: { month, by: group, ...part }, replace: true });
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="w-48">
          <Select aria-label="Month" value={month} onChange={(event) => go({ month: event.target.value })}>
            {months.map((one) => (
              <option key={one} value={one}>
                {monthName(one)}
              </option>
            ))}
          </Select>
        </div>
        <div className="max-w-full overflow-x-auto">
          <Segmented label="Group by" value={group} options={groups} onChange={(by) => go({ by })} />
        </div>
      </div>
      {read.error && !read.data ? (
        <InlineError
          title="Use and cost could not be read"
          error={read.error}
          onRetry={() => void read.refetch()}
          retrying={read.isFetching}
        />
      ) : null}
      {read.error && read.data ? <StaleNote onRetry={() => void read.refetch()} retrying={read.isFetching} /> : null}
      <WhileLoading loading={read.isPending} label="Loading use and cost">
        <Skeleton className="h-40" />
      </WhileLoading>
      {read.data ? <Figures usage={read.data} /> : null}
    </div>
  );
}

function Figures({ usage }: { readonly usage: AiUsageOut }): ReactNode {
  const { total } = usage;
  if (total.calls === 0 && total.fallbacks === 0) {
    return (
      <EmptyState
        icon={ChartColumn}
        title={`No model was called in ${monthName(usage.month)}`}
        hint="What the Guide answers costs nothing and is not counted here."
      />
    );
  }
  return (
    <>
      <div className="rounded-card border border-default bg-card p-4">
        <BudgetMeter budget={usage.budget} />
      </div>
      {usage.group_by === "day" ? <DayBars month={usage.month} rows={usage.items} /> : null}
      <div className="overflow-x-auto rounded-card border border-default bg-card">
        <Table className="min-w-180" aria-label="Use and cost">
          <thead>
            <tr>
              <Th className="w-[28%]">{GROUPS.find((one) => one.value === usage.group_by)?.label}</Th>
              {["Calls", "Tokens in", "Tokens out", "Cached", "Cost", "Unpriced", "No answer"].map((name) => (
                <Th key={name} className="text-right">
                  {name}
                </Th>
              ))}
            </tr>
          </thead>
          <tbody>
            {usage.items.map((row) => (
              <Row key={row.key ?? row.label} row={row} group={usage.group_by} />
            ))}
            <Tr className="bg-elevated">
              <Td className="font-semibold text-heading">Total</Td>
              <Cells row={total} />
            </Tr>
          </tbody>
        </Table>
      </div>
      <p className="text-hint text-muted-foreground">
        Cost is of priced calls. Unpriced calls cost something that is not known here. No answer: calls that failed, or
        were not made for lack of budget; the Guide or a template answered instead. Cached: the share of input tokens
        the provider had kept. {usage.truncated ? "Only the dearest rows are listed; the total is over all." : ""}
      </p>
    </>
  );
}

function Row({ row, group }: { readonly row: UsageRow; readonly group: UsageGroup }): ReactNode {
  const label = group === "action" ? (WORK[row.key ?? ""] ?? row.label.replaceAll("_", " ")) : row.label;
  return (
    <Tr>
      <Td className="text-primary" title={label}>
        {group === "session" && row.key ? (
          <Link to="/pilot/{-$id}" params={{ id: row.key }} className="font-medium text-primary hover:underline">
            {label}
          </Link>
        ) : (
          label
        )}
      </Td>
      <Cells row={row} />
    </Tr>
  );
}

function Cells({ row }: { readonly row: AiUsageOut["total"] }): ReactNode {
  const cached = row.cached_share === null ? "" : `${Math.round(row.cached_share * 100)} %`;
  return [
    count(row.calls),
    count(row.input_tokens),
    count(row.output_tokens),
    cached,
    usd(row.cost_usd),
    count(row.unpriced_calls),
    count(row.fallbacks),
  ].map((text, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: always the same seven columns
    <Td key={index} className="text-right tabular-nums">
      {text}
    </Td>
  ));
}

/** This month (UTC) and the twelve before it. */
function lastMonths(now: Date): string[] {
  return Array.from({ length: 13 }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  );
}
