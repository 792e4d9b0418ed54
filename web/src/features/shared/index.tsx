import { CircleAlert, CircleCheck, CircleX, Link2Off, type LucideIcon, Printer, UserCheck } from "lucide-react";
import type { ReactNode } from "react";
import { type SharedSession, useSharedSession } from "@/api/shares";
import { Logo } from "@/components/shell/logo";
import { Button, InlineError, Pill, Skeleton, TONE, type Tone, WhileLoading } from "@/components/ui";
import { NoteText } from "@/components/ui/note-text";
import { isApiError } from "@/lib/api-error";
import { cx } from "@/lib/cx";
import { useTitle } from "@/lib/hooks";

/** What a share link shows: one session, to read and to print, without a sign-in. */
export function SharedSessionPage({ token }: { readonly token: string }): ReactNode {
  const read = useSharedSession(token);
  useTitle(read.data?.title ?? "Shared session");
  return (
    <div className="min-h-dvh bg-page text-primary print:bg-transparent">
      <header data-print="hide" className="border-b border-default bg-sidebar">
        <div className="mx-auto flex h-14 max-w-190 items-center gap-2.5 px-5">
          <Logo />
          <span className="text-bubble font-medium text-muted-foreground">Shared session</span>
          {read.data ? (
            <Button className="ml-auto" icon={Printer} onClick={() => window.print()}>
              Print
            </Button>
          ) : null}
        </div>
      </header>
      <main className="mx-auto max-w-190 px-5 pb-16 pt-8 max-sm:pt-5 print:max-w-none print:px-0 print:pt-0">
        <WhileLoading loading={read.isPending} label="Loading the session">
          <Loading />
        </WhileLoading>
        {read.data ? (
          <Story session={read.data} />
        ) : isApiError(read.error, "share_not_found") ? (
          <Dead />
        ) : read.isError ? (
          <>
            <h1 className="sr-only">Shared session</h1>
            <InlineError
              title="The session could not be read"
              error={read.error}
              onRetry={() => void read.refetch()}
              retrying={read.isFetching}
            />
          </>
        ) : null}
      </main>
    </div>
  );
}

function Loading(): ReactNode {
  return (
    <div aria-hidden className="grid gap-4">
      <Skeleton className="h-7 w-3/4" />
      <Skeleton className="w-56" />
      <Skeleton className="mt-4 h-28" />
      <Skeleton className="h-40" />
    </div>
  );
}

function Dead(): ReactNode {
  return (
    <div className="mx-auto max-w-md pt-[10dvh] text-center">
      <Link2Off size={24} className="mx-auto mb-3 text-muted" aria-hidden />
      <h1 className="text-section">This link does not work</h1>
      <p className="mt-1.5 text-body text-muted-foreground">
        It is not valid, has ended or was withdrawn. Ask the person who sent it for a new one.
      </p>
    </div>
  );
}

const STATES: Record<SharedSession["state"], { readonly tone: Tone; readonly word: string }> = {
  open: { tone: "accent", word: "Being worked on" },
  resolved: { tone: "success", word: "Resolved" },
  closed: { tone: "neutral", word: "Closed" },
};

function Story({ session }: { readonly session: SharedSession }): ReactNode {
  const state = STATES[session.state];
  return (
    <article>
      <h1 className="text-page leading-tight text-heading max-sm:text-section">{session.title}</h1>
      <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-row text-muted-foreground">
        <Pill tone={state.tone}>{state.word}</Pill>
        <span>Opened {stamp(session.opened_at)}</span>
        <span>
          {session.resolved_at ? `Resolved ${stamp(session.resolved_at)}` : `Last change ${stamp(session.updated_at)}`}
        </span>
      </p>
      {session.problem ? (
        <Part title="Problem">
          <p className="whitespace-pre-wrap break-words">{session.problem}</p>
        </Part>
      ) : null}
      {session.resolution_markdown ? (
        <Part title="Resolution note">
          <div className="rounded-card border border-default bg-card px-5 py-4 print:border-0 print:px-0 print:py-0">
            <NoteText markdown={session.resolution_markdown} />
          </div>
        </Part>
      ) : null}
      {session.facts.length > 0 ? (
        <Part title="What we know">
          <ul className="grid gap-2">
            {session.facts.map((fact) => (
              <Fact key={fact.text} fact={fact} />
            ))}
          </ul>
        </Part>
      ) : null}
      {session.fixes.length > 0 ? (
        <Part title="What was tried">
          <ul className="overflow-hidden rounded-card border border-default bg-card">
            {session.fixes.map((fix) => (
              <Fix key={`${fix.title} ${fix.at}`} fix={fix} />
            ))}
          </ul>
        </Part>
      ) : null}
      {session.messages ? <Conversation session={session} messages={session.messages} /> : null}
      {nothing(session) ? (
        <p className="mt-7 rounded-card border border-dashed border-hover px-4 py-5 text-center text-row text-muted-foreground">
          Nothing is confirmed yet. Open this link again later: it always shows how things stand.
        </p>
      ) : null}
      <footer className="mt-10 border-t border-default pt-3 text-hint text-muted-foreground">
        Read only. Names, addresses, ticket numbers and outputs are left out. The link works until{" "}
        {stamp(session.expires_at)}.
      </footer>
    </article>
  );
}

