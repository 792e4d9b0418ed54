import { useQueryClient } from "@tanstack/react-query";
import { Link, Navigate, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useDemoSignIn } from "@/api/auth";
import { useWelcome } from "@/api/welcome";
import { SignInForm } from "@/components/shell/sign-in-form";
import { useTitle } from "@/lib/hooks";
import { safeReturnPath } from "@/lib/return-path";
import { DemoBox } from "./demo-box";
import { EntryPage } from "./entry-page";

/** The sign-in page. `next` is the page that was asked for; only a path of this site is followed. */
export function SignInPage({ next }: { readonly next: string | undefined }): ReactNode {
  useTitle();
  const navigate = useNavigate();
  const client = useQueryClient();
  const demo = useDemoSignIn();
  const welcome = useWelcome();
  const done = () => {
    // What an earlier person saw must not be shown to the next one.
    client.clear();
    void navigate({ href: safeReturnPath(next), replace: true });
  };
  if (welcome.data && demo.data === null) {
    // Nobody can sign in here yet.
    return <Navigate to="/welcome" replace />;
  }
  return (
    <EntryPage
      title="Sign in"
      line="AI-Powered Troubleshooting for MSPs"
      aside={demo.data ? <DemoBox demo={demo.data} onDone={done} /> : null}
    >
      <SignInForm onDone={done} />
      {welcome.data?.ready ? (
        <p className="mt-5 text-row text-muted-foreground">
          No account yet?{" "}
          <Link to="/welcome" className="font-medium text-accent">
            Create your workspace
          </Link>
        </p>
      ) : null}
    </EntryPage>
  );
}
