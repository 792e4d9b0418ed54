import { Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { PageHeader } from "@/components/shell";
import { cx } from "@/lib/cx";
import { GROUPS, PLACES } from "./places";

interface AccountFrameProps {
  readonly title: string;
  readonly meta?: ReactNode;
  /** A 48 px row under the header: tabs of the page. */
  readonly toolbar?: ReactNode;
  /** For pages of two columns. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** A page below Account: the other pages at its left, on small screens the way back above it. */
export function AccountFrame({ title, meta, toolbar, wide = false, children }: AccountFrameProps): ReactNode {
  return (
    <>
      <PageHeader title={title} meta={meta} />
      <div className="flex min-h-0 flex-1">
        <PlaceList />
        <div className="flex min-w-0 flex-1 flex-col">
          {toolbar ? (
            <div className="flex h-12 flex-none items-center gap-3 border-b border-default bg-sidebar px-6 max-sm:px-4">
              {toolbar}
            </div>
          ) : null}
          {/* A scrolling region must be reachable by keyboard. */}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the region scrolls */}
          <section aria-label={title} tabIndex={0} className="min-h-0 flex-1 overflow-y-auto outline-none">
            <div className={cx("mx-auto w-full px-6 pb-16 pt-5 max-sm:px-4", wide ? "max-w-330" : "max-w-240")}>
              <Link
                to="/account"
                className="-ml-1 mb-3 inline-flex h-6 items-center gap-1 rounded-field px-1 text-row font-medium text-muted-foreground no-underline hover:bg-elevated hover:text-primary lg:hidden coarse:h-11"
              >
                <ChevronLeft size={14} aria-hidden />
                Account
              </Link>
              {children}
            </div>
          </section>
        </div>
      </div>
    </>
  );
}

function PlaceList(): ReactNode {
  return (
    <nav
      aria-label="Account pages"
      className="w-54 flex-none overflow-y-auto border-r border-default bg-sidebar px-3 py-4 max-lg:hidden"
    >
      {GROUPS.map((group) => (
        <div key={group} className="mb-4">
          <h2 className="eyebrow px-2.5 pb-1.5 text-muted">{group}</h2>
          <ul className="flex flex-col gap-0.5">
            {PLACES.filter((place) => place.group === group).map(({ to, label, icon: Icon }) => (
              <li key={to}>
                <Link
                  to={to}
                  activeProps={{ className: "bg-elevated text-heading", "aria-current": "page" }}
                  inactiveProps={{ className: "text-muted-foreground hover:bg-elevated hover:text-primary" }}
                  className="flex h-8 items-center gap-2.5 rounded-card px-2.5 text-bubble font-medium no-underline coarse:h-11"
                >
                  <Icon size={16} aria-hidden />
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** Who can change what is above one's role. */
export function AboveRole({ what }: { readonly what: string }): ReactNode {
  return (
    <p className="rounded-card border border-dashed border-hover px-3.5 py-2.5 text-row text-muted-foreground">
      {what} An admin or the owner of your account can change it.
    </p>
  );
}

/** A framed part of a settings page. */
export function SettingsCard({
  title,
  hint,
  children,
}: {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section aria-label={title} className="rounded-card border border-default bg-card">
      <header className="border-b border-default px-4 py-3">
        <h2 className="text-body leading-snug">{title}</h2>
        {hint ? <p className="mt-0.5 text-hint text-muted-foreground">{hint}</p> : null}
      </header>
      <div className="flex flex-col gap-4 p-4">{children}</div>
    </section>
  );
}
