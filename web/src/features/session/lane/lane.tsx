import { ArrowUp, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { IconButton, Sheet } from "@/components/ui";
import { useLaneDrawer, usePhone } from "@/lib/hooks";
import { useShortcut } from "@/lib/shortcuts";
import { useSession } from "../context";
import { openItems, progress } from "../model/lane-model";
import { useLivePart } from "../model/turn-store";
import { isRunning } from "../model/turn-stream";
import { useSessionUi } from "../session-ui";
import { ChecksSection } from "./checks";
import { FactsSection } from "./facts";
import { FixesSection } from "./fixes";
import { LaneFoot } from "./lane-foot";
import { useLaneWidth } from "./lane-width";
import { QuestionsSection } from "./questions";
import { SendStrip } from "./send-strip";
import { useKeepPlace } from "./use-keep-place";
import { LaneActsProvider } from "./use-lane";

/** The task lane: a column from 1200 on, a drawer from the right or a sheet from below under it. */
export function TaskLane(): ReactNode {
  const { lane } = useSession();
  const { laneOpen, set } = useSessionUi();
  const drawer = useLaneDrawer();
  const phone = usePhone();
  const { width, handle } = useLaneWidth();
  useOpenOnNewItems(drawer);
  useShortcut({ keys: "T", label: "Go to the task lane", group: "Session" }, () => {
    if (drawer) {
      set({ laneOpen: !laneOpen });
    } else {
      document.getElementById("task-lane")?.focus();
    }
  });
  const { answered, all } = progress(lane);
  const close = () => set({ laneOpen: false });

  if (drawer) {
    return (
      <Sheet
        open={laneOpen}
        onClose={close}
        side={phone ? "bottom" : "right"}
        label="Task lane"
        className={phone ? "h-[85dvh]" : "!w-95"}
      >
        <LaneHead answered={answered} all={all} onClose={close} />
        <LaneBody drawer />
      </Sheet>
    );
  }
  return (
    <aside
      id="task-lane"
      tabIndex={-1}
      aria-label="Task lane"
      // The width is a person's choice; a custom property is the one style a strict policy lets script set.
      ref={(element) => element?.style.setProperty("--lane", `${width}px`)}
      className="relative flex min-h-0 w-[var(--lane,380px)] flex-none flex-col border-l border-default bg-sidebar outline-none"
    >
      {handle}
      <LaneHead answered={answered} all={all} />
      <LaneBody />
    </aside>
  );
}

function LaneHead({
  answered,
  all,
  onClose,
}: {
  readonly answered: number;
  readonly all: number;
  readonly onClose?: () => void;
}): ReactNode {
  const { id } = useSession();
  const running = useLivePart(id, isRunning);
  return (
    <header className="flex h-12 flex-none items-center gap-2.5 border-b border-default pl-3.5 pr-2 max-sm:pl-4">
      {onClose ? (
        // The sheet around it carries the heading.
        <span aria-hidden className="text-bubble font-semibold text-heading">
          Task lane
        </span>
      ) : (
        <h2 className="!font-sans text-bubble !tracking-normal">Task lane</h2>
      )}
      {all > 0 ? (
        <span className="font-mono text-mono leading-none text-muted-foreground">{`${answered} / ${all} answered`}</span>
      ) : null}
      {running ? (
        <span className="ml-1 inline-flex items-center gap-1.75 text-hint font-medium text-warning">
          <span
            aria-hidden
            className="size-1.5 rounded-full bg-warning-edge ring-3 ring-[rgb(var(--warning-tint)/0.22)]"
          />
          Working
        </span>
      ) : null}
      {onClose ? <IconButton icon={X} label="Close the task lane" className="ml-auto" onClick={onClose} /> : null}
    </header>
  );
}

function LaneBody({ drawer = false }: { readonly drawer?: boolean }): ReactNode {
  const { id, lane, facts, canWrite } = useSession();
  const running = useLivePart(id, isRunning);
  const coming = useLivePart(id, (turn) => (turn ? turn.questions.length + turn.checks.length : 0));
  const empty = openItems(lane).length === 0 && coming === 0;
  const scroller = useRef<HTMLDivElement>(null);
  const known = useRef<HTMLDivElement>(null);
  const arriving = useLivePart(id, (turn) => turn?.facts);
  const count = new Set([...facts, ...(arriving ?? [])].map((fact) => fact.id)).size;
  // In a drawer one works on the open items; beside the conversation the facts themselves are looked at.
  const { unseen, show } = useKeepPlace(scroller, known, drawer ? count : 0);
  return (
    <LaneActsProvider>
      {unseen > 0 ? (
        <div className="relative z-sticky h-0 flex-none">
          <button
            type="button"
            onClick={show}
            className="absolute left-1/2 top-2 inline-flex h-8 -translate-x-1/2 items-center gap-1.5 rounded-full border border-hover bg-card px-3 text-row font-medium text-primary shadow-float coarse:h-11"
          >
            <ArrowUp size={14} className="text-success" aria-hidden />
            {unseen === 1 ? "1 new fact" : `${unseen} new facts`}
          </button>
        </div>
      ) : null}
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
        <div ref={known}>
          <FactsSection />
        </div>
        <QuestionsSection />
        <ChecksSection />
        <FixesSection />
        {empty ? (
          <p className="px-3.5 py-3.5 text-hint text-muted max-sm:px-4">
            {running ? "FlowPilot is about to follow up" : canWrite ? "Nothing open - ask or resolve" : "Nothing open"}
          </p>
        ) : null}
      </div>
      {canWrite ? <SendStrip /> : null}
      <LaneFoot />
    </LaneActsProvider>
  );
}

/** A reply with new questions or checks opens a closed lane. */
function useOpenOnNewItems(drawer: boolean): void {
  const { lane } = useSession();
  const { set, resolve } = useSessionUi();
  const open = openItems(lane);
  const newest = open.map((item) => item.last_turn_id ?? item.id).join();
  const [seen, setSeen] = useState(newest);
  const first = useRef(true);
  useEffect(() => {
    if (newest !== seen) {
      setSeen(newest);
      if (
        !first.current &&
        drawer &&
        open.length > 0 &&
        resolve === "closed" &&
        document.activeElement?.tagName !== "TEXTAREA"
      ) {
        set({ laneOpen: true });
      }
    }
    first.current = false;
  }, [newest, seen, drawer, open.length, set, resolve]);
}
