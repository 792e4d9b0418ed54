import type { ReactNode } from "react";
import { type PsaConnection, useRegisterWebhook, useRemoveWebhook } from "@/api/connections";
import { usePsaName } from "@/api/psa";
import { Button, Card, ConfirmButton, InlineError, Pill, Time } from "@/components/ui";

/** Whether the PSA tells us of changed tickets at once. All works without it. */
export function LiveChanges({ connection }: { readonly connection: PsaConnection }): ReactNode {
  const register = useRegisterWebhook(connection.id);
  const remove = useRemoveWebhook(connection.id);
  const { webhook } = connection;
  const failed = register.error ?? remove.error;
  return (
    <Card
      title="Live ticket changes"
      count={<Pill tone={webhook.registered ? "success" : "neutral"}>{webhook.registered ? "On" : "Off"}</Pill>}
      actions={
        webhook.registered ? (
          <>
            <ConfirmButton
              size="lane"
              variant="ghost"
              question="Confirm remove?"
              busy={remove.isPending}
              onConfirm={() => remove.mutate()}
            >
              Remove
            </ConfirmButton>
            {webhook.reachable ? (
              <Button size="lane" busy={register.isPending} onClick={() => register.mutate()}>
                Set up anew
              </Button>
            ) : null}
          </>
        ) : webhook.reachable ? (
          <Button size="lane" busy={register.isPending} onClick={() => register.mutate()}>
            Set up
          </Button>
        ) : undefined
      }
    >
      <div className="flex flex-col gap-2 px-4 py-3 text-row text-muted-foreground">
        <State connection={connection} />
        {webhook.registered || webhook.reachable ? (
          <p>
            Called at <span className="font-mono text-mono text-primary [overflow-wrap:anywhere]">{webhook.url}</span>
            <span className="block text-hint">Its secret end is known to the PSA alone.</span>
          </p>
        ) : null}
        {failed ? <InlineError title={register.error ? "Not set up" : "Not removed"} error={failed} /> : null}
      </div>
    </Card>
  );
}

function State({ connection: { webhook } }: { readonly connection: PsaConnection }): ReactNode {
  const psa = usePsaName();
  if (!webhook.reachable) {
    return (
      <p className="text-primary">
        {psa} cannot call this server: it is known by <span className="font-mono text-mono">{host(webhook.url)}</span>,
        an address of its own machine. Nothing is lost: tickets refresh when they are opened. Whoever runs the server
        sets RF_BASE_URL to an address {psa} can reach, then this can be set up.
      </p>
    );
  }
  if (webhook.moved) {
    return (
      <p className="text-warning">
        This server has another address since, so calls of {psa} no longer arrive. Tickets refresh when they are opened.
        Set it up anew.
      </p>
    );
  }
  if (!webhook.registered) {
    return <p>Tickets refresh when they are opened. Set up, {psa} tells of a change at once and open pages follow.</p>;
  }
  return (
    <p>
      {psa} tells of changed tickets at once. Set up <Time value={webhook.registered_at} />.{" "}
      {webhook.last_call_at ? (
        <span className="text-primary">
          Last call: <Time value={webhook.last_call_at} />.
        </span>
      ) : (
        "No call came yet; the first comes with the next change of a ticket."
      )}
    </p>
  );
}

function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
