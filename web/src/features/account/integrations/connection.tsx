import { RotateCw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import {
  type PsaConnection,
  type PsaProvider,
  type PsaVendor,
  useChangeConnection,
  useCheckConnection,
  useConnect,
  useConnectDemo,
  useRotate,
  useVendors,
} from "@/api/connections";
import { Button, Card, ConfirmButton, InlineError, Segmented, Skeleton, Time, WhileLoading } from "@/components/ui";
import { Checks, checkSummary } from "./checks";
import { RemoveConnection } from "./remove";
import { SignInForm } from "./sign-in-form";
import { fieldWords, statusAdvice } from "./words";

interface ConnectionPartProps {
  readonly active: PsaConnection | null;
  readonly connections: readonly PsaConnection[];
}

/** The connection in use with its checks, or the way to make one; below it those that are turned off. */
export function ConnectionPart({ active, connections }: ConnectionPartProps): ReactNode {
  const off = connections.filter((connection) => !connection.is_active);
  const [another, setAnother] = useState(false);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {active ? <ConnectionCard key={active.id} connection={active} /> : null}
      {active && !another ? null : (
        <ConnectCard replaces={active?.name ?? null} {...(active ? { onDone: () => setAnother(false) } : {})} />
      )}
      {off.map((connection) => (
        <ConnectionCard key={connection.id} connection={connection} />
      ))}
      {active && !another ? (
        <div>
          <Button size="lane" variant="ghost" onClick={() => setAnother(true)}>
            Connect another PSA
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function ConnectCard({
  replaces,
  onDone,
}: {
  readonly replaces: string | null;
  readonly onDone?: () => void;
}): ReactNode {
  const vendors = useVendors();
  const connect = useConnect();
  const [chosen, setChosen] = useState<PsaProvider | null>(null);
  const items = vendors.data?.items ?? [];
  const demo = useSignedIn().account.is_demo;
  const vendor = items.find((item) => item.provider === chosen) ?? items[0];
  return (
    <Card title="Connect a PSA">
      {vendors.error ? (
        <InlineError
          title="The PSAs could not be listed"
          error={vendors.error}
          onRetry={() => void vendors.refetch()}
        />
      ) : null}
      <WhileLoading loading={vendors.isPending} label="Loading">
        <Skeleton className="m-4 h-40" />
      </WhileLoading>
      {vendor ? (
        <>
          <div className="flex flex-col gap-2.5 px-4 pt-4">
            {items.length > 1 ? (
              <Segmented
                label="PSA"
                value={vendor.provider}
                options={items.map((item) => ({ value: item.provider, label: item.label }))}
                onChange={(provider) => {
                  setChosen(provider);
                  connect.reset();
                }}
                className="max-w-full self-start"
              />
            ) : null}
            {replaces ? (
              <p className="text-row text-muted-foreground">
                One PSA is in use at a time: {replaces} is turned off when this one is connected, and can be turned on
                again.
              </p>
            ) : null}
          </div>
          {demo && vendor.provider !== "connectwise" ? <Simulated vendor={vendor} onDone={onDone} /> : null}
          <SignInForm
            key={vendor.provider}
            vendor={vendor}
            submit={`Connect ${vendor.label}`}
            busy={connect.isPending}
            error={connect.error}
            onSubmit={(signIn) => connect.mutate(signIn, onDone ? { onSuccess: onDone } : {})}
            {...(onDone ? { onCancel: onDone } : {})}
          />
        </>
      ) : null}
    </Card>
  );
}

/** The demo workspace has a simulator of it: one press connects it. */
function Simulated({
  vendor,
  onDone,
}: {
  readonly vendor: PsaVendor;
  readonly onDone: (() => void) | undefined;
}): ReactNode {
  const connect = useConnectDemo();
  return (
    <div className="mx-4 mt-4 flex flex-wrap items-center gap-3 rounded-card border border-default bg-sidebar px-3.5 py-2.5">
      <p className="min-w-50 flex-1 text-row text-primary">
        The demo has a simulated {vendor.label} over the same invented clients and tickets.
      </p>
      <Button
        size="lane"
        busy={connect.isPending}
        onClick={() => connect.mutate(vendor.provider, onDone ? { onSuccess: onDone } : {})}
      >
        Connect the simulated {vendor.label}
      </Button>
      {connect.error ? <InlineError title="Not connected" error={connect.error} className="w-full" /> : null}
    </div>
  );
}

/** One connection: what it signs in with, what the last test found, and what may be done with it. */
function ConnectionCard({ connection }: { readonly connection: PsaConnection }): ReactNode {
  const [open, setOpen] = useState<"keys" | "edit" | null>(null);
  const check = useCheckConnection(connection.id);
  const change = useChangeConnection(connection.id);
  const advice = statusAdvice(connection);
  const { user } = useSignedIn();
  const close = () => setOpen(null);
  return (
    <Card
      title={connection.name}
      actions={
        <Button size="lane" icon={RotateCw} busy={check.isPending} onClick={() => check.mutate()}>
          Test again
        </Button>
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
      <div className="flex gap-1 px-2 pb-2.5">
        <Button size="lane" variant="ghost" onClick={() => setOpen(open === "keys" ? null : "keys")}>
          Change keys
        </Button>
        <Button size="lane" variant="ghost" onClick={() => setOpen(open === "edit" ? null : "edit")}>
          Edit
        </Button>
      </div>
      {open ? <Change connection={connection} what={open} onDone={close} /> : null}
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
          {connection.check_seconds === null ? null : `, ${connection.check_seconds} s`}
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

interface ChangeProps {
  readonly connection: PsaConnection;
  readonly what: "keys" | "edit";
  readonly onDone: () => void;
}

function Change({ connection, what, onDone }: ChangeProps): ReactNode {
  const vendor = useVendors().data?.items.find((item) => item.provider === connection.provider);
  const rotate = useRotate(connection.id);
  const edit = useChangeConnection(connection.id);
  if (!vendor) {
    return <Skeleton className="m-4 h-24" />;
  }
  const done = { onSuccess: onDone };
  return (
    <div className="border-t border-default">
      <SignInForm
        key={what}
        vendor={vendor}
        stored={connection.config}
        {...(what === "keys" ? { only: "keys" as const } : {})}
        submit={what === "keys" ? "Store new keys" : "Store changes"}
        busy={rotate.isPending || edit.isPending}
        error={what === "keys" ? rotate.error : edit.error}
        onCancel={onDone}
        onSubmit={({ config, secrets }) => {
          if (what === "keys") {
            rotate.mutate(secrets, done);
            return;
          }
          const typed = Object.fromEntries(
            Object.entries(config).filter(([name, value]) => value || !connection.config[name]),
          );
          edit.mutate({ version: connection.version, config: typed, secrets }, done);
        }}
      />
    </div>
  );
}
