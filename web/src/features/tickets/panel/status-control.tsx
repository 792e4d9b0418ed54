import { ChevronDown, CircleCheck, LoaderCircle } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { usePsaName, useTicketStatuses } from "@/api/psa";
import { type StatusChange, type TicketSummaryOut, useChangeStatus, useStatusChanges } from "@/api/tickets";
import { statusTone } from "@/components/tickets/look";
import { StatusMark } from "@/components/tickets/marks";
import { buttonClass, Dot, Menu, type MenuHeading, type MenuItem } from "@/components/ui";
import { announce } from "@/lib/announce";
import { newIdempotencyKey } from "@/lib/api";
import { ApiError } from "@/lib/api-error";
import { cx } from "@/lib/cx";
import { StatusRefused } from "./status-refused";

interface StatusControlProps {
  readonly ticket: TicketSummaryOut;
  /** Sent back with the change; null while the ticket is still being read. */
  readonly revision: string | null;
  readonly canAct: boolean;
}

/**
 * The status of a ticket, to be changed where one may. A change shows at once as *Checking*; it counts as done only when the PSA was
 * read back, and goes back with the PSA's reason otherwise.
 */
export function StatusControl({ ticket, revision, canAct }: StatusControlProps): ReactNode {
  const change = useChangeStatus(ticket.id);
  const newest = useStatusChanges(ticket.id);
  const [seen, setSeen] = useState(0);
  const psa = usePsaName();
  const pending = newest?.status === "pending" ? newest.asked : null;
  const settled = newest && newest.at > seen ? newest : null;
  // What the ticket shows decides, not what a call answered: an answer that was lost on the way may still have moved it.
  const landed = settled?.asked?.to.id === ticket.status?.id;
  const verified = settled !== null && settled.status !== "pending" && landed;

  useEffect(() => {
    if (pending) {
      announce(`Checking whether ${psa} moves the ticket to ${pending.to.name}`);
    }
  }, [pending, psa]);
  useEffect(() => {
    if (verified) {
      announce(`${psa} shows ${settled?.asked?.to.name}`);
    }
  }, [verified, psa, settled]);

  if (!canAct || revision === null) {
    return (
      <span className="inline-flex h-6.25 items-center text-row font-medium text-primary">
        <StatusMark status={ticket.status} />
      </span>
    );
  }
  return (
    <>
      {pending ? (
        <span
          role="status"
          className="inline-flex h-6.25 items-center gap-1.75 rounded-md border border-dashed border-hover px-2 text-row font-medium text-muted-foreground coarse:h-11"
        >
          <LoaderCircle size={13} className="animate-spin" aria-hidden />
          {pending.to.name}
          <span className="text-warning">Checking</span>
        </span>
      ) : (
        <Choice ticket={ticket} onChoose={(to) => change.mutate({ to, revision, key: newIdempotencyKey() })} />
      )}
      {verified && !pending ? (
        <span className="inline-flex items-center gap-1 text-hint text-success">
          <CircleCheck size={13} aria-hidden />
          {psa} shows it
        </span>
      ) : null}
      {settled?.status === "error" && settled.asked && !landed ? (
        <StatusRefused
          error={settled.error}
          asked={settled.asked}
          shown={ticket.status?.name ?? null}
          onDismiss={() => setSeen(settled.at)}
          onRetry={() => settled.asked && change.mutate(again(settled.asked, settled.error, revision))}
          onChangeAnyway={() =>
            settled.asked && change.mutate({ ...settled.asked, changedOk: true, key: newIdempotencyKey() })
          }
        />
      ) : null}
    </>
  );
}

/** The same press again when no answer arrived, so that it cannot act twice; else a new one on the ticket as it is now. */
function again(asked: StatusChange, error: unknown, revision: string): StatusChange {
  return error instanceof ApiError && error.status === 0 ? asked : { ...asked, revision, key: newIdempotencyKey() };
}

interface ChoiceProps {
  readonly ticket: TicketSummaryOut;
  readonly onChoose: (to: { readonly id: string; readonly name: string }) => void;
}

function Choice({ ticket, onChoose }: ChoiceProps): ReactNode {
  const statuses = useTicketStatuses(ticket.id, true);
  const problem =
    statuses.data?.problem?.message ??
    (statuses.error ? "The statuses could not be read. Try again in a moment." : null);
  const heading: MenuHeading[] = problem ? [{ heading: problem }] : statuses.isPending ? [{ heading: "Loading" }] : [];
  const items = (statuses.data?.items ?? []).map(
    (status): MenuItem => ({
      label: status.name,
      checked: status.id === ticket.status?.id,
      ...(status.closed ? { hint: "closes" } : status.sends_email ? { hint: "may mail" } : {}),
      onSelect: () => {
        if (status.id !== ticket.status?.id) {
          onChoose(status);
        }
      },
    }),
  );
  return (
    <Menu
      label="Status"
      align="start"
      items={[...heading, ...items]}
      trigger={
        <button
          type="button"
          aria-label={`Status: ${ticket.status?.name ?? "none"}. Change it`}
          className={cx(buttonClass("default", "nudge"), "!px-2 max-w-full")}
        >
          <Dot tone={statusTone(ticket.status)} />
          <span className="truncate leading-normal">{ticket.status?.name ?? "No status"}</span>
          <ChevronDown size={13} className="text-muted" aria-hidden />
        </button>
      }
    />
  );
}
