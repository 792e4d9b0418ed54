import { type ReactNode, useState } from "react";
import { useBoards, useCompanies, useMembers, usePriorities, useStatuses } from "@/api/psa";
import type { TicketAsk, TicketSummaryOut } from "@/api/tickets";
import { Combobox, type ComboOption, Field } from "@/components/ui";
import { useDebounced } from "@/lib/hooks";
import { memberOf } from "./filters";
import { chosenOptions, filterOptions, memberOption, namedOption, seenIn, statusOption } from "./options";

interface FilterControlsProps {
  readonly ask: TicketAsk;
  readonly onChange: (change: Partial<TicketAsk>) => void;
  /** Tickets shown now: where a list cannot be read, what occurs in them is offered. */
  readonly tickets: readonly TicketSummaryOut[];
  /** `bar`: side by side in a toolbar; `form`: one below the other with labels. */
  readonly look: "bar" | "form";
}

/** Board, status, priority, company, member, open or closed. Choices come from the PSA; what it does not tell is named. */
export function FilterControls(props: FilterControlsProps): ReactNode {
  return (
    <>
      <BoardFilter {...props} />
      <StatusFilter {...props} />
      <PriorityFilter {...props} />
      <CompanyFilter {...props} />
      <MemberFilter {...props} />
      <StateFilter {...props} />
    </>
  );
}

interface ChoiceProps {
  readonly look: FilterControlsProps["look"];
  readonly label: string;
  readonly any: string;
  readonly options: readonly ComboOption[];
  readonly notice: string | null;
  readonly loading: boolean;
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
  readonly multiple?: boolean;
  readonly onSearch?: (text: string) => void;
}

function Choice({ look, label, any, ...rest }: ChoiceProps): ReactNode {
  const bar = look === "bar";
  const box = (
    <Combobox
      {...rest}
      label={label}
      look={bar ? "chip" : "field"}
      placeholder={bar ? label : any}
      clearable={!rest.multiple}
    />
  );
  return bar ? box : <Field label={label}>{box}</Field>;
}

function BoardFilter({ ask, onChange, tickets, look }: FilterControlsProps): ReactNode {
  const read = useBoards();
  const seen = seenIn(tickets, (ticket) => ticket.board);
  const made = filterOptions("Boards", read, namedOption, seen, chosenOptions(ask.boards, seen));
  return (
    <Choice
      {...made}
      look={look}
      label="Board"
      any="All boards"
      multiple
      loading={read.isPending}
      value={ask.boards}
      // A status may not exist on the other boards, and a list that cannot match anything helps nobody.
      onChange={(boards) => onChange({ boards, status: null })}
    />
  );
}

function StatusFilter({ ask, onChange, tickets, look }: FilterControlsProps): ReactNode {
  const read = useStatuses(ask.boards);
  const names = seenIn(tickets, ({ status }) => (status ? { id: status.name, name: status.name } : null));
  const chosen = ask.status === null ? [] : [ask.status];
  const made = filterOptions("Statuses", read, statusOption, names, chosenOptions(chosen, names));
  return (
    <Choice
      {...made}
      look={look}
      label="Status"
      any="Any status"
      loading={read.isPending}
      value={chosen}
      onChange={([status]) =>
        onChange({ status: status ?? null, ...(closes(made.options, status) ? { closed: "all" } : {}) })
      }
    />
  );
}

/** A closing status never matches among open tickets. */
function closes(options: readonly ComboOption[], status: string | undefined): boolean {
  return options.some((option) => option.value === status && option.hint === "closes");
}

function PriorityFilter({ ask, onChange, tickets, look }: FilterControlsProps): ReactNode {
  const read = usePriorities();
  const seen = seenIn(tickets, (ticket) => ticket.priority);
  const made = filterOptions("Priorities", read, namedOption, seen, chosenOptions(ask.priorities, seen));
  return (
    <Choice
      {...made}
      look={look}
      label="Priority"
      any="Any priority"
      multiple
      loading={read.isPending}
      value={ask.priorities}
      onChange={(priorities) => onChange({ priorities })}
    />
  );
}

function CompanyFilter({ ask, onChange, tickets, look }: FilterControlsProps): ReactNode {
  const [typed, setTyped] = useState("");
  const read = useCompanies(useDebounced(typed, 200));
  const seen = seenIn(tickets, (ticket) => ticket.company);
  const chosen = ask.company === null ? [] : [ask.company];
  const listed = [...(read.data?.items ?? []).map(namedOption), ...seen];
  const made = filterOptions("Companies", read, namedOption, seen, chosenOptions(chosen, listed));
  return (
    <Choice
      {...made}
      look={look}
      label="Company"
      any="All companies"
      loading={read.isPending}
      value={chosen}
      onSearch={setTyped}
      onChange={([company]) => onChange({ company: company ?? null })}
    />
  );
}

function MemberFilter({ ask, onChange, tickets, look }: FilterControlsProps): ReactNode {
  const read = useMembers();
  const seen = seenIn(tickets, (ticket) => ticket.owner);
  const member = memberOf(ask);
  const chosen = member === null ? [] : [member];
  const made = filterOptions("Members", read, memberOption, seen, chosenOptions(chosen, seen));
  return (
    <Choice
      {...made}
      look={look}
      label="Member"
      any="Anyone"
      loading={read.isPending}
      value={chosen}
      onChange={([picked]) => onChange({ assignment: picked ? `member:${picked}` : "all" })}
    />
  );
}

const STATES: readonly ComboOption[] = [
  { value: "open", label: "Open" },
  { value: "closed", label: "Closed" },
  { value: "all", label: "Open and closed" },
];

function StateFilter({ ask, onChange, look }: FilterControlsProps): ReactNode {
  const usual = ask.closed === "open" && look === "bar";
  const box = (
    <Combobox
      label="Open or closed"
      options={STATES}
      value={usual ? [] : [ask.closed]}
      placeholder="Open"
      look={look === "bar" ? "chip" : "field"}
      onChange={([picked]) => onChange({ closed: picked === "closed" || picked === "all" ? picked : "open" })}
    />
  );
  return look === "bar" ? box : <Field label="Open or closed">{box}</Field>;
}
