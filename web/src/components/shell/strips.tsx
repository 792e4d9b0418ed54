import { Link } from "@tanstack/react-router";
import { FlaskConical, RefreshCw, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { hasRole, useResetDemo, useSignedIn } from "@/api/auth";
import { useWelcome } from "@/api/welcome";
import { Button, ConfirmButton } from "@/components/ui";
import { useNewVersion } from "@/lib/build";
import { useOnline } from "@/lib/hooks";
import { leave } from "@/lib/leave";

/** Thin lines above everything: a lost network says what is kept, an upgraded server asks for a reload, the demo says what it is. */
export function Strips(): ReactNode {
  const { account, user } = useSignedIn();
  const online = useOnline();
  const newVersion = useNewVersion();
  return (
    <section aria-label="Notices" className="flex-none">
      <div role="status">
        {online ? null : (
          <Strip tone="role-warning">
            <WifiOff size={14} className="text-role" aria-hidden />
            <span>Offline - what you type is kept here, and nothing is sent until you press send again</span>
          </Strip>
        )}
        {newVersion ? (
          <Strip tone="role-accent">
            <RefreshCw size={14} className="text-role" aria-hidden />
            <span>New version</span>
            <Button size="nudge" onClick={leave.reload}>
              Reload
            </Button>
          </Strip>
        ) : null}
      </div>
      {account.is_demo ? (
        <Strip tone="role-info">
          <FlaskConical size={14} className="text-role" aria-hidden />
          <span className="min-w-0 truncate">Demo - invented data, simulated PSA</span>
          {hasRole(user, "owner") ? <ResetDemo /> : null}
          <CreateWorkspace />
        </Strip>
      ) : null}
    </section>
  );
}

/** The owner's way back to the first state, for everybody in the demo: two presses. */
function ResetDemo(): ReactNode {
  const reset = useResetDemo();
  return (
    <ConfirmButton size="nudge" question="Confirm reset?" busy={reset.isPending} onConfirm={() => reset.mutate()}>
      Reset
    </ConfirmButton>
  );
}

/**
 * From the invented data to a workspace of one's own, while there is none and this browser may make it. It comes late and must not make
 * the strip higher than it was.
 */
function CreateWorkspace(): ReactNode {
  const welcome = useWelcome();
  return welcome.data?.ready ? (
    <Link
      to="/welcome"
      className="-my-3 inline-flex h-8 items-center whitespace-nowrap rounded-field px-1.5 font-medium text-primary underline coarse:h-11"
    >
      Create your workspace
    </Link>
  ) : null;
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
