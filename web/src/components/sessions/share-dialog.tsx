import { Check, Copy, Eye, Link2, MessagesSquare } from "lucide-react";
import { type ReactNode, useState } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import { type ShareOut, useCreateShare, useRevokeShare, useShares } from "@/api/shares";
import {
  Button,
  ConfirmButton,
  Dialog,
  Field,
  InlineError,
  Input,
  Pill,
  Select,
  Skeleton,
  Switch,
} from "@/components/ui";
import { useCopy } from "@/lib/hooks";
import { shortTime } from "@/lib/time";

const DAYS = [1, 3, 7, 14, 30, 90, 180, 365];
const USUAL = 7;

interface ShareDialogProps {
  readonly id: string;
  readonly title: string;
  readonly onClose: () => void;
}

/** Makes a link that shows one session without a sign-in, and lists those that were made. */
export function ShareDialog({ id, title, onClose }: ShareDialogProps): ReactNode {
  const read = useShares(id);
  const [url, setUrl] = useState<string | null>(null);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Share link"
      description={`Anyone with the link can read "${title}" without signing in. Names, e-mail addresses, ticket numbers, outputs and internal notes are left out.`}
      footer={<Button onClick={onClose}>Done</Button>}
    >
      {read.isPending ? (
        <div className="grid gap-3" aria-hidden>
          <Skeleton className="h-9" />
          <Skeleton className="h-9" />
          <Skeleton className="h-9 w-40" />
        </div>
      ) : read.isError && !read.data ? (
        <InlineError
          title="Links could not be read"
          error={read.error}
          onRetry={() => void read.refetch()}
          retrying={read.isFetching}
        />
      ) : (
        <div className="grid gap-5">
          {url ? (
            <MadeLink url={url} onAnother={() => setUrl(null)} />
          ) : read.data.enabled ? (
            <NewLink id={id} maxDays={read.data.max_days} onMade={setUrl} />
          ) : (
            <SwitchedOff />
          )}
          <Links id={id} items={read.data.items} />
        </div>
      )}
    </Dialog>
  );
}

function SwitchedOff(): ReactNode {
  const { user } = useSignedIn();
  return (
    <p className="rounded-card border border-dashed border-hover px-3.5 py-3 text-row text-muted-foreground">
      Share links are switched off for your account; links made earlier do not open.{" "}
      {hasRole(user, "admin") ? "You can switch them on in the preferences." : "An admin can switch them on."}
    </p>
  );
}

function NewLink(props: {
  readonly id: string;
  readonly maxDays: number;
  readonly onMade: (url: string) => void;
}): ReactNode {
  const { id, maxDays, onMade } = props;
  const choices = [...new Set([...DAYS.filter((days) => days < maxDays), maxDays])];
  const [days, setDays] = useState(Math.min(USUAL, maxDays));
  const [label, setLabel] = useState("");
  const [conversation, setConversation] = useState(false);
  const create = useCreateShare(id);
  const submit = () =>
    create.mutate(
      {
        expires_in_days: days,
        include_conversation: conversation,
        ...(label.trim() ? { label: label.trim() } : {}),
      },
      // The address people use here is the one the link is opened at.
      { onSuccess: (made) => onMade(new URL(new URL(made.url).pathname, window.location.origin).href) },
    );
  return (
    <form
      className="grid gap-3.5"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="grid grid-cols-[minmax(0,1fr)_140px] gap-3 max-sm:grid-cols-1">
        <Field label="For whom" hint="Optional, only your team sees it" counter={{ length: label.length, max: 100 }}>
          <Input
            value={label}
            maxLength={100}
            placeholder="For example the client's IT contact"
            onChange={(event) => setLabel(event.target.value)}
          />
        </Field>
        <Field label="Works for">
          <Select value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {choices.map((choice) => (
              <option key={choice} value={choice}>
                {choice === 1 ? "1 day" : `${choice} days`}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Switch
        label="Include the conversation"
        hint="What was said, without names and outputs"
        checked={conversation}
        onChange={setConversation}
      />
      {create.isError ? <InlineError title="No link was made" error={create.error} /> : null}
      <div>
        <Button type="submit" variant="primary" icon={Link2} busy={create.isPending}>
          Create link
        </Button>
      </div>
    </form>
  );
}

function MadeLink({ url, onAnother }: { readonly url: string; readonly onAnother: () => void }): ReactNode {
  const { copied, copy } = useCopy();
  return (
    <section aria-label="New link" className="role-success bg-role-block rounded-card border border-role-tint p-3.5">
      <p className="mb-2 text-row text-primary">
        The link is ready. It is shown only now: copy it before you close this.
      </p>
      <div className="flex gap-2 max-sm:flex-col">
        <Input
          readOnly
          aria-label="Link"
          value={url}
          onFocus={(event) => event.currentTarget.select()}
          className="font-mono !text-mono"
        />
        <Button icon={copied ? Check : Copy} variant="primary" onClick={() => void copy(url)}>
          {copied ? "Copied" : "Copy link"}
        </Button>
      </div>
      <Button size="nudge" variant="ghost" className="mt-2 -ml-1.5" onClick={onAnother}>
        Create another
      </Button>
    </section>
  );
}

function Links({ id, items }: { readonly id: string; readonly items: readonly ShareOut[] }): ReactNode {
  const revoke = useRevokeShare(id);
  if (items.length === 0) {
    return null;
  }
  return (
    <section aria-label="Links made">
      <h3 className="eyebrow mb-1.5 text-muted">Links made</h3>
      <ul className="overflow-hidden rounded-card border border-default">
        {items.map((item) => (
          <li
            key={item.id}
            className="flex min-h-12.75 items-center gap-3 border-b border-default px-3.5 py-2 last:border-b-0"
          >
            <div className="min-w-0 flex-1">
              <p className="flex items-center gap-2 text-row font-medium text-primary">
                <span className="truncate">{item.label ?? "Without a name"}</span>
                {item.live ? null : <Pill outline>{endOf(item)}</Pill>}
              </p>
              <p className="flex flex-wrap items-center gap-x-2.5 text-hint text-muted-foreground">
                <span>
                  {item.created_by_name}, {shortTime(new Date(item.created_at))}
                </span>
                {item.live ? <span>until {dayOf(item.expires_at)}</span> : null}
                <span className="inline-flex items-center gap-1">
                  <Eye size={12} aria-hidden />
                  {viewsOf(item)}
                </span>
                {item.include_conversation ? (
                  <span className="inline-flex items-center gap-1">
                    <MessagesSquare size={12} aria-hidden />
                    with conversation
                  </span>
                ) : null}
              </p>
            </div>
            {item.revoked_at === null && item.live ? (
              <ConfirmButton
                size="nudge"
                question="Confirm revoke?"
                busy={revoke.isPending && revoke.variables.id === item.id}
                onConfirm={() => revoke.mutate(item)}
              >
                Revoke
              </ConfirmButton>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function endOf(item: ShareOut): string {
  if (item.revoked_at) {
    return "Revoked";
  }
  return new Date(item.expires_at) <= new Date() ? "Ended" : "Switched off";
}

function viewsOf(item: ShareOut): string {
  const { view_count: count } = item;
  if (count === 0) {
    return "not opened yet";
  }
  const last = item.last_viewed_at ? `, last ${shortTime(new Date(item.last_viewed_at))}` : "";
  return `${count} ${count === 1 ? "view" : "views"}${last}`;
}

function dayOf(stamp: string): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }).format(new Date(stamp));
}
