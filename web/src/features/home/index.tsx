import type { ReactNode } from "react";
import { useCanAct } from "@/api/auth";
import { usePsaStatus } from "@/api/psa";
import { useSessionLive } from "@/api/sessions";
import { PageHeader } from "@/components/shell";
import { cx } from "@/lib/cx";
import { usePhone, useTitle } from "@/lib/hooks";
import { AskBox } from "./ask-box";
import { ActiveSessions, RecentSessions } from "./sessions";
import { TicketQueue } from "./ticket-queue";

/** Home: what is being troubleshot, and what waits. Those who only read see what they may read. */
export function HomePage(): ReactNode {
  useTitle("Home");
  useSessionLive();
  const canAct = useCanAct();
  const phone = usePhone();
  const connected = usePsaStatus().data?.connected === true;
  const scope = canAct ? "mine" : "all";
  // The column at the right spans what stands at the left; the last row takes up what it is longer.
  const left = 1 + Number(canAct) + Number(connected);
  return (
    <>
      <PageHeader title={canAct && !phone ? "What are you troubleshooting?" : "Home"} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div
          className={cx(
            "grid grid-cols-[minmax(0,1fr)] items-start gap-4 px-6 pb-6 pt-5 lg:grid-cols-[minmax(0,1fr)_404px] max-sm:px-3 max-sm:pt-4",
            ROWS[left - 1],
          )}
        >
          {canAct ? <AskBox /> : null}
          <div className={cx("lg:col-start-2 lg:row-start-1", SPANS[left - 1])}>
            <ActiveSessions scope={scope} />
          </div>
          {connected ? <TicketQueue /> : null}
          <RecentSessions scope={scope} />
        </div>
      </div>
    </>
  );
}

const ROWS = ["", "lg:grid-rows-[auto_1fr]", "lg:grid-rows-[auto_auto_1fr]"] as const;
const SPANS = ["", "lg:row-span-2", "lg:row-span-3"] as const;
