import { CircleAlert, Mail, UserCheck } from "lucide-react";
import type { ReactNode } from "react";
import { type MemberMapping, useAutoMatch, useMapMember, useMappings } from "@/api/connections";
import { type MemberOut, useMembers, usePsaName } from "@/api/psa";
import { Avatar, Button, Card, Combobox, InlineError, Skeleton, WhileLoading } from "@/components/ui";

/** Who everybody is in the PSA. A choice is stored at once. */
export function Members(): ReactNode {
  const read = useMappings(true);
  const members = useMembers();
  const match = useAutoMatch();
  const psa = usePsaName();
  const rows = read.data?.items ?? [];
  const mapped = rows.filter((row) => row.member !== null).length;
  const problem = members.data?.problem?.message ?? null;
  return (
    <Card
      title="Member mapping"
      count={
        rows.length > 0 ? (
          <span className="text-hint font-normal text-muted-foreground">
            {mapped} of {rows.length} mapped
          </span>
        ) : undefined
      }
      actions={
        <Button size="lane" busy={match.isPending} onClick={() => match.mutate()}>
          Match by e-mail
        </Button>
      }
    >
      {read.error ? (
        <InlineError
          title="The mapping could not be read"
          error={read.error}
          onRetry={() => void read.refetch()}
          retrying={read.isFetching}
          className="m-3"
        />
      ) : null}
      {match.error ? <InlineError title="Nobody was matched" error={match.error} className="m-3" /> : null}
      {problem ? <InlineError title="The members could not be read" text={problem} className="m-3" /> : null}
      {match.data ? (
        <p role="status" className="border-b border-default px-4 py-2 text-row text-muted-foreground">
          {match.data.matched} matched, {match.data.unmatched} without a member of that e-mail
          {match.data.ambiguous > 0 ? `, ${match.data.ambiguous} could be several: choose by hand` : ""}.
        </p>
      ) : null}
      <WhileLoading loading={read.isPending} label="Loading the mapping">
        <Skeleton className="m-4 h-40" />
      </WhileLoading>
      {rows.length > 0 ? (
        <div
          aria-hidden
          className="grid grid-cols-[26px_minmax(0,1fr)_minmax(0,1.2fr)_88px] gap-x-3 border-b border-default bg-sidebar px-4 py-1.5 text-hint text-muted-foreground max-sm:hidden"
        >
          <span className="col-start-2">Person here</span>
          <span>{psa} member</span>
          <span>Matched</span>
        </div>
      ) : null}
      <ul aria-label="People and their members">
        {rows.map((row) => (
          <MemberRow
            key={row.user_id}
            row={row}
            members={members.data?.items ?? []}
            taken={rows.filter((other) => other.user_id !== row.user_id).map((other) => other.member?.id ?? "")}
            loading={members.isPending}
            psa={psa}
          />
        ))}
      </ul>
      <p className="px-4 py-3 text-hint text-muted-foreground">
        Notes and time carry the mapped member. Without one, internal notes end with "Posted for" and the name, customer
        notes carry no name, and no time is sent.
      </p>
    </Card>
  );
}

interface MemberRowProps {
  readonly row: MemberMapping;
  readonly members: readonly MemberOut[];
  readonly taken: readonly string[];
  readonly loading: boolean;
  readonly psa: string;
}

function MemberRow({ row, members, taken, loading, psa }: MemberRowProps): ReactNode {
  const map = useMapMember();
  const known = members.some((member) => member.id === row.member?.id);
  const options = members
    .filter((member) => !taken.includes(member.id))
    .map((member) => ({ value: member.id, label: member.name, hint: member.identifier }));
  const shown = row.member && !known ? [{ value: row.member.id, label: row.member.name }, ...options] : options;
  return (
    <li className="grid grid-cols-[26px_minmax(0,1fr)_minmax(0,1.2fr)_88px] items-center gap-x-3 border-b border-default px-4 py-1.75 max-sm:grid-cols-[26px_minmax(0,1fr)] max-sm:gap-y-1.5">
      <Avatar name={row.name} />
      <div className="min-w-0">
        <p className="truncate text-row font-semibold text-primary">{row.name}</p>
        <p className="truncate text-hint text-muted-foreground">{row.role}</p>
      </div>
      <div className="min-w-0 max-sm:col-start-2">
        <Combobox
          label={`${psa} member of ${row.name}`}
          options={shown}
          value={row.member ? [row.member.id] : []}
          placeholder="No member"
          clearable
          loading={loading}
          emptyText="Everybody is mapped, or nobody can be read"
          onChange={([member]) => map.mutate({ user_id: row.user_id, member_id: member ?? null })}
        />
        {map.error ? (
          <p role="alert" className="mt-1 text-hint text-danger">
            {map.error.message}
          </p>
        ) : null}
      </div>
      <Matched row={row} members={members} />
    </li>
  );
}

function Matched({ row, members }: { readonly row: MemberMapping; readonly members: readonly MemberOut[] }): ReactNode {
  const mail = row.email.toLowerCase();
  const shared = members.filter((member) => member.email?.toLowerCase() === mail).length > 1;
  const line = "flex items-center gap-1.5 whitespace-nowrap text-hint max-sm:col-start-2";
  if (row.member === null) {
    return shared ? (
      <span className={`${line} role-warning text-role`}>
        <CircleAlert size={13} aria-hidden />
        two share mail
      </span>
    ) : (
      <span className={`${line} text-muted-foreground`}>{row.role === "viewer" ? "not needed" : "not mapped"}</span>
    );
  }
  const Icon = row.matched_by === "email" ? Mail : UserCheck;
  return (
    <span className={`${line} text-muted-foreground`}>
      <Icon size={13} aria-hidden />
      {row.matched_by === "email" ? "by e-mail" : "by hand"}
    </span>
  );
}
