import { useQueryClient } from "@tanstack/react-query";
import { Navigate, useLocation, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useWelcome } from "@/api/welcome";
import { InlineError, Skeleton, WhileLoading } from "@/components/ui";
import { useTitle } from "@/lib/hooks";
import { EntryPage } from "./entry-page";
import { WelcomeForm } from "./welcome-form";

const FIELDS = ["account", "name", "email", "password"];

/** Makes the first account of an installation. Once there is one the page does not exist any more. */
export function WelcomePage(): ReactNode {
  useTitle("Create your workspace");
  const navigate = useNavigate();
  const client = useQueryClient();
  // Only this page reads the end of the address; browsers send it to nobody.
  const hash = useLocation({ select: (location) => location.hash });
  const [link] = useState(hash);
  const [made, setMade] = useState(false);
  const welcome = useWelcome({ link, enabled: !made });
  const done = () => {
    // From now on there is nothing to ask for, and the answer would lead away from the first steps.
    setMade(true);
    client.clear();
    void navigate({ to: "/first-steps", replace: true });
  };
  if (welcome.data === null && !made) {
    return <Navigate to="/" replace />;
  }
  return (
    <EntryPage title="Create your workspace" line="The first account of this installation, and you as its owner" tall>
      {welcome.error ? (
        <InlineError
          title="This could not be looked up"
          error={welcome.error}
          onRetry={() => void welcome.refetch()}
          retrying={welcome.isFetching}
        />
      ) : null}
      <WhileLoading loading={welcome.isPending} label="Loading the form">
        <div aria-hidden className="flex flex-col gap-6 pt-4">
          {FIELDS.map((field) => (
            <Skeleton key={field} className="h-9" />
          ))}
        </div>
      </WhileLoading>
      {welcome.data?.ready ? <WelcomeForm link={link} onDone={done} /> : null}
      {welcome.data?.ready === false ? <NeedsLink followed={link !== ""} /> : null}
    </EntryPage>
  );
}

/** Who may run commands on the server may make its first account; how, for both ways. */
function NeedsLink({ followed }: { readonly followed: boolean }): ReactNode {
  return (
    <div className="rounded-card border border-default bg-card px-4 py-3.5 text-bubble leading-normal text-primary">
      <p>
        {followed
          ? "This link does not work any more: it works once, for 24 hours, and a newer one ends it."
          : "This installation has no account yet. The first one is made with the link that the server printed when it started."}
      </p>
      <p className="mt-2.5 text-muted-foreground">On the server, either start it again for a new link, or run</p>
      <p className="mt-1.5 overflow-x-auto whitespace-nowrap rounded-field bg-code px-2.5 py-2 font-mono text-row text-primary">
        resolutionflow create-admin
      </p>
    </div>
  );
}
