import { ArrowRight, CircleCheck, CircleDashed, Clock, LoaderCircle, Lock, Pencil, RefreshCw, X } from "lucide-react";
import { type ReactNode, useMemo, useRef, useState } from "react";
import type { NotePreview, WritePreview } from "@/api/write-types";
import { Button, Chip, IconButton, Skeleton, TextButton } from "@/components/ui";
import { useSession } from "../context";
import { PanelTitle } from "./panel";

interface HeadProps {
  readonly state: "current" | "updating" | "old";
  readonly write: WritePreview | undefined;
  readonly onRefresh: () => void;
  readonly editing: boolean;
  readonly editable: boolean;
  readonly onEdit: () => void;
  readonly onClose: () => void;
}

export function NoteHead({ state, write, onRefresh, editing, editable, onEdit, onClose }: HeadProps): ReactNode {
  const { detail } = useSession();
  return (
    <header className="flex flex-none items-center gap-2 border-b border-default py-2.75 pl-4 pr-2.5">
      <div className="min-w-0 flex-1">
        <PanelTitle>Resolution note</PanelTitle>
        <p className="flex min-w-0 flex-wrap items-center gap-x-1.75 text-row text-muted-foreground">
          {detail.ticket_ref ? (
            <Chip kind="ref" className="!h-auto !bg-transparent !px-0">
              {detail.ticket_ref}
            </Chip>
          ) : (
            "Not linked to a ticket"
          )}
          {write?.target_status ? (
            <span className="flex min-w-0 items-center gap-1.5 truncate">
              <span aria-hidden className="size-0.75 rounded-full bg-muted" />
              {write.status?.name ?? "Unknown"}
              <ArrowRight size={13} className="text-muted" aria-label="to" />
              <span className="text-primary">{write.target_status.name}</span>
            </span>
          ) : null}
        </p>
      </div>
      <StateWord state={state} />
      <IconButton icon={RefreshCw} label="Write it again" onClick={onRefresh} />
      {editable ? (
        <Button {...(editing ? {} : { icon: Pencil })} onClick={onEdit}>
          {editing ? "Done" : "Edit"}
        </Button>
      ) : null}
      <IconButton icon={X} label="Close" onClick={onClose} />
    </header>
  );
}

function StateWord({ state }: { readonly state: HeadProps["state"] }): ReactNode {
  const looks = {
    current: { icon: CircleCheck, word: "Current", look: "text-success" },
    updating: { icon: LoaderCircle, word: "Updating", look: "text-muted-foreground" },
    old: { icon: Clock, word: "From an older state", look: "text-warning" },
  } as const;
  const { icon: Icon, word, look } = looks[state];
  return (
    <span
      role="status"
      className={`inline-flex items-center gap-1.25 whitespace-nowrap text-hint font-medium ${look} max-sm:sr-only`}
    >
      <Icon size={13} className={state === "updating" ? "animate-spin" : ""} aria-hidden />
      {word}
    </span>
  );
}

/** Without evidence, and what was left out: one line with its details. */
export function NoteFacts({
  preview,
  unproven,
}: {
  readonly preview: NotePreview;
  readonly unproven: number;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const at = useRef(-1);
  const { masked_secrets: secrets, unverified_facts: facts } = preview.left_out;
  const left = useMemo(() => {
    const parts: string[] = [];
    if (secrets > 0) {
      parts.push(secrets === 1 ? "1 secret" : `${secrets} secrets`);
    }
    if (facts.length > 0) {
      parts.push(facts.length === 1 ? "1 unverified fact" : `${facts.length} unverified facts`);
    }
    return parts.join(", ");
  }, [secrets, facts.length]);
  if (unproven === 0 && !left) {
    return null;
  }
  const jump = () => {
    const marks = document.querySelectorAll<HTMLElement>("[data-unproven]");
    at.current = (at.current + 1) % Math.max(1, marks.length);
    marks[at.current]?.focus();
    marks[at.current]?.scrollIntoView({ block: "nearest" });
  };
  return (
    <div className="mx-4 mt-2.5 text-hint text-muted-foreground">
      <p className="flex flex-wrap items-center gap-1.75">
        {unproven > 0 ? (
          <button
            type="button"
            onClick={jump}
            className="inline-flex min-h-6 items-center gap-1.25 font-medium text-warning hover:underline"
          >
            <CircleDashed size={13} aria-hidden />
            {unproven} without evidence
          </button>
        ) : null}
        {left ? (
          <>
            <Lock size={13} className="text-muted" aria-hidden />
            <span>Left out: {left}</span>
            <TextButton tone="accent" className="!mx-0 !text-hint" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? "Hide" : "Show"}
            </TextButton>
          </>
        ) : null}
      </p>
      {open ? (
        <ul className="mt-1 list-disc pl-5">
          {secrets > 0 ? <li>Masked secrets are never written to a ticket.</li> : null}
          {facts.map((fact) => (
            <li key={fact.id}>{fact.text}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

export function NoteSkeleton(): ReactNode {
  return (
    <div role="status" className="flex flex-col gap-3">
      <span className="sr-only">Writing the note</span>
      {["w-20", "w-32", "w-24", "w-24"].map((width, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: four fixed rows
        <div key={index} className="flex flex-col gap-2">
          <Skeleton className={width} />
          <Skeleton className="w-full" />
          <Skeleton className="w-3/4" />
        </div>
      ))}
    </div>
  );
}
