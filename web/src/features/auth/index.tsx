import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useDemoSignIn } from "@/api/auth";
import { Logo } from "@/components/shell/logo";
import { SignInForm } from "@/components/shell/sign-in-form";
import { useTitle } from "@/lib/hooks";
import { safeReturnPath } from "@/lib/return-path";
import { DemoBox } from "./demo-box";

/** The sign-in page. `next` is the page that was asked for; only a path of this site is followed. */
export function SignInPage({ next }: { readonly next: string | undefined }): ReactNode {
  useTitle();
  const navigate = useNavigate();
  const client = useQueryClient();
  const demo = useDemoSignIn();
  const done = () => {
    // What an earlier person saw must not be shown to the next one.
    client.clear();
    void navigate({ href: safeReturnPath(next), replace: true });
  };
  return (
    <div className="flex min-h-dvh max-md:flex-col">
      <main className="flex min-w-0 flex-1 flex-col px-16 max-sm:px-5">
        <div className="flex h-22 flex-none items-center gap-2.75 font-heading text-field font-semibold tracking-[-0.01em] text-heading max-sm:h-18">
          <Logo />
          ResolutionFlow
        </div>
        <div className="mx-auto mt-[20dvh] w-full max-w-90 pb-10 max-md:mt-6">
          <h1 className="text-page">Sign in</h1>
          <p className="mb-4 mt-0.5 text-bubble text-muted-foreground">AI-Powered Troubleshooting for MSPs</p>
          <SignInForm onDone={done} />
        </div>
      </main>
      {demo.data ? <DemoBox demo={demo.data} onDone={done} /> : null}
    </div>
  );
}
