import type { ReactNode } from "react";
import { type TargetStatus, useBoardStatuses } from "@/api/connections";
import { type Named, useBoards } from "@/api/psa";
import { InlineError, Select, Skeleton, WhileLoading } from "@/components/ui";

const PURPOSES = [
  { purpose: "resolved", label: "When resolved" },
  { purpose: "escalated", label: "When escalated" },
] as const;

interface TargetsProps {
  readonly value: readonly TargetStatus[];
  /** The name a board without a row of its own goes by; empty: its status stays. */
  readonly defaults: Readonly<Record<TargetStatus["purpose"], string>>;
  readonly onChange: (value: TargetStatus[]) => void;
}

/** The status each board's tickets move to. A board whose statuses cannot be read says why and keeps what is stored. */
export function Targets({ value, defaults, onChange }: TargetsProps): ReactNode {
  const boards = useBoards();
  const items = boards.data?.items ?? [];
  const statuses = useBoardStatuses(items.map((board) => board.id));
  const problem = boards.data?.problem?.message ?? null;
  const set = (board: Named, purpose: TargetStatus["purpose"], statusId: string) => {
    const others = value.filter((row) => row.board_id !== board.id || row.purpose !== purpose);
    onChange(statusId ? [...others, { board_id: board.id, purpose, status_id: statusId }] : others);
  };
  return (
    <div>
      {boards.error ? <InlineError title="The boards could not be read" error={boards.error} /> : null}
      {problem ? <InlineError title="The boards could not be read" text={problem} /> : null}
      <WhileLoading loading={boards.isPending} label="Loading the boards">
        <Skeleton className="h-24" />
      </WhileLoading>
      {items.length > 0 ? (
        <table className="w-full border-separate border-spacing-0 text-row">
          <thead>
            <tr className="text-left text-hint text-muted-foreground max-sm:sr-only">
              <th scope="col" className="pb-1.5 font-medium">
                Board
              </th>
              {PURPOSES.map(({ purpose, label }) => (
                <th key={purpose} scope="col" className="pb-1.5 pl-3 font-medium">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((board, index) => {
              const read = statuses[index];
              const listed = read?.data?.items ?? [];
              const why = read?.data?.problem?.message ?? (read?.error ? read.error.message : null);
              return (
                <tr key={board.id} className="max-sm:grid max-sm:grid-cols-1 max-sm:gap-1.5 max-sm:pb-3">
                  <th scope="row" className="py-1 text-left font-medium text-primary">
                    {board.name}
                    {why ? <span className="block text-hint font-normal text-warning">{why}</span> : null}
                  </th>
                  {PURPOSES.map(({ purpose, label }) => {
                    const chosen = value.find((row) => row.board_id === board.id && row.purpose === purpose);
                    const known = listed.some((status) => status.id === chosen?.status_id);
                    return (
                      <td key={purpose} className="w-[36%] py-1 pl-3 max-sm:w-auto max-sm:pl-0">
                        <span aria-hidden className="mb-1 block text-hint text-muted-foreground sm:hidden">
                          {label}
                        </span>
                        <Select
                          aria-label={`${board.name}, ${label.toLowerCase()}`}
                          value={chosen?.status_id ?? ""}
                          onChange={(event) => set(board, purpose, event.target.value)}
                        >
                          <option value="">{defaults[purpose].trim() ? "By default name" : "Stays as it is"}</option>
                          {chosen && !known ? (
                            <option value={chosen.status_id}>Status {chosen.status_id}</option>
                          ) : null}
                          {listed.map((status) => (
                            <option key={status.id} value={status.id}>
                              {status.name}
                              {status.sends_email ? " (sends e-mail)" : ""}
                            </option>
                          ))}
                        </Select>
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : null}
    </div>
  );
}
