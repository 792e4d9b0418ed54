import { type Query, useQueryClient } from "@tanstack/react-query";
import { Outlet, useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { useAiLive } from "@/api/ai";
import { meQuery, startAfresh, useMe } from "@/api/auth";
import { keys } from "@/api/keys";
import { psaStatusQuery } from "@/api/psa";
import type { Me } from "@/api/types";
import { InlineError, TooltipProvider } from "@/components/ui";
import { onSignInEnded } from "@/lib/api";
import { isApiError } from "@/lib/api-error";
import { setDraftOwner } from "@/lib/drafts";
import { onLive, startLive } from "@/lib/live";
import { setSingleKeysEnabled, startShortcuts, useShortcut } from "@/lib/shortcuts";
import { applyTheme } from "@/lib/theme";
import { setTimeZone } from "@/lib/time";
import { Palette } from "./palette";
import { NavSheet, Rail } from "./rail";
import { useShell } from "./shell-store";
import { ShortcutsDialog } from "./shortcuts-dialog";
import { SignInOver } from "./sign-in-over";
import { Strips } from "./strips";

/** Everything around a page that needs a sign-in. Without one it leads to the sign-in page and back. */
export function Shell(): ReactNode {
  const me = useMe();
  if (me.data) {
    return (
      <TooltipProvider>
        <Frame me={me.data} />
      </TooltipProvider>
    );
  }
  if (isApiError(me.error, "not_authenticated")) {
    return <ToSignIn />;
  }
  if (me.error) {
    return (
      <main className="mx-auto max-w-lg px-4 pt-[20dvh]">
        <h1 className="sr-only">ResolutionFlow</h1>
        <InlineError
          title="ResolutionFlow could not be opened"
          error={me.error}
          onRetry={() => void me.refetch()}
          retrying={me.isFetching}
        />
      </main>
    );
  }
  return <EmptyFrame />;
}

/** Leads to the sign-in page once, with the way back. The address is read at that moment: it changes while leaving. */
function ToSignIn(): ReactNode {
  const router = useRouter();
  useEffect(() => {
    const { href } = router.state.location;
    void router.navigate({ to: "/sign-in", search: href === "/" ? {} : { next: href }, replace: true });
  }, [router]);
  return null;
}

/** The frame without content, in its final geometry, while the sign-in is looked up. */
function EmptyFrame(): ReactNode {
  return (
    <div className="flex h-dvh" aria-busy="true">
      <span className="w-18 flex-none border-r border-default bg-sidebar max-sm:hidden" />
      <span className="h-16.75 flex-1 border-b border-default bg-sidebar max-sm:h-15" />
    </div>
  );
}

function Frame({ me }: { readonly me: Me }): ReactNode {
  usePerson(me);
  useShellShortcuts();
  const { paletteOpen, shortcutsOpen } = useShell();
  return (
    <div className="flex h-dvh flex-col print:h-auto">
      <a
        href="#main"
        className="sr-only z-toast rounded-card bg-accent px-4 py-2 font-semibold text-on-accent focus:not-sr-only focus:fixed focus:left-3 focus:top-3 focus:m-0 focus:px-4 focus:py-2"
      >
        Skip to content
      </a>
      <Strips />
      <div className="flex min-h-0 flex-1">
        <Rail />
        <main
          id="main"
          tabIndex={-1}
          className="flex min-w-0 flex-1 flex-col overflow-clip outline-none print:overflow-visible"
        >
          <Outlet />
        </main>
      </div>
      <NavSheet />
      <SignInOver />
      {/* Part of the frame, not loaded on first use: the first keys typed after Mod+K must arrive. */}
      {paletteOpen ? <Palette /> : null}
      {shortcutsOpen ? <ShortcutsDialog /> : null}
    </div>
  );
}

/** What follows from who is signed in: drafts, theme, live events, the sign-in over the page when it ends. */
function usePerson(me: Me): void {
  const client = useQueryClient();
  const { set, signedOut } = useShell();
  const { id: userId } = me.user;
  const { id: accountId } = me.account;
  const { theme, single_key_shortcuts: singleKeys } = me.user.ui_preferences;
  // Set while rendering, since pages read their drafts in their first effect, which runs before this one.
  setDraftOwner({ userId, accountId });
  setTimeZone(me.user.ui_preferences.time_zone ?? null);
  useAiLive();

  useEffect(() => {
    if (theme) {
      applyTheme(theme);
    }
  }, [theme]);
  useEffect(() => setSingleKeysEnabled(singleKeys !== false), [singleKeys]);
  useEffect(() => onSignInEnded(() => set({ signedOut: true })), [set]);
  useEffect(() => {
    // A stream that was refused is not opened again by itself: after signing in again it starts anew.
    if (signedOut) {
      return undefined;
    }
    const refetch = () => void client.invalidateQueries();
    let first = true;
    const ends = [
      onLive("ready", () => {
        // The first one belongs to the page load; a later one means that events may have been missed.
        if (!first) {
          refetch();
        }
        first = false;
      }),
      onLive("resync", refetch),
      onLive("workspace.reset", () => void startAfresh(client)),
      onLive("closed", () => void client.invalidateQueries({ queryKey: meQuery.queryKey })),
      // Only what failed is asked for again: reading everything would itself change how the connection is doing, without end.
      onLive("psa.connection.changed", (data) => {
        void client.invalidateQueries({ queryKey: psaStatusQuery.queryKey });
        if (wordOf(data, "status") === "ok") {
          void client.invalidateQueries({ queryKey: keys.psa, predicate: failed });
        }
      }),
      startLive(userId),
    ];
    return () => {
      for (const end of ends) {
        end();
      }
    };
  }, [client, userId, signedOut]);
}

/** Could not be read, in whole or in a part that names its problem. */
function failed({ state }: Query): boolean {
  const { data } = state;
  return (
    state.status === "error" || (typeof data === "object" && data !== null && Boolean(Reflect.get(data, "problem")))
  );
}

function wordOf(data: unknown, name: string): unknown {
  return typeof data === "object" && data !== null ? Reflect.get(data, name) : null;
}

function useShellShortcuts(): void {
  const set = useShell((state) => state.set);
  useEffect(startShortcuts, []);
  useShortcut({ keys: "Mod+K", label: "Search and act", group: "Everywhere" }, () => set({ paletteOpen: true }));
  useShortcut({ keys: "?", label: "Show this list", group: "Everywhere" }, () => set({ shortcutsOpen: true }));
}
