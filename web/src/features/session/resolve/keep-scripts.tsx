import { BookmarkPlus } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useCanAct } from "@/api/auth";
import { type DraftRow, useSessionDrafts } from "@/api/drafts";
import { useAccountPreferences } from "@/api/preferences";
import { Button } from "@/components/ui";
import { useSession } from "../context";
import { useSessionUi } from "../session-ui";

const Templatize = lazy(async () => ({ default: (await import("./templatize")).Templatize }));

/**
 * After a successful resolve: the scripts of the session that wait for a review. Opens by itself once, right after posting and never
 * over a field somebody types in; later by its button.
 */
export function KeepScripts(): ReactNode {
  const { detail, id } = useSession();
  const { justPosted, set } = useSessionUi();
  const resolved = useCanAct() && detail.status === "resolved";
  const wanted = useAccountPreferences(resolved).data?.effective.templatize_prompt_enabled === true;
  const drafts = useSessionDrafts(id, resolved && wanted);
  const [asking, setAsking] = useState<readonly DraftRow[] | null>(null);
  const worked = resolved && wanted ? (drafts.data ?? []).filter(isWorthKeeping) : [];
  const found = worked.length > 0;
  useEffect(() => {
    if (justPosted && found) {
      set({ justPosted: false });
      if (!isTyping()) {
        setAsking(worked);
      }
    }
  });
  return (
    <>
      {found ? (
        <div className="role-purple mx-4 mb-3 mt-1.5 flex flex-none flex-wrap items-center gap-2 rounded-card border border-role-tint bg-role-dim px-3 py-2">
          <BookmarkPlus size={16} className="flex-none text-role" aria-hidden />
          <p className="min-w-40 flex-1 text-row text-primary">
            {worked.length === 1
              ? "The script that was run waits to be kept as a template."
              : `${worked.length} scripts wait to be kept as templates.`}
          </p>
          <Button size="lane" onClick={() => setAsking(worked)}>
            Review
          </Button>
        </div>
      ) : null}
      <Suspense fallback={null}>
        {asking ? <Templatize rows={asking} onClose={() => setAsking(null)} /> : null}
      </Suspense>
    </>
  );
}

/** What did not work stays in the list of drafts; nobody is asked about it. */
function isWorthKeeping({ fix_status }: DraftRow): boolean {
  return fix_status !== "applied_failed" && fix_status !== "dismissed";
}

function isTyping(): boolean {
  const { activeElement } = document;
  return activeElement instanceof HTMLElement && activeElement.matches("input, textarea, select, [contenteditable]");
}
