import { Calendar, ChevronDown, X } from "lucide-react";
import { type ReactNode, type RefObject, useCallback, useState } from "react";
import { useSignedIn } from "@/api/auth";
import { useAccountMembers } from "@/api/members";
import type { SessionRow } from "@/api/session-types";
import { FilterSheet } from "@/components/filters/filter-sheet";
import { SearchField } from "@/components/filters/search-field";
import { Button, Combobox, Field, Input, Popover, TextButton } from "@/components/ui";
import { cx } from "@/lib/cx";
import { usePhone } from "@/lib/hooks";
import {
  DAY_CHOICES,
  datesOf,
  type HistoryView,
  isFiltered,
  lastDays,
  NO_FILTER,
  STATUS_WORDS,
  STATUSES,
  type StatusWord,
  setFilters,
} from "./filters";
import type { ChangeView } from "./use-view";

interface ToolbarProps {
  readonly view: HistoryView;
  readonly change: ChangeView;
  /** Rows shown now: their clients are offered first. */
  readonly rows: readonly SessionRow[];
  readonly searchRef: RefObject<HTMLInputElement | null>;
}

/** Search and filters over the list; on phones the filters are in a sheet. */
export function Toolbar(props: ToolbarProps): ReactNode {
  const { view, change } = props;
  const phone = usePhone();
  if (phone) {
    return (
      <section aria-label="Filters" className="flex flex-none gap-2 border-b border-default px-4 py-3">
        <HistorySearch {...props} />
        <HistoryFilters {...props} />
      </section>
    );
  }
  return (
    <section
      aria-label="Filters"
      className="flex h-12 flex-none items-center gap-1.75 border-b border-default pl-6 pr-4 max-lg:pl-4"
    >
      <HistorySearch {...props} />
      <Choices {...props} look="chip" />
      <Dates view={view} change={change} />
      {isFiltered(view) ? (
        <Button variant="ghost" icon={X} onClick={() => change(NO_FILTER)}>
          Clear filters
        </Button>
      ) : null}
    </section>
  );
}

function HistorySearch({ view, change, searchRef }: ToolbarProps): ReactNode {
  const search = useCallback((q: string) => change({ q }, { replace: true }), [change]);
  return (
    <SearchField
      text={view.q}
      onText={search}
      label={'Search sessions by words, ticket number or "exact phrase"'}
      placeholder={'Words, "exact", -not'}
      fieldRef={searchRef}
      className="w-62 min-w-32"
    />
  );
}

function Choices({ view, change, rows, look }: ToolbarProps & { readonly look: "chip" | "field" }): ReactNode {
  const { user } = useSignedIn();
  const members = useAccountMembers();
  const [typed, setTyped] = useState("");
  const people = (members.data?.items ?? [])
    .filter((member) => member.role !== "viewer" || member.id === view.owner)
    .map((member) => ({ value: member.id, label: member.id === user.id ? `${member.name} (you)` : member.name }));
  const known = [...rows.map((row) => row.client_name), view.client].filter((name): name is string => Boolean(name));
  const clients = [...new Set(known)]
    .filter((name) => name.toLowerCase().includes(typed.trim().toLowerCase()))
    .sort((one, other) => one.localeCompare(other))
    .map((name) => ({ value: name, label: name }));
  const exact = typed.trim();
  if (exact && !clients.some(({ value }) => value.toLowerCase() === exact.toLowerCase())) {
    clients.push({ value: exact, label: `Client named "${exact}"` });
  }
  const bar = look === "chip";
  return (
    <>
      <Framed bar={bar} label="Status">
        <Combobox
          label="Status"
          look={look}
          multiple
          placeholder={bar ? "Status" : "Any status"}
          options={STATUSES.map((status) => ({ value: status, label: STATUS_WORDS[status] }))}
          value={view.status}
          onChange={(status) => change({ status: status as StatusWord[] })}
        />
      </Framed>
      <Framed bar={bar} label="Owner">
        <Combobox
          label="Owner"
          look={look}
          clearable
          placeholder={bar ? "Owner" : "Anyone"}
          options={people}
          loading={members.isPending}
          notice={members.isError ? "The people of your account could not be read." : null}
          value={view.owner ? [view.owner] : []}
          onChange={([owner]) => change({ owner: owner ?? null })}
        />
      </Framed>
      <Framed bar={bar} label="Client">
        <Combobox
          label="Client"
          look={look}
          clearable
          placeholder={bar ? "Client" : "Any client"}
          options={clients}
          onSearch={setTyped}
          emptyText="Type a client's name"
          value={view.client ? [view.client] : []}
          onChange={([client]) => change({ client: client ?? null })}
        />
      </Framed>
    </>
  );
}

function Framed(props: { readonly bar: boolean; readonly label: string; readonly children: ReactNode }): ReactNode {
  return props.bar ? props.children : <Field label={props.label}>{props.children}</Field>;
}

function Dates({ view, change }: Pick<ToolbarProps, "view" | "change">): ReactNode {
  const [open, setOpen] = useState(false);
  const words = datesOf(view);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="Dates"
      align="start"
      className="w-70 p-3.5"
      trigger={
        <button
          type="button"
          aria-haspopup="dialog"
          className={cx(
            "inline-flex h-8.25 shrink-0 items-center gap-1.5 rounded-card border px-2.5 text-bubble font-medium leading-none coarse:h-11",
            words
              ? "border-accent-tint bg-accent-dim text-accent"
              : "border-hover bg-card text-primary hover:bg-elevated",
          )}
        >
          <Calendar size={14} aria-hidden />
          {words ?? "Dates"}
          <ChevronDown size={14} className="text-muted-foreground" aria-hidden />
        </button>
      }
    >
      <DateChoices view={view} change={change} onPicked={() => setOpen(false)} />
    </Popover>
  );
}

function DateChoices({
  view,
  change,
  onPicked,
}: Pick<ToolbarProps, "view" | "change"> & { readonly onPicked?: () => void }): ReactNode {
  const none = { days: null, from: null, to: null };
  return (
    <div className="grid gap-3">
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">Last activity</legend>
        {DAY_CHOICES.map((days) => (
          <Button
            key={days}
            size="nudge"
            aria-pressed={view.days === days}
            className={view.days === days ? "!border-accent-tint !bg-accent-dim !text-accent" : ""}
            onClick={() => {
              change({ ...none, days: view.days === days ? null : days });
              onPicked?.();
            }}
          >
            {lastDays(days)}
          </Button>
        ))}
      </fieldset>
      <div className="grid grid-cols-2 gap-2.5">
        <Field label="From">
          <Input
            type="date"
            value={view.from ?? ""}
            max={view.to ?? undefined}
            onChange={(event) => change({ days: null, from: event.target.value || null }, { replace: true })}
          />
        </Field>
        <Field label="To">
          <Input
            type="date"
            value={view.to ?? ""}
            min={view.from ?? undefined}
            onChange={(event) => change({ days: null, to: event.target.value || null }, { replace: true })}
          />
        </Field>
      </div>
      {(view.days ?? view.from ?? view.to) ? (
        <TextButton className="justify-self-start" onClick={() => change(none)}>
          Any time
        </TextButton>
      ) : null}
    </div>
  );
}

function HistoryFilters(props: ToolbarProps): ReactNode {
  const { view, change } = props;
  return (
    <FilterSheet count={setFilters(view)} onClear={() => change({ ...NO_FILTER, q: view.q })} showWord="Show sessions">
      <Choices {...props} look="field" />
      <Field label="Last activity">
        <DateChoices view={view} change={change} />
      </Field>
    </FilterSheet>
  );
}
