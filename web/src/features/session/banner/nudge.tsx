import { CircleAlert } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Fix } from "@/api/session-types";
import { Button } from "@/components/ui";
import { BannerFrame, BannerGhost } from "./parts";
import { useOutcome } from "./use-outcome";
import { VerifyingBanner } from "./verifying";

interface NudgeProps {
  readonly fix: Fix;
  readonly canWrite: boolean;
  readonly onSilence: () => void;
}

/** A thin question after three messages without an outcome. It marks nothing by itself. */
export function NudgeBanner({ fix, canWrite, onSilence }: NudgeProps): ReactNode {
  const outcome = useOutcome(fix);
  const [open, setOpen] = useState(false);
  if (open) {
    return <VerifyingBanner fix={fix} canWrite={canWrite} ask="failed" />;
  }
  return (
    <BannerFrame tone="warning" size="strip" className="min-h-10.5 @max-[560px]:flex-wrap @max-[560px]:py-2">
      <CircleAlert size={16} className="flex-none text-role" aria-hidden />
      <p className="min-w-0 flex-1 text-bubble font-medium text-heading @max-[560px]:basis-[70%]">
        Did {fix.title} work?
      </p>
      {canWrite ? (
        <span className="ml-auto flex items-center gap-1.5">
          <BannerGhost size="nudge" onClick={onSilence}>
            Still checking
          </BannerGhost>
          <Button variant="danger-outline" size="nudge" onClick={() => setOpen(true)}>
            No
          </Button>
          <Button variant="success" size="nudge" busy={outcome.busy} onClick={outcome.worked}>
            Yes
          </Button>
        </span>
      ) : null}
    </BannerFrame>
  );
}
