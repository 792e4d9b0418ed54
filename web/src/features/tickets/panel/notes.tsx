import { Eye, Lock } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { NoteOut } from "@/api/tickets";
import { Avatar, Pill, TextButton, Time } from "@/components/ui";
import { NoteText } from "@/components/ui/note-text";
import { cx } from "@/lib/cx";
import { Section, type SectionState } from "./section";

const AT_FIRST = 3;
const LONG = 420;

/** The notes of a ticket, newest first, each with who can see it. */
export function Notes({ state, me }: { readonly state: SectionState<NoteOut>; readonly me: string }): ReactNode {
  const [all, setAll] = useState(false);
  const more = (state.items?.length ?? 0) > AT_FIRST;
  return (
    <Section
      title="Notes"
      state={state}
      empty="No notes yet."
      aside={
        more ? (
          <TextButton aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Show fewer" : "Show all"}
          </TextButton>
        ) : null
      }
    >
      {(items) => (
        <ol className="flex flex-col">
          {(all ? items : items.slice(0, AT_FIRST)).map((note) => (
            <Note key={note.id} note={note} mine={note.author === me} />
          ))}
        </ol>
      )}
    </Section>
  );
}

const KINDS = { staff: "", customer: "customer", system: "system" } as const;

function Note({ note, mine }: { readonly note: NoteOut; readonly mine: boolean }): ReactNode {
  const [open, setOpen] = useState(false);
  const internal = note.visibility === "internal";
  const Icon = internal ? Lock : Eye;
  const long = note.text.length > LONG || note.text.split("\n").length > 8;
  return (
    <li className="grid grid-cols-[22px_minmax(0,1fr)] gap-x-2.25 border-b border-default py-2.5 first:pt-0 last:border-b-0 last:pb-0">
      <span aria-hidden className="pt-px">
        <Avatar name={note.author} size={22} {...(mine ? { tone: "accent" as const } : {})} />
      </span>
      <div className="min-w-0">
        <p className="flex min-h-5.5 flex-wrap items-center gap-x-2 gap-y-0.5 text-row">
          <span className="font-medium text-primary">{note.author}</span>
          {KINDS[note.author_kind] ? <span className="text-hint text-muted">{KINDS[note.author_kind]}</span> : null}
          <span className="inline-flex items-center gap-1 text-hint text-muted-foreground">
            <Icon size={12} aria-hidden />
            {internal ? "Internal only" : "Customer can see this"}
          </span>
          {note.ours ? <Pill tone="info">ResolutionFlow</Pill> : null}
          <Time value={note.created_at} className="ml-auto font-mono text-mono text-muted" />
        </p>
        {note.ours ? (
          // Written here, so its marks are known; what others write is shown as it stands.
          <div
            className={cx("mt-0.5 text-row leading-normal text-primary", long && !open && "max-h-33 overflow-hidden")}
          >
            <NoteText markdown={note.text} />
          </div>
        ) : (
          <p
            className={cx(
              "mt-0.5 whitespace-pre-wrap text-row leading-normal text-muted-foreground [overflow-wrap:anywhere]",
              long && !open && "line-clamp-6",
            )}
          >
            {note.text}
          </p>
        )}
        {long ? (
          <TextButton className="mt-0.5" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Show less" : "Show all of it"}
          </TextButton>
        ) : null}
      </div>
    </li>
  );
}
