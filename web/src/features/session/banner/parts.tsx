import type { LucideIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Fix } from "@/api/session-types";
import { Button, type ButtonProps, Input, Pill, Textarea, TONE, type Tone } from "@/components/ui";
import { cx } from "@/lib/cx";
import { useDraft } from "@/lib/drafts";
import { scrub } from "@/lib/secrets";
import { clock, useNow } from "@/lib/time";

interface FrameProps {
  readonly tone: Tone;
  readonly size?: "full" | "compact" | "strip";
  readonly children: ReactNode;
  readonly className?: string;
}

/** The banner's ground: tint from strong to weak, the role's edge at the left; actions wrap below 720 of its container. */
export function BannerFrame({ tone, size = "full", children, className }: FrameProps): ReactNode {
  return (
    <div
      className={cx(
        TONE[tone],
        "bg-banner relative flex flex-none items-center gap-3.5 border-t border-role-tint before:absolute before:-top-px before:bottom-0 before:left-0 before:w-0.75 before:bg-role-edge before:forced-color-adjust-none",
        size === "full" && "px-5 pb-3.5 pt-3 @max-[719px]:flex-wrap @max-[719px]:gap-y-2.5 max-sm:px-4",
        size === "compact" && "px-5 pb-2.75 pt-2.5 max-sm:px-4",
        size === "strip" && "gap-2.5 px-5 max-sm:px-4",
        className,
      )}
    >
      {children}
    </div>
  );
}

export function Tile({
  icon: Icon,
  pulse = false,
}: {
  readonly icon: LucideIcon;
  readonly pulse?: boolean;
}): ReactNode {
  return (
    <span
      aria-hidden
      className={cx(
        "relative mt-px grid size-7 flex-none place-items-center self-start rounded-md bg-role-pill text-role",
        pulse &&
          "before:absolute before:inset-0 before:animate-ring before:rounded-md before:border-2 before:border-role-tint motion-reduce:before:hidden",
      )}
    >
      <Icon size={16} />
    </span>
  );
}

export function BannerText({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className="min-w-0 flex-1 @max-[719px]:basis-[calc(100%-42px)]">{children}</div>;
}

export function BannerEyebrow({
  words,
  pill,
  pillRole,
}: {
  readonly words: string;
  readonly pill?: string;
  readonly pillRole?: Tone;
}): ReactNode {
  return (
    <p className="flex h-4.5 items-center gap-2">
      <span className="eyebrow whitespace-nowrap text-role">{words}</span>
      {pill ? (
        pillRole ? (
          <Pill tone={pillRole}>{pill}</Pill>
        ) : (
          <span className="inline-flex h-4.5 items-center whitespace-nowrap rounded-full bg-role-pill px-1.75 text-pill font-semibold text-role tabular-nums forced-colors:border">
            {pill}
          </span>
        )
      ) : null}
    </p>
  );
}

export function BannerTitle({ children }: { readonly children: ReactNode }): ReactNode {
  return <h2 className="mt-1 text-body leading-[1.35] tracking-[-0.005em] [overflow-wrap:anywhere]">{children}</h2>;
}

/** A quiet line under the title: what was run, and how. */
export function BannerLine({
  icon: Icon,
  children,
}: {
  readonly icon: LucideIcon;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <p className="mt-1.5 flex items-center gap-1.5 text-hint leading-[1.4] text-muted-foreground">
      <Icon size={13} className="flex-none text-role" aria-hidden />
      {children}
    </p>
  );
}

export function BannerActions({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className="flex flex-none flex-wrap items-center justify-end gap-1.5 @max-[719px]:basis-full">{children}</div>
  );
}

/** A quiet button on a tint: readable words, its hover in the tint. */
export function BannerGhost(props: ButtonProps): ReactNode {
  return (
    <Button
      {...props}
      variant="ghost"
      size={props.size ?? "banner"}
      className={cx("!px-2.5 !text-primary hover:!bg-role-pill", props.className)}
    />
  );
}

/** "Applied 14:24 - 2 m ago"; goes on counting. */
export function useAppliedWords(fix: Fix): string {
  const now = useNow();
  if (!fix.applied_at) {
    return "";
  }
  const applied = new Date(fix.applied_at);
  const minutes = Math.max(0, Math.floor((now.getTime() - applied.getTime()) / 60_000));
  const age = minutes < 1 ? "just now" : minutes < 60 ? `${minutes} m ago` : `${Math.floor(minutes / 60)} h ago`;
  return `Applied ${clock(applied)} - ${age}`;
}

interface InlineNoteProps {
  readonly question: string;
  /** Where what is typed is kept until the outcome is recorded. */
  readonly draftKey: string;
  readonly initial?: string;
  readonly lines: "one" | "many";
  readonly placeholder: string;
  /** A blank note cannot be sent. */
  readonly required: boolean;
  readonly submit: string;
  readonly variant: "danger" | "info";
  readonly busy: boolean;
  readonly error: string | null;
  readonly onSubmit: (text: string) => void;
  readonly onCancel: () => void;
}

const MAX = 500;

/** A note written inside the banner: why it did not work, or what was applied and what remains. */
export function InlineNote(props: InlineNoteProps): ReactNode {
  const { question, initial = "", lines, required, busy, error } = props;
  const draft = useDraft(props.draftKey, scrub);
  const [touched, setTouched] = useState(false);
  const text = touched || draft.text ? draft.text : initial;
  const setText = (next: string) => {
    setTouched(true);
    draft.setText(next);
  };
  const cancel = () => {
    draft.discard();
    props.onCancel();
  };
  const blank = text.trim() === "";
  const submit = () => {
    if (!busy && !(required && blank)) {
      props.onSubmit(text.trim());
    }
  };
  const shared = {
    autoFocus: true,
    "aria-label": question,
    maxLength: MAX,
    placeholder: props.placeholder,
    value: text,
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        cancel();
      } else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        submit();
      }
    },
  };
  return (
    <div className="basis-full pl-10.5">
      <div className="flex items-start gap-2 @max-[719px]:flex-wrap">
        <div className="min-w-0 flex-1 @max-[719px]:basis-full">
          {lines === "one" ? (
            <Input {...shared} className="!h-8.75" onChange={(event) => setText(event.target.value)} />
          ) : (
            <Textarea {...shared} growTo={120} onChange={(event) => setText(event.target.value)} />
          )}
          {error ? (
            <p role="alert" className="mt-1 text-hint text-danger">
              {error}
            </p>
          ) : null}
        </div>
        <BannerGhost onClick={cancel}>Cancel</BannerGhost>
        <Button
          variant={props.variant}
          size="banner"
          busy={busy}
          disabledReason={required && blank ? "Write what was applied first" : null}
          onClick={submit}
        >
          {props.submit}
        </Button>
      </div>
    </div>
  );
}
