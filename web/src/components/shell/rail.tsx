import { Link, useRouterState } from "@tanstack/react-router";
import { Pin, PinOff } from "lucide-react";
import { Fragment, type ReactNode } from "react";
import { usePreferences, useSignedIn } from "@/api/auth";
import { Avatar, Counter, Sheet, Tooltip } from "@/components/ui";
import { cx } from "@/lib/cx";
import { Logo } from "./logo";
import { type NavItem, useNavItems } from "./nav";
import { useShell } from "./shell-store";
import { useAskForTickets, useTicketsAhead } from "./tickets-ahead";

/** The main navigation: 72 px with icon over label, 260 px when pinned; below 640 a drawer behind the header's menu button. */
export function Rail(): ReactNode {
  const pinned = useSignedIn().user.ui_preferences.sidebar_pinned === true;
  return (
    <nav
      aria-label="Main"
      data-print="hide"
      className={cx(
        "hidden h-full flex-none flex-col border-r border-default bg-sidebar pb-2.5 sm:flex",
        pinned ? "w-65 max-lg:w-18" : "w-18",
      )}
    >
      <Brand wide={pinned} />
      <RailItems wide={pinned} />
      <RailFoot wide={pinned} />
      <PinToggle pinned={pinned} />
    </nav>
  );
}

function Brand({ wide }: { readonly wide: boolean }): ReactNode {
  return (
    <Link
      to="/"
      aria-label="ResolutionFlow, home"
      className={cx(
        "flex h-16.75 flex-none items-center gap-2.75 no-underline",
        wide ? "px-5 max-lg:justify-center max-lg:px-0" : "justify-center",
      )}
    >
      <Logo />
      {wide ? (
        <span className="font-heading text-field font-semibold text-heading max-lg:hidden">ResolutionFlow</span>
      ) : null}
    </Link>
  );
}

function RailFoot({ wide }: { readonly wide: boolean }): ReactNode {
  const items = useNavItems().filter((item) => item.foot);
  return (
    <ul className="flex flex-none flex-col gap-0.5 px-1.5 pb-0.5 pt-1.5">
      {items.map((item) => (
        <li key={item.label}>
          <RailLink item={item} wide={wide} first={false} />
        </li>
      ))}
    </ul>
  );
}

function RailItems({ wide }: { readonly wide: boolean }): ReactNode {
  const items = useNavItems().filter((item) => !item.foot);
  useTicketsAhead(items.some((item) => item.to === "/tickets"));
  return (
    <ul className="flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto overflow-x-hidden px-1.5">
      {items.map((item, index) => (
        <Fragment key={item.label}>
          {item.section ? <Divider heading={item.section} wide={wide} /> : null}
          <li>
            <RailLink item={item} wide={wide} first={index === 0} />
          </li>
        </Fragment>
      ))}
    </ul>
  );
}

function Divider({ heading, wide }: { readonly heading: string; readonly wide: boolean }): ReactNode {
  return (
    <li aria-hidden className={cx("flex-none", wide ? "px-3 pb-1 pt-4 max-lg:px-3 max-lg:py-1.5" : "px-3 py-1.5")}>
      {wide ? <span className="eyebrow text-muted max-lg:hidden">{heading}</span> : null}
      <span className={cx("h-px bg-line", wide ? "hidden max-lg:block" : "block")} />
    </li>
  );
}

/** The page an address belongs to. *New session* is never current: it starts something. */
function useIsCurrent(item: NavItem): boolean {
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (item.accent) {
    return false;
  }
  const base = item.to.replace(/\/\{-\$\w+\}$/, "");
  return base === "/" ? path === "/" : path === base || path.startsWith(`${base}/`);
}

