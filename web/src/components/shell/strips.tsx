import { FlaskConical, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { useSignedIn } from "@/api/auth";
import { useOnline } from "@/lib/hooks";

/** Thin lines above everything: the demo workspace says what it is, a lost network says what is kept. */
export function Strips(): ReactNode {
  const { account } = useSignedIn();
  const online = useOnline();
  return (
    <section aria-label="Notices" className="flex-none">
      <div role="status">
        {online ? null : (
          <Strip tone="role-warning">
            <WifiOff size={14} className="text-role" aria-hidden />
            <span>Offline - what you type is kept here, and nothing is sent until you press send again</span>
          </Strip>
        )}
      </div>
      {account.is_demo ? (
        <Strip tone="role-info">
          <FlaskConical size={14} className="text-role" aria-hidden />
          <span>Demo - invented data, simulated PSA</span>
        </Strip>
      ) : null}
    </section>
  );
}

function Strip({ tone, children }: { readonly tone: string; readonly children: ReactNode }): ReactNode {
  return (
    <div
      data-print="hide"
      className={`${tone} flex min-h-7.5 flex-none items-center gap-2 border-b border-default bg-role-dim px-6 py-1 text-row text-primary max-sm:px-4`}
    >
      {children}
    </div>
  );
}
