import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouterHistory,
  redirect,
} from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Announcer } from "@/components/shell/announcer";
import { RouteError } from "@/components/shell/route-error";
import { Toaster } from "@/components/ui/toaster";

function Root(): ReactNode {
  return (
    <>
      <Outlet />
      <Toaster />
      <Announcer />
    </>
  );
}

/** The app's router with routes of its own; a history is given by tests. */
export function createAppRouter(given?: RouterHistory) {
  const root = createRootRoute({ component: Root });

  const signIn = createRoute({
    getParentRoute: () => root,
    path: "/sign-in",
    validateSearch: (search: Record<string, unknown>): { next?: string } =>
      typeof search.next === "string" ? { next: search.next } : {},
    component: lazyRouteComponent(() => import("./sign-in"), "SignInRoute"),
  });

  const welcome = createRoute({
    getParentRoute: () => root,
    path: "/welcome",
    component: lazyRouteComponent(() => import("./welcome"), "WelcomeRoute"),
  });

  /** Everything below needs a sign-in; the shell sees to it. */
  const app = createRoute({
    getParentRoute: () => root,
    id: "app",
    component: lazyRouteComponent(() => import("@/components/shell/shell"), "Shell"),
  });

  const home = createRoute({
    getParentRoute: () => app,
    path: "/",
    component: lazyRouteComponent(() => import("@/features/home"), "HomePage"),
  });

  const firstSteps = createRoute({
    getParentRoute: () => app,
    path: "/first-steps",
    component: lazyRouteComponent(() => import("@/features/home/first-steps"), "FirstStepsPage"),
  });

  const pilot = createRoute({
    getParentRoute: () => app,
    path: "/pilot/{-$id}",
    // Parameters of its own (a linked ticket, a draft) are read by the feature; the router only hands them on.
    validateSearch: (search: Record<string, unknown>): Record<string, unknown> => search,
    component: lazyRouteComponent(() => import("./pilot"), "PilotRoute"),
  });

  const tickets = createRoute({
    getParentRoute: () => app,
    path: "/tickets",
    validateSearch: (search: Record<string, unknown>): Record<string, unknown> => search,
    component: lazyRouteComponent(() => import("@/features/tickets"), "TicketsPage"),
  });

  const history = createRoute({
    getParentRoute: () => app,
    path: "/sessions",
    validateSearch: (search: Record<string, unknown>): Record<string, unknown> => search,
    component: lazyRouteComponent(() => import("@/features/history"), "HistoryPage"),
  });

  const drafts = createRoute({
    getParentRoute: () => app,
    path: "/scripts/drafts/{-$draftId}",
    component: lazyRouteComponent(() => import("@/features/scripts"), "DraftsPage"),
  });

  /** Public: the link itself is the key. */
  const shared = createRoute({
    getParentRoute: () => root,
    path: "/shared/sessions/$token",
    component: lazyRouteComponent(() => import("./shared-session"), "SharedSessionRoute"),
  });

  const account = createRoute({
    getParentRoute: () => app,
    path: "/account",
    component: lazyRouteComponent(() => import("@/features/account"), "AccountPage"),
  });

  const profile = createRoute({
    getParentRoute: () => app,
    path: "/account/profile",
    component: lazyRouteComponent(() => import("@/features/account"), "ProfilePage"),
  });

  const preferences = createRoute({
    getParentRoute: () => app,
    path: "/account/preferences",
    component: lazyRouteComponent(() => import("@/features/account"), "PreferencesPage"),
  });

  const engines = createRoute({
    getParentRoute: () => app,
    path: "/account/engines",
    component: lazyRouteComponent(() => import("@/features/account"), "EnginesPage"),
  });

  const engineUsage = createRoute({
    getParentRoute: () => app,
    path: "/account/engines/usage",
    validateSearch: ({ month, by }: Record<string, unknown>): { month?: string; by?: string } => ({
      ...(typeof month === "string" ? { month } : {}),
      ...(typeof by === "string" ? { by } : {}),
    }),
    component: lazyRouteComponent(() => import("@/features/account"), "EngineUsagePage"),
  });

  const integrations = createRoute({
    getParentRoute: () => app,
    path: "/account/integrations",
    component: lazyRouteComponent(() => import("@/features/account"), "IntegrationsPage"),
  });

  const integrationSettings = createRoute({
    getParentRoute: () => app,
    path: "/account/integrations/flowpilot",
    component: lazyRouteComponent(() => import("@/features/account"), "IntegrationSettingsPage"),
  });

  const postHistory = createRoute({
    getParentRoute: () => app,
    path: "/account/integrations/history",
    component: lazyRouteComponent(() => import("@/features/account"), "PostHistoryPage"),
  });

  const assistant = createRoute({
    getParentRoute: () => root,
    path: "/assistant/{-$id}",
    beforeLoad: ({ params }) => {
      throw redirect({ to: "/pilot/{-$id}", params: params.id ? { id: params.id } : {}, replace: true });
    },
  });

  const missing = createRoute({
    getParentRoute: () => app,
    path: "$",
    component: lazyRouteComponent(() => import("@/components/shell/not-found"), "NotFound"),
  });

  const routeTree = root.addChildren([
    signIn,
    welcome,
    shared,
    assistant,
    app.addChildren([
      home,
      firstSteps,
      pilot,
      tickets,
      history,
      drafts,
      account,
      profile,
      preferences,
      engines,
      engineUsage,
      integrations,
      integrationSettings,
      postHistory,
      missing,
    ]),
  ]);

  return createRouter({
    ...(given ? { history: given } : {}),
    routeTree,
    defaultPreload: "intent",
    defaultErrorComponent: RouteError,
    defaultPendingMs: 150,
    defaultPendingMinMs: 300,
    scrollRestoration: false,
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
