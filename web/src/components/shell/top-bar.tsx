import { Link } from "@tanstack/react-router";
import { CircleQuestionMark, LogOut, Menu as MenuIcon, Monitor, Moon, Plus, Search, Sun, WifiOff } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { signOut, useCanAct, usePreferences, useSignedIn } from "@/api/auth";
import { Avatar, buttonClass, IconButton, initials, Kbd, MENU_LINE, Menu } from "@/components/ui";
import { cx } from "@/lib/cx";
import { usePhone } from "@/lib/hooks";
import { useLiveState } from "@/lib/live";
import { keyLabel } from "@/lib/platform";
import { applyTheme, type ThemeChoice, useThemeChoice } from "@/lib/theme";
import { useShell } from "./shell-store";

interface PageHeaderProps {
  readonly title: ReactNode;
  /** One quiet line beside the title. */
  readonly meta?: ReactNode;
  /** Acts of the page, before the tools. */
  readonly actions?: ReactNode;
}

/** The 67 px header of every page but the session view: title left, tools right. Holds the page's one h1. */
export function PageHeader({ title, meta, actions }: PageHeaderProps): ReactNode {
  const phone = usePhone();
  return (
    <header
      data-print="hide"
      className="flex h-16.75 flex-none items-center gap-3 border-b border-default bg-sidebar pl-6 pr-4 max-sm:h-15 max-sm:gap-1 max-sm:px-2"
    >
      {phone ? <NavButton /> : null}
      <h1 className="min-w-0 truncate text-page max-sm:text-section">{title}</h1>
      {meta ? (
        <span className="whitespace-nowrap pt-1 text-row text-muted-foreground max-sm:hidden">{meta}</span>
      ) : null}
      <div className="ml-auto flex flex-none items-center gap-2 max-sm:gap-1">
        {actions}
        {phone ? <NewButton /> : null}
        {actions && !phone ? <span aria-hidden className="mx-1 h-5 w-px bg-line-hover" /> : null}
        <TopTools />
      </div>
    </header>
  );
}

/** Opens the navigation on phones. Session headers of their own use it too. */
export function NavButton(): ReactNode {
  const set = useShell((state) => state.set);
  return (
    <IconButton
      icon={MenuIcon}
      label="Open the navigation"
      size="touch"
      iconSize={18}
      onClick={() => set({ navOpen: true })}
    />
  );
}

function NewButton(): ReactNode {
  const canAct = useCanAct();
  return canAct ? (
    <Link to="/pilot/{-$id}" params={{}} className={buttonClass("primary", "md")}>
      <Plus size={15} className="-ml-0.5" aria-hidden />
      New
    </Link>
  ) : null;
}

/** Search, live notice, help and user menu. `compact` shows search as a magnifier, as in the session header. */
export function TopTools({ compact = false }: { readonly compact?: boolean }): ReactNode {
  const set = useShell((state) => state.set);
  const phone = usePhone();
  return (
    <div className="flex flex-none items-center gap-1">
      <LiveNotice short={compact || phone} />
      <button
        type="button"
        onClick={() => set({ paletteOpen: true })}
        className={cx(
          "mr-2 flex h-8.25 w-59 items-center gap-2 rounded-card border border-default bg-card pl-2.5 pr-1.75 text-left text-bubble text-muted-foreground hover:border-hover max-md:hidden",
          compact && "hidden",
        )}
      >
        <Search size={14} aria-hidden />
        <span className="flex-1 truncate">Search everything</span>
        <Kbd>{keyLabel("Mod+K")}</Kbd>
      </button>
      <IconButton
        icon={Search}
        label="Search everything"
        className={compact ? "" : "md:hidden"}
        onClick={() => set({ paletteOpen: true })}
      />
      {phone ? null : (
        <IconButton icon={CircleQuestionMark} label="Help and shortcuts" onClick={() => set({ shortcutsOpen: true })} />
      )}
      <UserMenu />
    </div>
  );
}

const DOWN_AFTER_MS = 3000;

/** Says that live numbers may be old, once the stream has been down for a while. */
function LiveNotice({ short }: { readonly short: boolean }): ReactNode {
  const state = useLiveState();
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (state !== "down") {
      setLate(false);
      return undefined;
    }
    const timer = setTimeout(() => setLate(true), DOWN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <span role="status" className="contents">
      {late ? (
        <span
          title="Reconnecting - numbers may be old"
          className="mr-1 inline-flex items-center gap-1.5 whitespace-nowrap text-hint text-muted-foreground"
        >
          <WifiOff size={14} className="text-warning" aria-hidden />
          <span className={short ? "sr-only" : "max-md:sr-only"}>Reconnecting - numbers may be old</span>
        </span>
      ) : null}
    </span>
  );
}

const THEMES: ReadonlyArray<{ value: ThemeChoice; label: string; icon: typeof Sun }> = [
  { value: "system", label: "As the system", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
];

function UserMenu(): ReactNode {
  const { user, account } = useSignedIn();
  const preferences = usePreferences();
  const choice = useThemeChoice();
  return (
    <Menu
      label="Your account"
      trigger={
        <button
          type="button"
          aria-label={`${initials(user.name)}, ${user.name}: theme, sign out`}
          className="ml-1 grid size-8.5 place-items-center rounded-card hover:bg-elevated coarse:size-11"
        >
          <span aria-hidden>
            <Avatar name={user.name} size={28} />
          </span>
        </button>
      }
      header={
        <div className="max-w-65 px-2.5 pb-2 pt-1.5">
          <p className="truncate text-bubble font-semibold text-heading">{user.name}</p>
          <p className="truncate text-hint text-muted-foreground">{user.email}</p>
          <p className="truncate text-hint text-muted-foreground">{account.name}</p>
        </div>
      }
      items={[
        MENU_LINE,
        { heading: "Theme" },
        ...THEMES.map((theme) => ({
          label: theme.label,
          icon: theme.icon,
          checked: choice === theme.value,
          onSelect: () => {
            applyTheme(theme.value);
            preferences.mutate({ theme: theme.value });
          },
        })),
        MENU_LINE,
        { label: "Sign out", icon: LogOut, onSelect: () => void signOut() },
      ]}
    />
  );
}
