import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import { type RenderResult, render } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import { TooltipProvider } from "@/components/ui";
import { queryClient } from "@/lib/query";
import { router as appRouter } from "@/routes/router";

export interface AppView extends RenderResult {
  readonly user: UserEvent;
  /** The address now, with its search. */
  readonly address: () => string;
}

/** The whole app at an address: real routes, shell and client; the server is `src/test/server.ts`. */
export function renderApp(path = "/"): AppView {
  const router = createRouter({
    ...appRouter.options,
    routeTree: appRouter.routeTree,
    history: createMemoryHistory({ initialEntries: [path] }),
    defaultPendingMinMs: 0,
  });
  const view = render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router as unknown as typeof appRouter} />
    </QueryClientProvider>,
  );
  return { ...view, user: userEvent.setup(), address: () => router.state.location.href };
}

/** One component with the providers of the app, without routes. */
export function renderPart(part: ReactNode): RenderResult & { readonly user: UserEvent } {
  const view = render(
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>{part}</TooltipProvider>
    </QueryClientProvider>,
  );
  return { ...view, user: userEvent.setup() };
}