function RailLink({
  item,
  wide,
}: {
  readonly item: NavItem;
  readonly wide: boolean;
  readonly first: boolean;
}): ReactNode {
  const current = useIsCurrent(item);
  const askForTickets = useAskForTickets();
  const Icon = item.icon;
  const link = (
    <Link
      to={item.to}
      onClick={item.to === "/tickets" ? askForTickets : undefined}
      // With a number beside it the words themselves are the name.
      aria-label={item.waiting ? undefined : item.label}
      aria-current={current ? "page" : undefined}
      className={cx(
        "relative flex rounded-card font-medium no-underline transition-colors duration-[120ms] hover:bg-elevated",
        wide
          ? "h-9 flex-row items-center gap-3 px-3.25 text-bubble max-lg:h-12 max-lg:flex-col max-lg:justify-center max-lg:gap-1 max-lg:px-0 max-lg:text-pill"
          : "h-12 flex-col items-center justify-center gap-1 text-pill",
        item.accent ? "text-accent" : current ? "bg-elevated text-heading" : "text-muted-foreground hover:text-primary",
      )}
    >
      <Icon size={18} aria-hidden />
      <span className={wide ? "max-lg:hidden" : "hidden"}>{item.label}</span>
      <span className={wide ? "hidden max-lg:inline" : ""}>{item.short}</span>
      <Counter
        count={item.waiting ?? 0}
        tone="accent"
        label="waiting"
        className={wide ? "ml-auto max-lg:absolute max-lg:right-1.5 max-lg:top-1" : "absolute right-1.5 top-1"}
      />
    </Link>
  );
  return wide ? (
    link
  ) : (
    <Tooltip text={item.label} side="right">
      {link}
    </Tooltip>
  );
}

function PinToggle({ pinned }: { readonly pinned: boolean }): ReactNode {
  const preferences = usePreferences();
  const Icon = pinned ? PinOff : Pin;
  const label = pinned ? "Unpin" : "Pin";
  return (
    <div className="px-1.5 max-lg:hidden">
      <button
        type="button"
        onClick={() => preferences.mutate({ sidebar_pinned: !pinned })}
        aria-label={pinned ? "Unpin the navigation" : "Pin the navigation open"}
        className={cx(
          "flex w-full rounded-card font-medium text-muted-foreground transition-colors duration-[120ms] hover:bg-elevated hover:text-primary",
          pinned
            ? "h-9 items-center gap-3 px-3.25 text-bubble"
            : "h-12 flex-col items-center justify-center gap-1 text-pill leading-none",
        )}
      >
        <Icon size={18} aria-hidden />
        {label}
      </button>
    </div>
  );
}

/** The navigation of phones, opened from the header. */
export function NavSheet(): ReactNode {
  const { navOpen, set } = useShell();
  const items = useNavItems();
  const { user, account } = useSignedIn();
  const close = () => set({ navOpen: false });
  return (
    <Sheet open={navOpen} onClose={close} label="Navigation" side="left">
      <div className="flex h-16.75 flex-none items-center gap-2.75 px-5">
        <Logo />
        <span className="font-heading text-field font-semibold text-heading">ResolutionFlow</span>
      </div>
      <ul className="flex-1 overflow-y-auto px-2">
        {items.map((item) => (
          <li key={item.label}>
            <SheetLink item={item} onOpen={close} />
          </li>
        ))}
      </ul>
      <div className="flex items-center gap-3 border-t border-default px-5 py-4">
        <Avatar name={user.name} size={28} />
        <div className="min-w-0">
          <p className="truncate text-bubble font-medium text-primary">{user.name}</p>
          <p className="truncate text-hint text-muted-foreground">{account.name}</p>
        </div>
      </div>
    </Sheet>
  );
}

function SheetLink({ item, onOpen }: { readonly item: NavItem; readonly onOpen: () => void }): ReactNode {
  const current = useIsCurrent(item);
  const Icon = item.icon;
  return (
    <Link
      to={item.to}
      onClick={onOpen}
      aria-current={current ? "page" : undefined}
      className={cx(
        "flex h-12 items-center gap-3.5 rounded-card px-3.5 text-body font-medium no-underline",
        item.accent ? "text-accent" : current ? "bg-elevated text-heading" : "text-primary",
      )}
    >
      <Icon size={18} aria-hidden />
      {item.label}
      <Counter count={item.waiting ?? 0} tone="accent" label="waiting" className="ml-auto" />
    </Link>
  );
}
