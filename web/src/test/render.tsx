import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { type RenderResult, render } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import { TooltipProvider } from "@/components/ui";
import { queryClient } from "@/lib/query";
import { createAppRouter } from "@/routes/router";

export interface AppView extends RenderResult {
  readonly user: UserEvent;
  /** The address now, with its search. */
  readonly address: () => string;
}

/** The whole app at an address: real routes, shell and client; the server is `src/test/server.ts`. */
export function renderApp(path = "/"): AppView {
  const router = createAppRouter(createMemoryHistory({ initialEntries: [path] }));
  const view = render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { ...view, user: userEvent.setup(), address: () => router.state.location.href };
}

export interface PartView extends RenderResult {
  readonly user: UserEvent;
}

/** One component with the providers of the app, without routes. */
export function renderPart(part: ReactNode): PartView {
  const view: RenderResult = render(part, { wrapper: Providers });
  return { ...view, user: userEvent.setup() };
}

function Providers({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>{children}</TooltipProvider>
    </QueryClientProvider>
  );
}
