import { Link } from "@tanstack/react-router";
import { Inbox, Plus, Search, X } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { useCanAct } from "@/api/auth";
import { type SessionGroup, useSessionList } from "@/api/sessions";
import { NavButton } from "@/components/shell";
import { EmptyState, IconButton, InlineError, Skeleton, StaleNote, TextButton, WhileLoading } from "@/components/ui";
import { useDebounced, usePhone } from "@/lib/hooks";
import { useShortcut } from "@/lib/shortcuts";
import { SessionListRow } from "./session-row";

interface SessionListProps {
  readonly selected: string | null;
  /** In the off-canvas form: a close button, and choosing closes it. */
  readonly onClose?: (() => void) | undefined;
}

const GROUPS: ReadonlyArray<{ readonly group: SessionGroup; readonly label: string }> = [
  { group: "active", label: "Active" },
  { group: "recent", label: "Recent" },
];

/** Active and recent sessions with search, left of the conversation. */
export function SessionList({ selected, onClose }: SessionListProps): ReactNode {
  const [text, setText] = useState("");
  const q = useDebounced(text, 150);
  const active = useSessionList("active", q);
  const canAct = useCanAct();
  const phone = usePhone();
  const list = useRef<HTMLDivElement>(null);
  const move = (step: 1 | -1) => {
    const rows = [...(list.current?.querySelectorAll<HTMLAnchorElement>("a[data-session]") ?? [])];
    const at = rows.findIndex((row) => row === document.activeElement || row.dataset.session === selected);
    rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
  };
  useShortcut({ keys: "J", label: "Next session", group: "Session" }, () => move(1));
  useShortcut({ keys: "K", label: "Previous session", group: "Session" }, () => move(-1));

  return (
    <section aria-label="Sessions" className="flex h-full min-h-0 flex-col bg-sidebar">
      <header className="flex h-16.75 flex-none items-center justify-between border-b border-default pl-4 pr-2.5 max-sm:h-15">
        <span className="flex items-center gap-1">
          {onClose && phone ? (
            <span className="-ml-3" onClickCapture={onClose}>
              <NavButton />
            </span>
          ) : null}
          <h2 className="text-body">Sessions</h2>
        </span>
        <span className="flex items-center gap-0.5">
          {canAct ? (
            <Link
              to="/pilot/{-$id}"
              params={{ id: undefined }}
              aria-label="New session"
              title="New session"
              onClick={onClose}
              className="grid size-7.5 place-items-center rounded-card text-muted-foreground hover:bg-elevated hover:text-primary coarse:size-11"
            >
              <Plus size={16} aria-hidden />
            </Link>
          ) : null}
          {onClose ? <IconButton icon={X} label="Close the list" onClick={onClose} /> : null}
        </span>
      </header>
      <div className="flex-none px-3 pb-1 pt-3">
        <label className="flex h-8.25 items-center gap-2 rounded-field border border-control bg-input px-2.5 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-[var(--accent-edge)] coarse:h-11">
          <Search size={16} className="text-muted" aria-hidden />
          <span className="sr-only">Search sessions</span>
          <input
            type="search"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape" && text) {
                event.stopPropagation();
                setText("");
              }
            }}
            placeholder="Search sessions"
            className="min-w-0 flex-1 bg-transparent text-bubble text-primary outline-none placeholder:text-muted max-sm:text-field [&::-webkit-search-cancel-button]:hidden"
          />
          {text ? (
            <IconButton icon={X} label="Clear the search" size="sm" className="-mr-1.5" onClick={() => setText("")} />
          ) : null}
        </label>
      </div>
      <div ref={list} className="min-h-0 flex-1 overflow-y-auto pb-4">
        {GROUPS.map((group) => (
          <Group
            key={group.group}
            {...group}
            q={q}
            selected={selected}
            waits={group.group !== "active" && active.isPending}
            onChoose={onClose}
            onClear={() => setText("")}
          />
        ))}
      </div>
    </section>
  );
}

interface GroupProps {
  readonly group: SessionGroup;
  readonly label: string;
  readonly q: string;
  readonly selected: string | null;
  /** The group above it is not there yet and would push it down. */
  readonly waits: boolean;
  readonly onChoose: (() => void) | undefined;
  readonly onClear: () => void;
}

function Group({ group, label, q, selected, waits, onChoose, onClear }: GroupProps): ReactNode {
  const list = useSessionList(group, q);
  const canAct = useCanAct();
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const searching = q.trim().length >= 2;
  if (waits || (searching && list.isSuccess && rows.length === 0 && group === "recent")) {
    return null;
  }
  return (
    <section aria-label={`${label} sessions`}>
      <div className="flex items-center justify-between px-4 pb-1.5 pt-3">
        <h3 className="eyebrow text-muted">{label}</h3>
        {rows.length > 0 ? (
          <span className="font-mono text-mono text-muted">{`${rows.length}${list.hasNextPage ? "+" : ""}`}</span>
        ) : null}
      </div>
      {list.isError && rows.length > 0 ? (
        <StaleNote onRetry={() => void list.refetch()} retrying={list.isFetching} />
      ) : null}
      {list.isError && rows.length === 0 ? (
        <div className="px-3">
          <InlineError
            title="The list could not be read"
            error={list.error}
            onRetry={() => void list.refetch()}
            retrying={list.isFetching}
          />
        </div>
      ) : null}
      <WhileLoading loading={list.isPending} label={`Loading ${label.toLowerCase()} sessions`}>
        <RowSkeletons />
      </WhileLoading>
      <ul>
        {rows.map((row) => (
          <li key={row.id}>
            <SessionListRow row={row} selected={row.id === selected} onChoose={onChoose} />
          </li>
        ))}
      </ul>
      {list.isSuccess && rows.length === 0 ? (
        searching ? (
          <EmptyState
            icon={Inbox}
            framed={false}
            title="No session matches"
            hint={`Nothing open or recent holds "${q.trim()}".`}
            action={
              <TextButton tone="accent" onClick={onClear}>
                Clear the search
              </TextButton>
            }
          />
        ) : (
          <p className="px-4 py-1 text-hint text-muted">
            {group === "recent"
              ? "Closed sessions collect here."
              : canAct
                ? "Nothing open. Start one with +."
                : "Nothing open that you may read."}
          </p>
        )
      ) : null}
      {list.hasNextPage ? (
        <div className="px-3.5 pt-1">
          <TextButton onClick={() => void list.fetchNextPage()} aria-busy={list.isFetchingNextPage || undefined}>
            Load more
          </TextButton>
        </div>
      ) : null}
    </section>
  );
}

function RowSkeletons(): ReactNode {
  return (
    <>
      {["w-40", "w-48", "w-36"].map((width) => (
        <span key={width} className="flex h-12.75 flex-col justify-center gap-2 px-4">
          <Skeleton className={width} />
          <Skeleton className="w-24" />
        </span>
      ))}
    </>
  );
}
