import { CircleCheck, Lightbulb } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui";
import { useLaneDrawer } from "@/lib/hooks";
import { useSession } from "../context";
import { useStartResolve } from "../resolve/use-start-resolve";
import { useSessionUi } from "../session-ui";

/** The next act after an outcome: ask for another idea, or resolve where *Resolve* is out of sight. Derived from stored data. */
export function AfterOutcome(): ReactNode {
  const { fix, messages, canWrite } = useSession();
  const { set } = useSessionUi();
  const drawer = useLaneDrawer();
  const { start, busy } = useStartResolve();
  if (!canWrite || !fix || fix.superseded_at !== null) {
    return null;
  }
  if (fix.status === "applied_success" && drawer) {
    return (
      <Row icon={<CircleCheck size={14} className="text-success" aria-hidden />} words="Ready to resolve">
        <Button variant="success" size="lane" busy={busy} onClick={start}>
          Resolve
        </Button>
      </Row>
    );
  }
  const since = fix.verified_at ?? fix.updated_at;
  const answered = messages.some((message) => message.role === "engineer" && message.created_at > since);
  if (fix.status === "applied_failed" && !answered) {
    return (
      <Row
        icon={<Lightbulb size={14} className="text-muted-foreground" aria-hidden />}
        words={`Recorded: ${fix.title} did not work`}
      >
        <Button size="lane" onClick={() => set({ prefill: nextIdea(fix.title, fix.failure_reason) })}>
          Ask for the next idea
        </Button>
      </Row>
    );
  }
  return null;
}

function nextIdea(title: string, reason: string | null): string {
  return `${title} did not work${reason ? `: ${reason.replace(/\.$/, "")}` : ""}. What is the next likely cause?`;
}

function Row({
  icon,
  words,
  children,
}: {
  readonly icon: ReactNode;
  readonly words: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="flex flex-none items-center gap-2 border-t border-default bg-page px-5 py-2 text-row text-muted-foreground max-sm:px-4">
      {icon}
      <span className="min-w-0 flex-1 truncate">{words}</span>
      {children}
    </div>
  );
}
