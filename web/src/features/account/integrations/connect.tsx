import { type ReactNode, useEffect, useRef } from "react";
import { useSignedIn } from "@/api/auth";
import { type PsaVendor, useConnect, useConnectDemo, useVendors } from "@/api/connections";
import { Button, Card, InlineError, Segmented, Skeleton, TextButton, WhileLoading } from "@/components/ui";
import type { SignInDraft } from "./sign-in-draft";
import { SignInForm } from "./sign-in-form";

interface ConnectCardProps {
  readonly draft: SignInDraft;
  /** The name of the connection that is in use now. */
  readonly replaces: string | null;
  /** Leaves the form; what was typed goes. */
  readonly onCancel?: () => void;
  readonly onDone: () => void;
}

/** Making a connection: which PSA, its sign-in, and in the demo the simulated one in a press. */
export function ConnectCard({ draft, replaces, onCancel, onDone }: ConnectCardProps): ReactNode {
  const vendors = useVendors();
  const connect = useConnect();
  const items = vendors.data?.items ?? [];
  const demo = useSignedIn().account.is_demo;
  const vendor = items.find((item) => item.provider === draft.provider) ?? items[0];
  const box = useRef<HTMLDivElement>(null);
  const besides = replaces !== null;
  useEffect(() => {
    if (besides) {
      box.current?.scrollIntoView({ block: "start" });
    }
  }, [besides]);
  return (
    <div ref={box} className="scroll-mt-4">
      <Card title="Connect a PSA">
        {vendors.error ? (
          <InlineError
            title="The PSAs could not be listed"
            error={vendors.error}
            onRetry={() => void vendors.refetch()}
            className="m-3"
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
                    draft.choose(provider);
                    connect.reset();
                  }}
                  className="max-w-full self-start"
                />
              ) : null}
              {draft.begun && (draft.restored || !onCancel) ? (
                <p className="text-hint text-muted-foreground">
                  {draft.restored ? "Draft restored; typed keys are never kept. " : null}
                  <TextButton tone="accent" className="!text-hint" onClick={onCancel ?? draft.discard}>
                    {draft.restored ? "Discard" : "Discard what was typed"}
                  </TextButton>
                </p>
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
              config={draft.configOf(vendor.provider) ?? {}}
              onConfig={(config) => draft.type(vendor.provider, config)}
              submit={`Connect ${vendor.label}`}
              busy={connect.isPending}
              error={connect.error}
              onSubmit={(signIn) => connect.mutate(signIn, { onSuccess: onDone })}
              {...(onCancel ? { onCancel } : {})}
            />
          </>
        ) : null}
      </Card>
    </div>
  );
}

/** The demo workspace has a simulator of it: one press connects it. */
function Simulated({ vendor, onDone }: { readonly vendor: PsaVendor; readonly onDone: () => void }): ReactNode {
  const connect = useConnectDemo();
  return (
    <div className="mx-4 mt-4 flex flex-wrap items-center gap-3 rounded-card border border-default bg-sidebar px-3.5 py-2.5">
      <p className="min-w-50 flex-1 text-row text-primary">
        The demo has a simulated {vendor.label} over the same invented clients and tickets.
      </p>
      <Button
        size="lane"
        busy={connect.isPending}
        onClick={() => connect.mutate(vendor.provider, { onSuccess: onDone })}
      >
        Connect the simulated {vendor.label}
      </Button>
      {connect.error ? <InlineError title="Not connected" error={connect.error} className="w-full" /> : null}
    </div>
  );
}
