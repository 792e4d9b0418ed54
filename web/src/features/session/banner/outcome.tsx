import { Sparkles } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Fix, OutcomeProposal } from "@/api/session-types";
import { Button, type Tone } from "@/components/ui";
import { clock } from "@/lib/time";
import { useSession } from "../context";
import {
  BannerActions,
  BannerEyebrow,
  BannerFrame,
  BannerGhost,
  BannerText,
  BannerTitle,
  InlineNote,
  Tile,
} from "./parts";
import { noteKey, useOutcome } from "./use-outcome";

const WORDS: Record<OutcomeProposal["outcome"], { readonly word: string; readonly role: Tone }> = {
  success: { word: "Success", role: "success" },
  failure: { word: "Failed", role: "danger" },
  partial: { word: "Partial", role: "info" },
};

interface OutcomeProps {
  readonly fix: Fix;
  readonly proposal: OutcomeProposal;
  readonly canWrite: boolean;
}

/** An outcome read in what the engineer wrote. Nothing is recorded until a person confirms it. */
export function OutcomeBanner({ fix, proposal, canWrite }: OutcomeProps): ReactNode {
  const { messages } = useSession();
  const outcome = useOutcome(fix);
  const [asking, setAsking] = useState<"failed" | "partial" | null>(null);
  const look = WORDS[proposal.outcome];
  const message = messages.find((one) => one.id === proposal.message_id);
  const from = message ? `From your ${clock(new Date(message.created_at))} message` : "From what you wrote";
  const notYet = (
    <BannerGhost onClick={outcome.notYet} busy={outcome.busy}>
      Not yet
    </BannerGhost>
  );
  return (
    <BannerFrame tone="accent" className={asking ? "flex-wrap gap-y-2" : ""}>
      <Tile icon={Sparkles} />
      <BannerText>
        <BannerEyebrow words="Outcome detected" pill={look.word} pillRole={look.role} />
        <BannerTitle>{fix.title}</BannerTitle>
        {asking ? null : (
          <p className="mt-0.75 line-clamp-3 text-row leading-normal text-primary" title={proposal.reason}>
            {from}: {proposal.reason}
          </p>
        )}
      </BannerText>
      {asking ? (
        <InlineNote
          key={asking}
          draftKey={noteKey(fix, asking)}
          question={asking === "partial" ? "What was applied, and what remains?" : "What did you see?"}
          initial={(asking === "failed") === (proposal.outcome === "failure") ? proposal.reason.slice(0, 500) : ""}
          lines={asking === "partial" ? "many" : "one"}
          placeholder={asking === "partial" ? "Applied: … Remains: …" : "One line, optional"}
          required={asking === "partial"}
          submit={asking === "partial" ? "Confirm partial" : "Confirm - Didn't work"}
          variant={asking === "partial" ? "info" : "danger"}
          busy={outcome.busy}
          error={null}
          onSubmit={asking === "partial" ? outcome.partial : outcome.failed}
          onCancel={() => setAsking(null)}
        />
      ) : canWrite ? (
        <BannerActions>
          {notYet}
          {proposal.outcome === "success" ? (
            <>
              <Button variant="danger-outline" size="banner" onClick={() => setAsking("failed")}>
                No - didn't work
              </Button>
              <Button
                variant="success"
                size="banner"
                className="ml-0.5"
                busy={outcome.busy}
                onClick={outcome.workedAndResolve}
              >
                Confirm - Resolve
              </Button>
            </>
          ) : proposal.outcome === "failure" ? (
            <>
              <Button size="banner" onClick={outcome.worked}>
                It worked
              </Button>
              <Button variant="danger" size="banner" className="ml-0.5" onClick={() => setAsking("failed")}>
                Confirm - Didn't work
              </Button>
            </>
          ) : (
            <>
              <Button variant="danger-outline" size="banner" onClick={() => setAsking("failed")}>
                Didn't work
              </Button>
              <Button size="banner" onClick={outcome.worked}>
                It worked
              </Button>
              <Button variant="info" size="banner" className="ml-0.5" onClick={() => setAsking("partial")}>
                Confirm partial
              </Button>
            </>
          )}
        </BannerActions>
      ) : null}
    </BannerFrame>
  );
}
