import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleDashed, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { hasRole, useCanAct, useSignedIn } from "@/api/auth";
import { usePsaStatus } from "@/api/psa";
import { useSessionOverview } from "@/api/start";
import { PageHeader } from "@/components/shell";
import { buttonClass } from "@/components/ui";
import { useTitle } from "@/lib/hooks";

/** What a new workspace may be set up with. Nothing here is needed before the first session. */
export function FirstStepsPage(): ReactNode {
  useTitle("First steps");
  const { account, user } = useSignedIn();
  const canAct = useCanAct();
  const psa = usePsaStatus().data;
  const worked = useSessionOverview("active", canAct ? "mine" : "all", 1).data?.items.length;
  return (
    <>
      <PageHeader title="First steps" meta={account.name} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the region scrolls */}
      <section aria-label="First steps" tabIndex={0} className="min-h-0 flex-1 overflow-y-auto outline-none">
        <div className="mx-auto w-full max-w-180 px-6 pb-16 pt-6 max-sm:px-4">
          <p className="mb-4 text-bubble text-muted-foreground">
            {account.name} is ready to work. Each step can wait: its page is under Account.
          </p>
          <ol className="overflow-hidden rounded-card border border-default bg-card">
            <Step
              done={psa?.connected === true}
              title={psa?.connected ? "Your PSA is connected" : "Connect your PSA"}
              hint={
                psa?.connected
                  ? "Tickets are in the rail at the left."
                  : "ConnectWise, HaloPSA or Autotask. Without one, sessions are resolved here and nothing is posted."
              }
              act={
                hasRole(user, "admin") ? (
                  <Link to="/account/integrations" className={buttonClass()}>
                    {psa?.connected ? "Open Integrations" : "Connect"}
                  </Link>
                ) : null
              }
            />
            <Step
              done
              title="The Guide is ready"
              hint="It is built in and answers without a key or the internet. A language model can be added beside it."
              act={
                <Link to="/account/engines" className={buttonClass()}>
                  Open Engines
                </Link>
              }
            />
            <Step
              done={Boolean(worked)}
              title={worked ? "Your first session is under way" : "Start your first session"}
              hint="Describe a problem in your own words, or paste a log. FlowPilot asks for what is missing."
              act={
                <Link to="/" className={buttonClass("primary")}>
                  {worked ? "Open Home" : "Start a session"}
                </Link>
              }
            />
          </ol>
        </div>
      </section>
    </>
  );
}

interface StepProps {
  readonly done: boolean;
  readonly title: string;
  readonly hint: string;
  readonly act: ReactNode;
}

function Step({ done, title, hint, act }: StepProps): ReactNode {
  const Icon: LucideIcon = done ? CircleCheck : CircleDashed;
  return (
    <li className="flex items-center gap-3.5 border-b border-default px-4 py-3.5 last:border-b-0 max-sm:flex-wrap">
      <Icon
        size={18}
        className={done ? "flex-none text-success" : "flex-none text-muted-foreground"}
        role="img"
        aria-label={done ? "Done" : "Open"}
      />
      <div className="min-w-0 flex-1">
        <h2 className="text-body font-semibold leading-snug text-heading">{title}</h2>
        <p className="mt-0.75 text-row text-muted-foreground">{hint}</p>
      </div>
      {act ? <div className="flex-none max-sm:basis-full max-sm:pl-8">{act}</div> : null}
    </li>
  );
}