function nothing(session: SharedSession): boolean {
  return (
    session.facts.length === 0 &&
    session.fixes.length === 0 &&
    !session.resolution_markdown &&
    !session.messages?.length
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section aria-label={title} className="mt-7 text-body leading-relaxed">
      <h2 className="eyebrow mb-2 text-muted">{title}</h2>
      {children}
    </section>
  );
}

function Fact({ fact }: { readonly fact: SharedSession["facts"][number] }): ReactNode {
  const Icon = fact.confirmed_by_person ? UserCheck : CircleCheck;
  return (
    <li className="role-success grid grid-cols-[16px_minmax(0,1fr)] gap-x-2.5 break-inside-avoid rounded-card border border-default bg-card px-3.5 py-2.5 print:border-0 print:px-0 print:py-1">
      <Icon size={16} className="mt-0.75 text-role-edge" aria-hidden />
      <span>
        <span className="whitespace-pre-wrap break-words">{fact.text}</span>
        <span className="block text-hint text-muted-foreground">
          {fact.confirmed_by_person ? "Confirmed by an engineer" : "Proven by what was checked"}
        </span>
      </span>
    </li>
  );
}

const OUTCOMES: Record<
  SharedSession["fixes"][number]["outcome"],
  { readonly tone: Tone; readonly word: string; readonly icon: LucideIcon }
> = {
  worked: { tone: "success", word: "Worked", icon: CircleCheck },
  partly: { tone: "info", word: "Partly worked", icon: CircleAlert },
  did_not_work: { tone: "danger", word: "Did not work", icon: CircleX },
};

function Fix({ fix }: { readonly fix: SharedSession["fixes"][number] }): ReactNode {
  const { tone, word, icon: Icon } = OUTCOMES[fix.outcome];
  return (
    <li
      className={cx(
        TONE[tone],
        "flex flex-wrap items-center gap-x-2.5 gap-y-1 break-inside-avoid border-b border-default px-3.5 py-2.5 last:border-b-0",
      )}
    >
      <Icon size={16} className="flex-none text-role-edge" aria-hidden />
      <span className="min-w-0 flex-1 basis-48 break-words">{fix.title}</span>
      <span className="text-row font-medium text-role">{word}</span>
      {fix.at ? <span className="text-row text-muted-foreground">{stamp(fix.at)}</span> : null}
    </li>
  );
}

function Conversation(props: {
  readonly session: SharedSession;
  readonly messages: NonNullable<SharedSession["messages"]>;
}): ReactNode {
  return (
    <Part title="Conversation">
      {props.session.more_messages ? (
        <p className="mb-2 text-row text-muted-foreground">Older messages are left out.</p>
      ) : null}
      {props.messages.length === 0 ? <p className="text-muted-foreground">Nothing was said yet.</p> : null}
      <ol className="grid gap-3">
        {props.messages.map((message) => (
          <li
            key={`${message.at} ${message.text}`}
            className={cx(
              "max-w-[88%] break-inside-avoid rounded-bubble border border-default px-3.5 py-2.5 max-sm:max-w-full print:max-w-full",
              message.from_pilot ? "bg-card" : "justify-self-end bg-elevated",
            )}
          >
            <p className="mb-1 font-mono text-mono text-muted-foreground">
              {message.from_pilot ? "FlowPilot" : "Engineer"}, {stamp(message.at)}
            </p>
            <p className="whitespace-pre-wrap break-words text-bubble">{message.text}</p>
          </li>
        ))}
      </ol>
    </Part>
  );
}

const STAMP = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

function stamp(at: string): string {
  return STAMP.format(new Date(at));
}
