import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import type { TicketDetailOut } from "@/api/tickets";
import { detail, fakePsa, ticket } from "@/test/psa";
import { type AppView, renderApp } from "@/test/render";
import { at, server } from "@/test/server";

export const OUTLOOK = ticket("48293", "Outlook asks for a password");
export const FIREWALL = ticket("48296", "Firewall offline at Depot 2");
/** Address of the open ticket. */
export const ONE = "/integrations/psa/tickets/48293";

/** What the PSA shows of the open ticket; a test changes it as the PSA would. */
export const psa: { shown: TicketDetailOut } = { shown: detail(OUTLOOK) };

export function servePsa(): void {
  psa.shown = detail(OUTLOOK);
  server.use(
    http.get(at(ONE), () => HttpResponse.json(psa.shown)),
    ...fakePsa([FIREWALL, OUTLOOK]).handlers,
  );
}

/** The list with the panel of the ticket, all its sections read. */
export async function openPanel(): Promise<AppView> {
  const view = renderApp("/tickets?ticket=48293");
  await screen.findByRole("heading", { name: "Outlook asks for a password" });
  await screen.findByText("None on this ticket.");
  return view;
}
