import { type ReactNode, useState } from "react";
import { type SessionUpdate, useUpdates } from "@/api/updates";
import { InlineError, Skeleton, TextButton } from "@/components/ui";
import { useLoadingShown } from "@/lib/hooks";
import { clock } from "@/lib/time";
import { useSession } from "../context";
import { Withdrawn } from "./withdrawn";
import { AUDIENCE_WORD, fateOf } from "./words";

/** What was told before, newest first, each with what became of it. */
export function EarlierUpdates(): ReactNode {
  const { id, detail } = useSession();
  const updates = useUpdates(id);
  const loading = useLoadingShown(updates.isPending);
  return (
    <section aria-label="Earlier updates" className="mt-5 border-t border-default pt-3">
      <h3 className="eyebrow text-muted">Earlier updates</h3>
      {loading ? <Skeleton className="mt-2 h-12" /> : null}
      {updates.error && !updates.data ? (
        <InlineError
          className="mt-2"
          title="They could not be loaded"
          error={updates.error}
          onRetry={() => void updates.refetch()}
        />
      ) : null}
      {updates.data?.length === 0 ? (
        <p className="mt-1.5 text-row text-muted-foreground">Nothing was shared yet.</p>
      ) : null}
      <ul>
        {updates.data?.map((update) => (
          <Row key={update.id} update={update} ticket={detail.ticket_ref} />
        ))}
      </ul>
    </section>
  );
}

function Row({ update, ticket }: { readonly update: SessionUpdate; readonly ticket: string | null }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <li className="border-b border-default py-2 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-2 text-row">
        <span className="font-semibold text-primary">{AUDIENCE_WORD[update.audience]}</span>
        <span className="text-muted-foreground">{fateOf(update, ticket)}</span>
        <span className="ml-auto font-mono text-mono text-muted">
          {update.created_by.name}, {clock(new Date(update.created_at))}
        </span>
      </div>
      {update.withdrawn_facts.length > 0 ? <Withdrawn facts={update.withdrawn_facts} /> : null}
      <p
        className={
          open
            ? "mt-1 whitespace-pre-wrap text-row text-primary [overflow-wrap:anywhere]"
            : "mt-0.5 truncate text-row text-muted-foreground"
        }
      >
        {open && update.subject ? `${update.subject}\n\n${update.markdown}` : update.markdown}
      </p>
      <TextButton className="!mx-0 !px-0 !text-hint" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "Show less" : "Show all"}
      </TextButton>
    </li>
  );
}
