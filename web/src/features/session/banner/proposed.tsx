import { ChevronDown, ChevronUp, ListOrdered, Sparkles, SquareTerminal } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Fix } from "@/api/session-types";
import { Button, IconButton } from "@/components/ui";
import { usePhone } from "@/lib/hooks";
import { RichText } from "../chat/rich-text";
import { FactText } from "../lane/fact-text";
import { fixIntro, surfaceOf } from "../model/banner-state";
import { useSessionUi } from "../session-ui";
import {
  BannerActions,
  BannerEyebrow,
  BannerFrame,
  BannerGhost,
  BannerLine,
  BannerText,
  BannerTitle,
  Tile,
} from "./parts";
import { useCollapsed, useQuietFor } from "./use-collapse";
import { useOutcome } from "./use-outcome";

type Size = "full" | "compact" | "strip";

interface ProposedProps {
  readonly fix: Fix;
  readonly replaced: boolean;
  readonly canWrite: boolean;
}

/** A fix that was suggested and not tried. Collapses after 30 s without pointer, focus or typing in it, and stays so over a reload. */
export function ProposedBanner({ fix, replaced, canWrite }: ProposedProps): ReactNode {
  const { surface, set } = useSessionUi();
  const { collapsed, setCollapsed } = useCollapsed(fix.id);
  const [whole, setWhole] = useState(!replaced);
  const phone = usePhone();
  const box = useRef<HTMLDivElement>(null);
  const open = surface !== "none";
  // Its steps or script stand right above and say the rest; on a phone they need the room.
  const small = open && phone;
  const size: Size = collapsed && !open ? "strip" : whole && !small ? "full" : "compact";
  useQuietFor(box, size !== "strip" && !open, () => setCollapsed(true));
  const { dismiss, busy } = useOutcome(fix);
  const apply = () => set({ surface: open ? "none" : surfaceOf(fix) });
  const applyButton = (
    <Button
      variant={open ? "default" : "warning"}
      size="banner"
      className="ml-0.5"
      aria-expanded={open}
      onClick={apply}
    >
      {open ? "Hide" : "Apply fix"}
    </Button>
  );

  if (size === "strip") {
    return (
      <BannerFrame tone="warning" size="strip" className="min-h-8.75">
        <button
          type="button"
          aria-expanded={false}
          onClick={() => {
            setCollapsed(false);
            setWhole(true);
          }}
          className="absolute inset-0 rounded-none text-left focus-visible:-outline-offset-2"
          aria-label={`Suggested fix, ${fix.confidence_pct}%: ${fix.title}. Expand`}
        />
        <Sparkles size={16} className="flex-none text-role" aria-hidden />
        <p className="min-w-0 flex-1 truncate text-bubble font-medium text-heading">{fix.title}</p>
        <span className="rounded-full bg-role-pill px-1.75 text-pill font-semibold leading-4.5 text-role tabular-nums">
          {fix.confidence_pct}%
        </span>
        <ChevronUp size={16} className="flex-none text-muted-foreground" aria-hidden />
      </BannerFrame>
    );
  }
  if (size === "compact") {
    return (
      <div ref={box}>
        <BannerFrame tone="warning" size="compact">
          <Tile icon={Sparkles} />
          <BannerText>
            <BannerEyebrow
              words={replaced ? "New suggested fix" : "Suggested fix"}
              pill={`${fix.confidence_pct}%${replaced ? "" : " confidence"}`}
            />
            <h2 className="mt-0.5 truncate text-body leading-[1.35]">{fix.title}</h2>
          </BannerText>
          {small ? null : (
            <IconButton
              icon={ChevronUp}
              label="Show all of it"
              className="!text-primary hover:!bg-role-pill"
              onClick={() => setWhole(true)}
            />
          )}
          {canWrite ? applyButton : null}
        </BannerFrame>
      </div>
    );
  }
  return (
    <div ref={box}>
      <BannerFrame tone="warning">
        <Tile icon={Sparkles} />
        <BannerText>
          <BannerEyebrow words="Suggested fix" pill={`${fix.confidence_pct}% confidence`} />
          <BannerTitle>{fix.title}</BannerTitle>
          <Description text={fix.description} kind={fix.ai_drafted_script ? "script" : "steps"} />
        </BannerText>
        <BannerActions>
          <IconButton
            icon={ChevronDown}
            label="Collapse"
            className="!text-primary hover:!bg-role-pill @max-[719px]:!absolute @max-[719px]:right-1.5 @max-[719px]:top-1.5"
            onClick={() => setCollapsed(true)}
          />
          {canWrite ? (
            <>
              <BannerGhost busy={busy} onClick={dismiss}>
                Dismiss
              </BannerGhost>
              {applyButton}
            </>
          ) : null}
        </BannerActions>
      </BannerFrame>
    </div>
  );
}

/** Two lines and what comes with it; *more* only where there is more. */
function Description({ text, kind }: { readonly text: string; readonly kind: "script" | "steps" }): ReactNode {
  const [open, setOpen] = useState(false);
  const [cut, setCut] = useState(false);
  const line = useRef<HTMLParagraphElement>(null);
  const flat = fixIntro(text);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text is measured anew
  useEffect(() => {
    const element = line.current;
    if (!element || typeof ResizeObserver === "undefined") {
      return undefined;
    }
    const sizes = new ResizeObserver(() => setCut(element.scrollHeight > element.clientHeight + 1));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [flat]);
  const more = cut || open || flat.length < text.trim().length;
  return (
    <>
      {open ? (
        <div className="mt-0.75 max-h-[30dvh] overflow-y-auto text-row leading-normal text-primary">
          <RichText text={text} />
        </div>
      ) : (
        <p ref={line} className="mt-0.75 line-clamp-2 text-row leading-normal text-primary">
          <FactText text={flat} />
        </p>
      )}
      <BannerLine icon={kind === "script" ? SquareTerminal : ListOrdered}>
        {kind === "script" ? "With a drafted script" : "With written steps"}
        {more ? (
          <button
            type="button"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className="relative ml-1 text-row font-medium text-accent before:absolute before:-inset-x-2 before:-inset-y-1.5 hover:underline"
          >
            {open ? "less" : "more"}
          </button>
        ) : null}
      </BannerLine>
    </>
  );
}
