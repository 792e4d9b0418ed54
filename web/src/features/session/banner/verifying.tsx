import { CircleAlert, Clock, Ellipsis, ListOrdered, SquareTerminal } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Fix } from "@/api/session-types";
import { Button, IconButton, Menu } from "@/components/ui";
import { surfaceOf } from "../model/banner-state";
import { useSessionUi } from "../session-ui";
import {
  BannerActions,
  BannerEyebrow,
  BannerFrame,
  BannerLine,
  BannerText,
  BannerTitle,
  InlineNote,
  Tile,
  useAppliedWords,
} from "./parts";
import { noteKey, useOutcome } from "./use-outcome";

type Asking = "failed" | "partial" | null;

interface VerifyingProps {
  readonly fix: Fix;
  readonly canWrite: boolean;
  /** The note that is open from the start, after *No* in the nudge. */
  readonly ask?: Asking;
}

/** A fix that was carried out: did it work? Asks until a person says so. */
export function VerifyingBanner({ fix, canWrite, ask = null }: VerifyingProps): ReactNode {
  const { surface, set } = useSessionUi();
  const [asking, setAsking] = useState<Asking>(ask);
  const outcome = useOutcome(fix);
  const applied = useAppliedWords(fix);
  const withScript = fix.ai_drafted_script !== null;
  const frame = (title: string, below: ReactNode, actions: ReactNode) => (
    <BannerFrame tone="warning" className={asking ? "flex-wrap gap-y-2" : ""}>
      <Tile icon={Clock} pulse={!asking} />
      <BannerText>
        <BannerEyebrow words="Verifying" pill={applied} />
        <BannerTitle>{title}</BannerTitle>
        {asking ? null : below}
      </BannerText>
      {actions}
    </BannerFrame>
  );

  if (asking === "failed") {
    return frame(
      "What did you see?",
      null,
      <InlineNote
        question="What did you see?"
        draftKey={noteKey(fix, "failed")}
        lines="one"
        placeholder="One line, optional"
        required={false}
        submit="Record - Didn't work"
        variant="danger"
        busy={outcome.busy}
        error={null}
        onSubmit={outcome.failed}
        onCancel={() => setAsking(null)}
      />,
    );
  }
  if (asking === "partial") {
    return frame(
      "What was applied, and what remains?",
      null,
      <InlineNote
        question="What was applied, and what remains?"
        draftKey={noteKey(fix, "partial")}
        initial={fix.partial_notes ?? ""}
        lines="many"
        placeholder="Applied: … Remains: …"
        required
        submit="Record partial"
        variant="info"
        busy={outcome.busy}
        error={null}
        onSubmit={outcome.partial}
        onCancel={() => setAsking(null)}
      />,
    );
  }
  return frame(
    `Did ${fix.title} work?`,
    <>
      <BannerLine icon={withScript ? SquareTerminal : ListOrdered}>{ranAs(fix.user_decision, withScript)}</BannerLine>
      {fix.partial_notes ? (
        <p className="mt-1 text-hint text-muted-foreground">Noted before: {fix.partial_notes}</p>
      ) : null}
    </>,
    canWrite ? (
      <BannerActions>
        <Menu
          label="More for this fix"
          side="top"
          trigger={
            <IconButton icon={Ellipsis} label="More for this fix" className="!text-primary hover:!bg-role-pill" />
          }
          items={[
            { label: "Mark partial", icon: CircleAlert, onSelect: () => setAsking("partial") },
            {
              label: withScript ? "View script" : "View steps",
              icon: withScript ? SquareTerminal : ListOrdered,
              keys: "Mod+G",
              onSelect: () => set({ surface: surface === "none" ? surfaceOf(fix) : "none" }),
            },
          ]}
        />
        <Button variant="danger-outline" size="banner" onClick={() => setAsking("failed")}>
          Didn't work
        </Button>
        <Button variant="success" size="banner" className="ml-0.5" busy={outcome.busy} onClick={outcome.worked}>
          It worked
        </Button>
      </BannerActions>
    ) : null,
  );
}

/** How the fix was carried out. */
function ranAs(decision: Fix["user_decision"], withScript: boolean): string {
  if (withScript && decision === "one_off") {
    return "Drafted script, run once";
  }
  return withScript && decision === "draft_template"
    ? "Drafted script, kept as a draft"
    : "Written steps, done by hand";
}
