import { ChevronRight, History as HistoryIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useActivity, useHistoryAct, useWriteHistory } from "@/api/connections";
import type { PsaWrite } from "@/api/write-types";
import {
  Button,
  Card,
  ConfirmButton,
  EmptyState,
  InlineError,
  Pill,
  Segmented,
  Skeleton,
  Time,
  type Tone,
  WhileLoading,
} from "@/components/ui";
import { cx } from "@/lib/cx";
import { activityDetail, activityName, sentence } from "./words";
import { WriteDetails } from "./write-details";

const SHOWN = { all: [], open: ["queued", "running", "waiting"], stuck: ["blocked"] } as const satisfies Record<
  string,
  readonly PsaWrite["state"][]
>;
type Shown = keyof typeof SHOWN;

/** Everything that was written to the PSA with its exact text, what became of it, and what happened around it. */
export function History(): ReactNode {
  const [shown, setShown] = useState<Shown>("all");
  const read = useWriteHistory(SHOWN[shown]);
  const writes = read.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="flex flex-col gap-4">
      <Card
        title="Writes"
        actions={
          <Segmented
            label="Which writes"
            size="sm"
            value={shown}
            options={[
              { value: "all", label: "All" },
              { value: "open", label: "On their way" },
              { value: "stuck", label: "Stopped" },
            ]}
            onChange={setShown}
          />
        }
      >
        {read.error ? (
          <InlineError
            title="The post history could not be read"
            error={read.error}
            onRetry={() => void read.refetch()}
            retrying={read.isFetching}
            className="m-3"
          />
        ) : null}
        <WhileLoading loading={read.isPending} label="Loading the post history">
          <Skeleton className="m-4 h-32" />
        </WhileLoading>
        {read.data && writes.length === 0 ? (
          <EmptyState
            icon={HistoryIcon}
            framed={false}
            title={shown === "all" ? "Nothing was written yet" : "None of these"}
            hint="Notes, status changes and time from sessions and tickets stand here, each with its exact text."
          />
        ) : null}
        <ul aria-label="Writes">
          {writes.map((write) => (
            <WriteRow key={write.id} write={write} />
          ))}
        </ul>
        <More read={read} />
      </Card>
      <ActivityCard />
    </div>
  );
}

const STATES: Readonly<Record<PsaWrite["state"], { readonly word: string; readonly tone: Tone }>> = {
  queued: { word: "Queued", tone: "accent" },
  running: { word: "Writing", tone: "accent" },
  waiting: { word: "Waiting", tone: "warning" },
  blocked: { word: "Stopped", tone: "danger" },
  done: { word: "Done", tone: "success" },
  partial: { word: "Partly done", tone: "info" },
  cancelled: { word: "Cancelled", tone: "neutral" },
};

function WriteRow({ write }: { readonly write: PsaWrite }): ReactNode {
  const [open, setOpen] = useState(false);
  const act = useHistoryAct();
  const state = STATES[write.state];
  const { retry, retry_status, finish_without_status, cancel } = write.actions;
  return (
    <li className="border-b border-default last:border-b-0">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="grid w-full grid-cols-[14px_minmax(0,1fr)_auto] items-center gap-x-2.5 px-4 py-2.25 text-left hover:bg-elevated"
      >
        <ChevronRight size={14} className={cx("text-muted-foreground", open && "rotate-90")} aria-hidden />
        <span className="min-w-0">
          <span className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-row">
            <span className="font-semibold text-primary">{sentence(write.kind)}</span>
            <span className="font-mono text-mono text-info">{write.ticket_ref}</span>
            <span className="truncate text-muted-foreground">{write.requested_by_name}</span>
          </span>
          {write.problem && write.state !== "done" ? (
            <span className="mt-0.5 block text-hint text-muted-foreground">{write.problem.message}</span>
          ) : null}
        </span>
        <span className="flex items-center gap-2.5 text-hint text-muted-foreground max-sm:flex-col max-sm:items-end max-sm:gap-1">
          <Time value={write.created_at} />
          <Pill tone={state.tone}>{state.word}</Pill>
        </span>
      </button>
      {open ? (
        <div className="flex flex-col gap-3 border-t border-default bg-page px-4 py-3">
          <WriteDetails write={write} />
          {act.error ? <InlineError title="That did not work" error={act.error} /> : null}
          <div className="flex flex-wrap justify-end gap-2">
            {finish_without_status ? (
              <Button
                size="lane"
                variant="ghost"
                busy={act.isPending}
                onClick={() => act.mutate({ id: write.id, act: "finish-without-status" })}
              >
                Finish without status
              </Button>
            ) : null}
            {cancel ? (
              <ConfirmButton
                size="lane"
                variant="ghost"
                question="Confirm cancel?"
                busy={act.isPending}
                onConfirm={() => act.mutate({ id: write.id, act: "cancel" })}
              >
                Cancel
              </ConfirmButton>
            ) : null}
            {retry || retry_status ? (
              <Button
                size="lane"
                busy={act.isPending}
                onClick={() =>
                  act.mutate({ id: write.id, act: "retry", body: retry_status ? { steps: ["status"] } : {} })
                }
              >
                {retry_status ? "Retry status only" : "Retry"}
              </Button>
            ) : null}
          </div>
        </div>
      ) : null}
    </li>
  );
}

function ActivityCard(): ReactNode {
  const read = useActivity(true);
  const items = read.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="Activity">
      {read.error ? (
        <InlineError
          title="The activity could not be read"
          error={read.error}
          onRetry={() => void read.refetch()}
          retrying={read.isFetching}
          className="m-3"
        />
      ) : null}
      <WhileLoading loading={read.isPending} label="Loading the activity">
        <Skeleton className="m-4 h-24" />
      </WhileLoading>
      {read.data && items.length === 0 ? (
        <p className="px-4 py-3 text-row text-muted-foreground">Nothing happened yet.</p>
      ) : null}
      <ul aria-label="Activity">
        {items.map((item) => {
          const more = activityDetail(item);
          return (
            <li
              key={item.id}
              className="flex items-baseline gap-3 border-b border-default px-4 py-1.75 text-row last:border-b-0"
            >
              <span className="min-w-0 flex-1">
                <span className="font-medium text-primary">{activityName(item)}</span>
                {more ? <span className="text-muted-foreground"> - {more}</span> : null}
              </span>
              <span className="text-hint text-muted-foreground">{item.actor_name ?? "By itself"}</span>
              <Time value={item.at} className="text-hint text-muted-foreground" />
            </li>
          );
        })}
      </ul>
      <More read={read} />
    </Card>
  );
}

interface Pages {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
}

function More({ read }: { readonly read: Pages }): ReactNode {
  return read.hasNextPage ? (
    <div className="flex justify-center border-t border-default p-2">
      <Button size="lane" variant="ghost" busy={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
        Show more
      </Button>
    </div>
  ) : null;
}
