import { CircleAlert, Pencil } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Fix } from "@/api/session-types";
import { Button, IconButton } from "@/components/ui";
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

/** A fix that was applied in part and parked, with what was noted. */
export function PartialBanner({ fix, canWrite }: { readonly fix: Fix; readonly canWrite: boolean }): ReactNode {
  const [asking, setAsking] = useState<"edit" | "failed" | null>(null);
  const outcome = useOutcome(fix);
  const done = () => setAsking(null);
  return (
    <BannerFrame tone="info" className={asking ? "flex-wrap gap-y-2" : ""}>
      <Tile icon={CircleAlert} />
      <BannerText>
        <BannerEyebrow words="Partially applied" pill="PARKED" />
        <BannerTitle>
          {asking === "edit"
            ? "What was applied, and what remains?"
            : asking === "failed"
              ? "What did you see?"
              : fix.title}
        </BannerTitle>
        {asking === null && fix.partial_notes ? (
          <p className="mt-1.5 inline-block max-w-full rounded-[6px] border border-role-tint bg-card px-2.5 pb-1.5 pt-1.25 text-row leading-[1.45] text-primary [overflow-wrap:anywhere]">
            <span className="eyebrow mr-1.75 text-role">Note</span>
            {fix.partial_notes}
          </p>
        ) : null}
      </BannerText>
      {asking !== null ? (
        <InlineNote
          key={asking}
          draftKey={noteKey(fix, asking === "edit" ? "partial" : "failed")}
          question={asking === "edit" ? "What was applied, and what remains?" : "What did you see?"}
          initial={asking === "edit" ? (fix.partial_notes ?? "") : ""}
          lines={asking === "edit" ? "many" : "one"}
          placeholder={asking === "edit" ? "Applied: … Remains: …" : "One line, optional"}
          required={asking === "edit"}
          submit={asking === "edit" ? "Save note" : "Record - Didn't work"}
          variant={asking === "edit" ? "info" : "danger"}
          busy={outcome.busy}
          error={null}
          onSubmit={(text) => {
            done();
            (asking === "edit" ? outcome.partial : outcome.failed)(text);
          }}
          onCancel={done}
        />
      ) : canWrite ? (
        <BannerActions>
          <BannerGhost icon={Pencil} className="@max-[899px]:hidden" onClick={() => setAsking("edit")}>
            Edit note
          </BannerGhost>
          <IconButton
            icon={Pencil}
            label="Edit note"
            className="!text-primary hover:!bg-role-pill @min-[900px]:hidden"
            onClick={() => setAsking("edit")}
          />
          <Button variant="danger-outline" size="banner" onClick={() => setAsking("failed")}>
            Didn't work
          </Button>
          <Button size="banner" onClick={outcome.worked}>
            It worked
          </Button>
          <Button variant="info" size="banner" className="ml-0.5" busy={outcome.busy} onClick={outcome.finish}>
            Finish it
          </Button>
        </BannerActions>
      ) : null}
    </BannerFrame>
  );
}
