import { ClipboardPaste, Copy } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { RunShell } from "@/api/session-types";
import { TextButton } from "@/components/ui";
import { useSession } from "../context";
import { arranged, combinableShells, isSettled, provisional } from "../model/lane-model";
import { useLivePart } from "../model/turn-store";
import { CheckCard } from "./check-card";
import { CombinedDialog } from "./combined";
import { PasteCombinedDialog } from "./paste-combined";
import { ProvisionalItem } from "./questions";
import { RetiredFold } from "./retired";
import { LaneSection } from "./section";
import { SettledCard } from "./settled";

const SHELL_WORDS: Record<RunShell, string> = { powershell: "PowerShell", bash: "Bash", cmd: "cmd" };

/** Diagnostic checks: commands and steps to run, one by one or all of a shell in one go. */
export function ChecksSection(): ReactNode {
  const { lane, id, canWrite } = useSession();
  const asked = useLivePart(id, (turn) => turn?.checks);
  const [copying, setCopying] = useState<RunShell | null>(null);
  const [pasting, setPasting] = useState(false);
  const { open, settled, retired } = arranged(lane.checks);
  const coming = provisional(lane.checks, asked ?? []);
  if (lane.checks.length === 0 && coming.length === 0) {
    return null;
  }
  const counted = lane.checks.filter((item) => item.state !== "retired");
  const shells = canWrite ? combinableShells(lane.checks) : [];
  const only = shells.length === 1 ? shells[0] : null;
  const several = open.filter((item) => item.command).length > 1;
  return (
    <LaneSection
      title="Diagnostic checks"
      tone="info"
      meta={`${counted.filter(isSettled).length} / ${counted.length} run`}
      action={
        several && only ? (
          <TextButton icon={Copy} onClick={() => setCopying(only.shell)} title={`Copy one ${only.shell} script`}>
            {`Copy remaining (${only.count})`}
          </TextButton>
        ) : null
      }
    >
      {several && canWrite ? (
        <div className="flex flex-wrap gap-x-3">
          {only
            ? null
            : shells.map(({ shell, count }) => (
                <TextButton key={shell} icon={Copy} className="!mx-0" onClick={() => setCopying(shell)}>
                  {`Copy remaining ${SHELL_WORDS[shell]} (${count})`}
                </TextButton>
              ))}
          <TextButton icon={ClipboardPaste} className="!mx-0" onClick={() => setPasting(true)}>
            Paste combined output
          </TextButton>
        </div>
      ) : null}
      {open.map((item) => (
        <CheckCard key={item.id} item={item} />
      ))}
      {coming.map((item) => (
        <ProvisionalItem key={item.id} item={item} />
      ))}
      {settled.map((item) => (
        <SettledCard key={item.id} item={item} />
      ))}
      <RetiredFold items={retired} />
      {copying ? (
        <CombinedDialog
          shell={copying}
          onClose={() => setCopying(null)}
          onPaste={() => {
            setCopying(null);
            setPasting(true);
          }}
        />
      ) : null}
      {pasting ? <PasteCombinedDialog onClose={() => setPasting(false)} /> : null}
    </LaneSection>
  );
}
