import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import type { ReactNode } from "react";
import { useDemoSignIn, useSignIn } from "@/api/auth";
import { Logo } from "@/components/shell/logo";
import { SignInForm } from "@/components/shell/sign-in-form";
import { Button, CopyButton } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { useTitle } from "@/lib/hooks";
import { safeReturnPath } from "@/lib/return-path";

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
      {demo.data ? <DemoBox email={demo.data.email} password={demo.data.password} onDone={done} /> : null}
    </div>
  );
}

interface DemoBoxProps {
  readonly email: string;
  readonly password: string;
  readonly onDone: () => void;
}

/** The demo workspace's own sign-in, shown only where the server has one. */
function DemoBox({ email, password, onDone }: DemoBoxProps): ReactNode {
  const signIn = useSignIn();
  return (
    <aside
      aria-labelledby="demo-title"
      className="flex w-155 max-w-[44vw] flex-none flex-col justify-center border-l border-default bg-sidebar px-16 pb-10 max-lg:px-10 max-md:w-auto max-md:max-w-none max-md:border-l-0 max-md:border-t max-md:px-5 max-md:py-8"
    >
      <div className="mx-auto w-full max-w-123 max-md:max-w-90">
        <p className="eyebrow mb-1.5 text-muted">Demo workspace</p>
        <h2 id="demo-title" className="text-section leading-normal">
          Look around with invented data
        </h2>
        <p className="mt-1.5 text-bubble text-muted-foreground">
          Kestrelford IT looks after 12 clients and 60 tickets in a simulated ConnectWise. Nothing you do there reaches
          a real ticket.
        </p>
        <dl className="mt-4.5 grid grid-cols-[74px_minmax(0,1fr)_30px] items-center gap-x-2.5 gap-y-0.5 rounded-card border border-default bg-code py-2 pl-3.5 pr-1.5 coarse:grid-cols-[74px_minmax(0,1fr)_44px]">
          <CredentialRow label="E-mail" value={email} />
          <CredentialRow label="Password" value={password} />
        </dl>
        <div className="mt-4.5 flex flex-wrap items-center gap-x-3.5 gap-y-2">
          <Button
            size="foot"
            icon={FlaskConical}
            busy={signIn.isPending}
            onClick={() => signIn.mutate({ email, password }, { onSuccess: onDone })}
          >
            Use demo account
          </Button>
          <span className="text-hint text-muted-foreground">From sign-in to a posted note in about five minutes</span>
        </div>
        <p role="alert" className="mt-2 text-hint text-danger">
          {signIn.error ? messageOf(signIn.error) : null}
        </p>
      </div>
    </aside>
  );
}

function CredentialRow({ label, value }: { readonly label: string; readonly value: string }): ReactNode {
  return (
    <>
      <dt className="text-row text-muted">{label}</dt>
      <dd className="truncate font-mono text-row text-primary">{value}</dd>
      <dd>
        <CopyButton text={value} label={`Copy ${label.toLowerCase()}`} />
      </dd>
    </>
  );
}
