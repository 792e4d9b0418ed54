import { CircleAlert, LoaderCircle, UserPlus, X } from "lucide-react";
import type { ReactNode } from "react";
import { useCanAct } from "@/api/auth";
import { useMembers, usePsaName } from "@/api/psa";
import { type Staffing, useStaffTicket } from "@/api/ticket-writes";
import type { AssigneeOut } from "@/api/tickets";
import { Avatar, Button, Combobox, IconButton, Skeleton, TextButton, Tooltip } from "@/components/ui";
import { newIdempotencyKey } from "@/lib/api";
import { ApiError, isApiError, messageOf } from "@/lib/api-error";
import { memberOption } from "../options";
import type { SectionState } from "./section";

interface AssigneesProps {
  readonly ticketId: string;
  readonly state: SectionState<AssigneeOut>;
  readonly me: string | null;
}

/** Who is on the ticket, the primary one first, and where one may, putting people on it and taking them off. */
export function Assignees({ ticketId, state, me }: AssigneesProps): ReactNode {
  const canAct = useCanAct();
  if (state.problem) {
    return (
      <span className="inline-flex flex-wrap items-center gap-x-2 text-warning">
        Could not be read
        {state.problem.permission ? (
          <span className="font-mono text-mono text-muted-foreground">{state.problem.permission}</span>
        ) : null}
        <Tooltip text={state.problem.message}>
          <TextButton aria-busy={state.retrying || undefined} onClick={state.onRetry}>
            Retry
          </TextButton>
        </Tooltip>
      </span>
    );
  }
  if (state.items === null) {
    return <Skeleton className="my-1 w-32" />;
  }
  const people = state.items.toSorted((a, b) => Number(b.primary) - Number(a.primary));
  return canAct ? (
    <Staffed key={ticketId} ticketId={ticketId} people={people} me={me} />
  ) : (
    <People people={people} me={me} />
  );
}

interface PeopleProps {
  readonly people: readonly AssigneeOut[];
  readonly me: string | null;
  readonly onRemove?: (person: AssigneeOut) => void;
  /** The id of whom the PSA is being asked about. */
  readonly leaving?: string | null;
}

function People({ people, me, onRemove, leaving = null }: PeopleProps): ReactNode {
  if (people.length === 0) {
    return <span className="text-muted-foreground">Nobody</span>;
  }
  return (
    <ul className="flex flex-col gap-1">
      {people.map((person) => (
        <li key={person.member.id} className="group/person flex min-h-6 items-center gap-1.5">
          <span aria-hidden className="-my-1">
            <Avatar
              name={person.member.name}
              size={22}
              {...(person.member.id === me ? { tone: "accent" as const } : {})}
            />
          </span>
          <span className={leaving === person.member.id ? "text-muted-foreground line-through" : ""}>
            {person.member.name}
          </span>
          {person.primary ? <span className="text-muted">primary</span> : null}
          {leaving === person.member.id ? <Checking /> : null}
          {onRemove && leaving === null ? (
            <span className="ml-auto opacity-0 group-focus-within/person:opacity-100 group-hover/person:opacity-100 coarse:opacity-100">
              <IconButton
                icon={X}
                size="sm"
                label={`Take ${person.member.name} off this ticket`}
                onClick={() => onRemove(person)}
              />
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Checking(): ReactNode {
  return (
    <span role="status" className="inline-flex items-center gap-1.25 text-hint text-warning">
      <LoaderCircle size={12} className="animate-spin" aria-hidden />
      Checking
    </span>
  );
}

interface StaffedProps {
  readonly ticketId: string;
  readonly people: readonly AssigneeOut[];
  readonly me: string | null;
}

function Staffed({ ticketId, people, me }: StaffedProps): ReactNode {
  const staff = useStaffTicket(ticketId);
  const members = useMembers();
  const asked = staff.variables;
  const pending = staff.isPending ? asked : undefined;
  const on = new Set(people.map(({ member }) => member.id));
  const free = (members.data?.items ?? []).filter((member) => !on.has(member.id));
  const mine = free.find((member) => member.id === me);
  const assign = (id: string | undefined) => {
    const member = free.find((one) => one.id === id);
    if (member) {
      staff.mutate({ act: "assign", member: { id: member.id, name: member.name }, key: newIdempotencyKey() });
    }
  };
  return (
    <div className="flex flex-col gap-1.5">
      <People
        people={people}
        me={me}
        leaving={pending?.act === "unassign" ? pending.member.id : null}
        {...(pending
          ? {}
          : {
              onRemove: ({ member }: AssigneeOut) =>
                staff.mutate({ act: "unassign", member, key: newIdempotencyKey() }),
            })}
      />
      {pending?.act === "assign" ? (
        <span className="flex min-h-6 items-center gap-1.5 text-muted-foreground">
          {pending.member.name} <Checking />
        </span>
      ) : (
        <span className="-ml-1.5 flex flex-wrap items-center gap-x-2">
          <Combobox
            label="Assign"
            look="quiet"
            placeholder={people.length === 0 ? "Assign" : "Add somebody"}
            options={free.map(memberOption)}
            loading={members.isPending}
            notice={members.data?.problem?.message ?? null}
            emptyText="Nobody else"
            value={[]}
            onChange={([id]) => assign(id)}
          />
          {mine ? (
            <TextButton icon={UserPlus} onClick={() => assign(mine.id)}>
              Assign to me
            </TextButton>
          ) : null}
        </span>
      )}
      {staff.isError && asked ? (
        <Refused
          error={staff.error}
          asked={asked}
          onDismiss={() => staff.reset()}
          onRetry={() => staff.mutate(again(asked, staff.error))}
          onReplace={() => staff.mutate({ ...again(asked, null), act: "assign", replace: true })}
        />
      ) : null}
    </div>
  );
}

/** The same press again when no answer arrived, so that it cannot act twice; else a new one. */
function again(asked: Staffing, error: unknown): Staffing {
  return error instanceof ApiError && error.status === 0 ? asked : { ...asked, key: newIdempotencyKey() };
}

interface RefusedProps {
  readonly error: unknown;
  readonly asked: Staffing;
  readonly onDismiss: () => void;
  readonly onRetry: () => void;
  readonly onReplace: () => void;
}

function Refused({ error, asked, onDismiss, onRetry, onReplace }: RefusedProps): ReactNode {
  const psa = usePsaName();
  const taken = isApiError(error, "already_assigned");
  return (
    <div role="alert" className="rounded-card border border-default bg-card px-3 py-2.25">
      <p className="flex items-start gap-1.75 font-medium text-primary">
        <CircleAlert size={14} className="mt-0.5 text-warning" aria-hidden />
        {taken
          ? `${psa} knows one person per ticket`
          : asked.act === "assign"
            ? `${asked.member.name} was not put on it`
            : `${asked.member.name} is still on it`}
      </p>
      <p className="mt-0.5 pl-5.5 text-hint text-muted-foreground">{messageOf(error)}</p>
      <div className="mt-2 flex flex-wrap justify-end gap-1.5">
        <Button size="lane" variant="ghost" onClick={onDismiss}>
          Leave it
        </Button>
        {taken ? (
          <Button size="lane" onClick={onReplace}>
            {`Put ${asked.member.name} in their place`}
          </Button>
        ) : (
          <Button size="lane" onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}
