import { FlaskConical, LogIn } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { useSignIn } from "@/api/auth";
import type { DemoSignIn, DemoUser, Role } from "@/api/types";
import { Button, CopyButton, IconButton } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { cx } from "@/lib/cx";

const ROLES: Record<Role, string> = { owner: "Owner", admin: "Admin", engineer: "Engineer", viewer: "Viewer" };

interface DemoBoxProps {
  readonly demo: DemoSignIn;
  readonly onDone: () => void;
}

/** The demo workspace's people, shown only where the server has them. A press on the arrow signs in at once. */
export function DemoBox({ demo, onDone }: DemoBoxProps): ReactNode {
  const signIn = useSignIn();
  const [email, setEmail] = useState(demo.email);
  const enter = (as: string) => {
    setEmail(as);
    signIn.mutate({ email: as, password: demo.password }, { onSuccess: onDone });
  };
  return (
    <aside
      aria-labelledby="demo-title"
      className="flex w-155 max-w-[44vw] flex-none flex-col justify-center border-l border-default bg-sidebar px-16 py-10 max-lg:px-10 max-md:w-auto max-md:max-w-none max-md:border-l-0 max-md:border-t max-md:px-5 max-md:py-8"
    >
      <div className="mx-auto w-full max-w-123 max-md:max-w-120">
        <p className="eyebrow mb-1.5 text-muted">Demo workspace</p>
        <h2 id="demo-title" className="text-section leading-normal">
          Look around with invented data
        </h2>
        <p className="mt-1.5 text-bubble text-muted-foreground">
          Kestrelford IT looks after 12 clients and 60 tickets in a simulated ConnectWise. Nothing you do there reaches
          a real ticket, and its owner can reset it.
        </p>
        <People users={demo.users} chosen={email} onChoose={setEmail} onEnter={enter} busy={signIn.isPending} />
        <dl className="mt-3.5 grid grid-cols-[74px_minmax(0,1fr)_30px] items-center gap-x-2.5 gap-y-0.5 rounded-card border border-default bg-code py-2 pl-3.5 pr-1.5 coarse:grid-cols-[74px_minmax(0,1fr)_44px]">
          <CredentialRow label="E-mail" value={email} />
          <CredentialRow label="Password" value={demo.password} />
        </dl>
        <div className="mt-4.5 flex flex-wrap items-center gap-x-3.5 gap-y-2">
          <Button size="foot" icon={FlaskConical} busy={signIn.isPending} onClick={() => enter(email)}>
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

interface PeopleProps {
  readonly users: readonly DemoUser[];
  readonly chosen: string;
  readonly onChoose: (email: string) => void;
  readonly onEnter: (email: string) => void;
  readonly busy: boolean;
}

function People({ users, chosen, onChoose, onEnter, busy }: PeopleProps): ReactNode {
  const name = useId();
  return (
    <fieldset className="mt-4.5 overflow-hidden rounded-card border border-default bg-card">
      <legend className="sr-only">Demo person</legend>
      {users.map((user) => (
        <div
          key={user.email}
          className={cx(
            "flex items-center gap-1 border-b border-default pr-1.5 last:border-b-0",
            user.email === chosen && "bg-elevated shadow-[inset_2px_0_0_var(--accent-edge)]",
          )}
        >
          <label className="grid min-h-12 min-w-0 flex-1 cursor-pointer grid-cols-[16px_104px_minmax(0,1fr)] items-center gap-3 py-1.5 pl-4 max-sm:grid-cols-[16px_minmax(0,1fr)] max-sm:gap-y-0">
            <input
              type="radio"
              name={name}
              value={user.email}
              checked={user.email === chosen}
              onChange={() => onChoose(user.email)}
              className="size-4 appearance-none rounded-full border-[1.5px] border-control bg-input checked:border-[5px] checked:border-accent max-sm:row-span-2"
            />
            <span className="min-w-0">
              <span className="block truncate text-bubble font-medium text-heading">{user.name}</span>
              <span className="block text-hint text-muted-foreground">{ROLES[user.role]}</span>
            </span>
            <span className="text-row leading-snug text-muted-foreground">{user.good_for}</span>
          </label>
          <IconButton
            icon={LogIn}
            label={`Sign in as ${user.name}`}
            disabled={busy}
            onClick={() => onEnter(user.email)}
          />
        </div>
      ))}
    </fieldset>
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
