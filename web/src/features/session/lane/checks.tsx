import { ClipboardPaste, Copy } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { RunShell } from "@/api/session-types";
import { TextButton } from "@/components/ui";
import { useSession } from "../context";
import { arranged, combinableShells, isSettled, provisional } from "../model/lane-model";
import { useLiveTurn } from "../model/turn-store";
import { CheckCard } from "./check-card";
import { CombinedDialog } from "./combined";
import { PasteCombinedDialog } from "./paste-combined";
import { ProvisionalItem } from "./questions";
import { RetiredFold } from "./retired";
import { LaneSection } from "./section";
import { SettledCard } from "./settled";

/** Diagnostic checks: commands and steps to run, one by one or all of a shell in one go. */
export function ChecksSection(): ReactNode {
  const { lane, id, canWrite } = useSession();
  const live = useLiveTurn(id);
  const [copying, setCopying] = useState<RunShell | null>(null);
  const [pasting, setPasting] = useState(false);
  const { open, settled, retired } = arranged(lane.checks);
  const coming = provisional(lane.checks, live?.checks ?? []);
  if (lane.checks.length === 0 && coming.length === 0) {
    return null;
  }
  const counted = lane.checks.filter((item) => item.state !== "retired");
  const shells = canWrite ? combinableShells(lane.checks) : [];
  const several = open.filter((item) => item.command).length > 1;
  return (
    <LaneSection
      title="Diagnostic checks"
      tone="info"
      meta={`${counted.filter(isSettled).length} / ${counted.length} run`}
      action={
        several
          ? shells.map(({ shell, count }) => (
              <TextButton key={shell} icon={Copy} onClick={() => setCopying(shell)} title={`Copy one ${shell} script`}>
                {shells.length > 1 ? `${shell} (${count})` : `Copy remaining (${count})`}
              </TextButton>
            ))
          : null
      }
    >
      {several && canWrite ? (
        <TextButton icon={ClipboardPaste} className="!mx-0 self-start" onClick={() => setPasting(true)}>
          Paste combined output
        </TextButton>
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
