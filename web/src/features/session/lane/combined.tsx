import { Check, ClipboardPaste, Copy } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useRunScript } from "@/api/lane";
import type { LaneItem, LeftOutReason, RunShell } from "@/api/session-types";
import { Button, Checkbox, Dialog, InlineError, Skeleton } from "@/components/ui";
import { useCopy } from "@/lib/hooks";
import { useSession } from "../context";
import { RiskLabel } from "./risk";

const WORDS: Record<LeftOutReason, string> = {
  no_command: "a step by hand",
  other_shell: "another shell",
  not_combinable: "cannot be combined",
  not_read_only: "not read-only",
};

interface CombinedProps {
  readonly shell: RunShell;
  readonly onClose: () => void;
  readonly onPaste: () => void;
}

/** One script for all open checks of a shell. What was left out says why; what is not read-only may be ticked in, with its warning. */
export function CombinedDialog({ shell, onClose, onPaste }: CombinedProps): ReactNode {
  const { id, lane } = useSession();
  const [added, setAdded] = useState<readonly string[]>([]);
  const base = useRunScript(id, shell, [], true);
  const safe = base.data?.items.map((item) => item.id) ?? [];
  const wanted = added.length > 0 ? [...safe, ...added] : [];
  const script = useRunScript(id, shell, wanted, added.length > 0 && base.isSuccess);
  const shown = (added.length > 0 ? script.data : null) ?? base.data;
  const { copied, copy } = useCopy();
  const item = (itemId: string): LaneItem | undefined => lane.checks.find((one) => one.id === itemId);
  const leftOut = base.data?.left_out ?? [];
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Copy remaining checks"
      description="Run it on the client's machine, then paste everything it prints. Each part finds its check by the printed lines."
      footer={
        <>
          <Button variant="ghost" icon={ClipboardPaste} onClick={onPaste}>
            Paste combined output
          </Button>
          <Button
            variant="primary"
            icon={copied ? Check : Copy}
            busy={base.isPending || script.isFetching}
            disabledReason={shown ? null : "There is no script yet"}
            onClick={() => void copy(shown?.script ?? "")}
          >
            {copied ? "Copied" : `Copy script (${shown?.items.length ?? 0})`}
          </Button>
        </>
      }
    >
      {base.isPending ? <Skeleton className="h-40" /> : null}
      {base.error ? (
        <InlineError title="The script could not be made" error={base.error} onRetry={() => void base.refetch()} />
      ) : null}
      {shown ? (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls must be reachable by keyboard
          tabIndex={0}
          className="max-h-70 overflow-auto rounded-md border border-default bg-code px-3 py-2.5 font-mono text-mono leading-[1.55] text-primary"
        >
          {shown.script}
        </pre>
      ) : null}
      {leftOut.length > 0 ? (
        <section className="mt-3.5">
          <h3 className="eyebrow text-muted-foreground">Left out</h3>
          <ul className="mt-1.5 flex flex-col gap-1">
            {leftOut.map((left) => {
              const check = item(left.id);
              if (!check) {
                return null;
              }
              return (
                <li key={left.id} className="flex flex-wrap items-center gap-x-2.5 text-row text-primary">
                  {left.reason === "not_read_only" ? (
                    <Checkbox
                      checked={added.includes(left.id)}
                      onChange={(on) => setAdded(on ? [...added, left.id] : added.filter((one) => one !== left.id))}
                      label={<span className="text-primary">{check.text}</span>}
                    />
                  ) : (
                    <span className="pl-6">{check.text}</span>
                  )}
                  {left.reason === "not_read_only" ? (
                    <RiskLabel item={check} />
                  ) : (
                    <span className="text-hint text-muted-foreground">{WORDS[left.reason]}</span>
                  )}
                </li>
              );
            })}
          </ul>
        </section>
      ) : null}
    </Dialog>
  );
}
