import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useSignedIn } from "@/api/auth";
import { PageHeader } from "@/components/shell";
import { useTitle } from "@/lib/hooks";
import { GROUPS, PLACES } from "./places";

/** Account: a card for each page below it. */
export function AccountPage(): ReactNode {
  useTitle("Account");
  const { account } = useSignedIn();
  return (
    <>
      <PageHeader title="Account" meta={account.name} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the region scrolls */}
      <section aria-label="Account pages" tabIndex={0} className="min-h-0 flex-1 overflow-y-auto outline-none">
        <div className="mx-auto w-full max-w-240 px-6 pb-16 pt-6 max-sm:px-4">
          {GROUPS.map((group) => (
            <div key={group} className="mb-6">
              <h2 className="eyebrow pb-2 text-muted">{group}</h2>
              <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,280px),1fr))] gap-3">
                {PLACES.filter((place) => place.group === group).map(({ to, label, hint, icon: Icon }) => (
                  <li key={to}>
                    <Link
                      to={to}
                      className="flex h-full items-start gap-3 rounded-card border border-default bg-card p-4 no-underline transition-colors duration-[120ms] hover:border-hover hover:bg-elevated"
                    >
                      <Icon size={18} className="mt-0.5 flex-none text-muted-foreground" aria-hidden />
                      <span className="min-w-0">
                        <span className="block text-body font-semibold leading-snug text-heading">{label}</span>
                        <span className="mt-0.75 block text-row text-muted-foreground">{hint}</span>
                      </span>
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </div>
      </section>
    </>
  );
}
