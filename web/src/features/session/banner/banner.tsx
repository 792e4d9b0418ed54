import { CircleDotDashed } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useFixHistory } from "@/api/fixes";
import { announce } from "@/lib/announce";
import { useShortcut } from "@/lib/shortcuts";
import { useSession } from "../context";
import { type BannerState, bannerState, surfaceOf } from "../model/banner-state";
import { useLivePart } from "../model/turn-store";
import { isRunning } from "../model/turn-stream";
import { useSessionUi } from "../session-ui";
import { AfterOutcome } from "./after-outcome";
import { NudgeBanner } from "./nudge";
import { OutcomeBanner } from "./outcome";
import { PartialBanner } from "./partial";
import { BannerFrame } from "./parts";
import { ProposedBanner } from "./proposed";
import { useSilence } from "./silence";
import { VerifyingBanner } from "./verifying";

/** The suggested fix above the composer, in whichever state its stored data says. One named region. */
export function FixBanner(): ReactNode {
  const { fix, id, detail, canWrite } = useSession();
  const ui = useSessionUi();
  const arriving = useLivePart(id, (turn) => (isRunning(turn) ? turn.fix : null));
  const history = useFixHistory(id, detail.counts.fixes > 1);
  const { silencedAt, silence } = useSilence(fix?.id ?? null);
  const replaced = history.data?.some((one) => one.superseded_by === fix?.id && one.status !== "dismissed") ?? false;
  const state = useMemo(() => bannerState(fix, { silencedAt, replaced }), [fix, silencedAt, replaced]);
  useSurfaceShortcut(state);
  useSpoken(state);

  const coming = arriving && arriving.id !== fix?.id ? arriving : null;
  if (coming) {
    return (
      <BannerRegion>
        <BannerFrame tone="warning" size="strip" className="min-h-8.75 border-dashed">
          <CircleDotDashed size={16} className="flex-none text-muted-foreground" aria-hidden />
          <p className="min-w-0 flex-1 truncate text-bubble text-muted-foreground">
            {coming.title}
            <span className="sr-only"> opens when the answer is complete</span>
          </p>
        </BannerFrame>
      </BannerRegion>
    );
  }
  if (state.kind === "hidden") {
    return <AfterOutcome />;
  }
  // A new fix or state mounts anew: what was half typed for one is never shown for another.
  const key = `${state.fix.id}/${state.kind}`;
  return (
    <BannerRegion>
      <div key={key} className={state.kind === "proposed" ? "animate-arrive" : "animate-state"}>
        <BannerOf state={state} canWrite={canWrite} onSilence={silence} surface={ui.surface} />
      </div>
    </BannerRegion>
  );
}

function BannerRegion({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <section aria-label="Suggested fix" data-print="hide" className="@container flex-none overflow-hidden">
      {children}
    </section>
  );
}

interface BannerOfProps {
  readonly state: Exclude<BannerState, { kind: "hidden" }>;
  readonly canWrite: boolean;
  readonly onSilence: (at: number) => void;
  readonly surface: string;
}

function BannerOf({ state, canWrite, onSilence }: BannerOfProps): ReactNode {
  switch (state.kind) {
    case "proposed":
      return <ProposedBanner fix={state.fix} replaced={state.replaced} canWrite={canWrite} />;
    case "verifying":
      return <VerifyingBanner fix={state.fix} canWrite={canWrite} />;
    case "nudge":
      return (
        <NudgeBanner fix={state.fix} canWrite={canWrite} onSilence={() => onSilence(state.fix.messages_since_apply)} />
      );
    case "partial":
      return <PartialBanner fix={state.fix} canWrite={canWrite} />;
    case "outcome":
      return <OutcomeBanner fix={state.fix} proposal={state.proposal} canWrite={canWrite} />;
  }
}

/** Mod+G opens and closes the surface of the fix; it closes when the active fix changes. */
function useSurfaceShortcut(state: BannerState): void {
  const { surface, set } = useSessionUi();
  const fix = state.kind === "hidden" ? null : state.fix;
  const id = fix?.id ?? null;
  const shown = useRef(id);
  useEffect(() => {
    if (shown.current !== id) {
      shown.current = id;
      set({ surface: "none" });
    }
  }, [id, set]);
  useShortcut(
    { keys: "Mod+G", label: "Show the steps or the script of the fix", group: "Session" },
    () => {
      if (fix) {
        set({ surface: surface === "none" ? surfaceOf(fix) : "none" });
      }
    },
    fix !== null,
  );
}

const WORDS: Readonly<Record<BannerState["kind"], string>> = {
  hidden: "",
  proposed: "Suggested fix",
  verifying: "Verifying",
  nudge: "Still to be told whether it worked",
  partial: "Partially applied",
  outcome: "Outcome detected",
};

/** Says a change of the banner once, politely; not what stood there when the session was opened. */
function useSpoken(state: BannerState): void {
  const now = state.kind === "hidden" ? "" : `${WORDS[state.kind]}: ${state.fix.title}`;
  const [before] = useState({ words: now });
  useEffect(() => {
    if (now && now !== before.words) {
      announce(now);
    }
    before.words = now;
  }, [now, before]);
}
