import { RotateCw } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import { type PsaConnection, useChangeConnection, useCheckConnection } from "@/api/connections";
import { Button, Card, ConfirmButton, InlineError, Time } from "@/components/ui";
import { usePhone } from "@/lib/hooks";
import { ChangeKeys, EditConnection, useEditDraft } from "./change";
import { Checks, checkSummary } from "./checks";
import { ConnectCard } from "./connect";
import { RemoveConnection } from "./remove";
import { useSignInDraft } from "./sign-in-draft";
import { fieldWords, statusAdvice } from "./words";

interface ConnectionPartProps {
  readonly active: PsaConnection | null;
  readonly connections: readonly PsaConnection[];
}

/** The connection in use with its checks, or the way to make one; below it those that are turned off. */
export function ConnectionPart({ active, connections }: ConnectionPartProps): ReactNode {
  const off = connections.filter((connection) => !connection.is_active);
  const [another, setAnother] = useState(false);
  const draft = useSignInDraft("connect");
  const top = useRef<HTMLDivElement>(null);
  const connecting = !active || another || draft.begun;
  const leave = () => {
    setAnother(false);
    draft.discard();
  };
  return (
    <div ref={top} className="flex min-w-0 scroll-mt-4 flex-col gap-4">
      {active ? <ConnectionCard key={active.id} connection={active} /> : null}
      {off.map((connection) => (
        <ConnectionCard key={connection.id} connection={connection} />
      ))}
      {connecting ? (
        <ConnectCard
          draft={draft}
          replaces={active?.name ?? null}
          {...(active ? { onCancel: leave } : {})}
          onDone={() => {
            leave();
            // What was made stands at the head of the page.
            top.current?.scrollIntoView({ block: "start" });
          }}
        />
      ) : (
        <div>
          <Button size="lane" variant="ghost" onClick={() => setAnother(true)}>
            Connect another PSA
          </Button>
        </div>
      )}
    </div>
  );
}

/** One connection: what it signs in with, what the last test found, and what may be done with it. */
function ConnectionCard({ connection }: { readonly connection: PsaConnection }): ReactNode {
  const [chosen, setOpen] = useState<"keys" | "edit" | "none" | null>(null);
  const draft = useEditDraft(connection);
  // What was typed before a reload is shown again.
  const open = chosen ?? (draft.begun ? "edit" : "none");
  const check = useCheckConnection(connection.id);
  const change = useChangeConnection(connection.id);
  const phone = usePhone();
  const advice = statusAdvice(connection);
  const { user } = useSignedIn();
  const close = () => {
    setOpen("none");
    draft.discard();
  };
  const press = (what: "keys" | "edit") => (open === what ? close() : setOpen(what));
  return (
    <Card
      title={connection.name}
      actions={
        <>
          <Button size="lane" variant="ghost" aria-expanded={open === "keys"} onClick={() => press("keys")}>
            Change keys
          </Button>
          <Button size="lane" variant="ghost" aria-expanded={open === "edit"} onClick={() => press("edit")}>
            Edit
          </Button>
          <Button
            size="lane"
            icon={RotateCw}
            aria-label={phone ? "Test again" : undefined}
            busy={check.isPending}
            onClick={() => check.mutate()}
          >
            {phone ? null : "Test again"}
          </Button>
        </>
      }
    >
      {advice ? (
        <p role="status" className="role-warning border-b border-default bg-role-dim px-4 py-2.5 text-row text-primary">
          {advice}
        </p>
      ) : null}
      {check.error || change.error ? (
        <InlineError title="That did not work" error={check.error ?? change.error} className="m-3" />
      ) : null}
      <Facts connection={connection} />
      {open === "keys" ? (
        <div className="border-t border-default">
          <ChangeKeys connection={connection} onDone={close} />
        </div>
      ) : null}
      {open === "edit" ? (
        <div className="border-t border-default">
          <EditConnection connection={connection} draft={draft} onDone={close} />
        </div>
      ) : null}
      {connection.is_active && connection.checks.length > 0 ? (
        <>
          <div className="flex items-baseline justify-between gap-3 border-y border-default bg-sidebar px-4 py-1.75">
            <h3 className="eyebrow text-muted">Rights</h3>
            <span className="text-hint text-muted-foreground">{checkSummary(connection.checks)}</span>
          </div>
          <Checks checks={connection.checks} label="Rights" />
        </>
      ) : null}
      <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-default px-4 py-2.5">
        {hasRole(user, "owner") ? (
          <RemoveConnection connection={connection} />
        ) : (
          <p className="mr-auto text-hint text-muted-foreground">Only the owner can remove this connection.</p>
        )}
        {connection.is_active ? (
          <ConfirmButton
            question="Confirm turn off?"
            size="lane"
            busy={change.isPending}
            onConfirm={() => change.mutate({ version: connection.version, is_active: false })}
          >
            Turn off
          </ConfirmButton>
        ) : (
          <Button
            size="lane"
            busy={change.isPending}
            onClick={() => change.mutate({ version: connection.version, is_active: true })}
          >
            Turn on
          </Button>
        )}
      </footer>
    </Card>
  );
}

function Facts({ connection }: { readonly connection: PsaConnection }): ReactNode {
  const rows = Object.entries(connection.config).filter(([, value]) => value);
  return (
    <dl className="grid grid-cols-[minmax(90px,auto)_minmax(0,1fr)] gap-x-5 gap-y-1.5 px-4 py-3 text-row">
      <Fact label="PSA">{connection.label}</Fact>
      {rows.map(([name, value]) => (
        <Fact key={name} label={fieldWords(name, connection.provider).label}>
          <span className="font-mono text-mono">{value}</span>
        </Fact>
      ))}
      <Fact label="Keys">
        {connection.key_hint ? <span className="font-mono text-mono">ends in {connection.key_hint} - </span> : null}
        stored, never shown
      </Fact>
      {connection.checked_at ? (
        <Fact label="Last test">
          <Time value={connection.checked_at} />
          {connection.check_seconds === null ? null : (
            <span className="text-muted-foreground"> - took {connection.check_seconds} s</span>
          )}
        </Fact>
      ) : null}
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-muted-foreground">{label}</dt>
      <dd className="min-w-0 text-primary [overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}
