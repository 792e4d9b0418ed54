import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import { detail } from "@/test/psa";
import type { AppView } from "@/test/render";
import { at, refuse, server } from "@/test/server";
import { ONE, OUTLOOK, openPanel, psa, servePsa } from "./testing/panel";

const RESOLVED = { id: "509", name: "Resolved", board_id: "11", closed: true, sends_email: true };
const resolved = { ...OUTLOOK, status: RESOLVED, closed: true };

beforeEach(servePsa);

async function chooseResolved({ user }: AppView): Promise<void> {
  await user.click(screen.getByRole("button", { name: /^Status: In progress/ }));
  await user.click(await screen.findByRole("menuitemcheckbox", { name: /Resolved/ }));
}

describe("a status change", () => {
  test("shows Checking at once and counts only when the PSA shows it", async () => {
    const sent: unknown[] = [];
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.use(
      http.patch(at(`${ONE}/status`), async ({ request }) => {
        sent.push(await request.json(), request.headers.get("Idempotency-Key"));
        await held;
        psa.shown = detail(resolved);
        return HttpResponse.json({
          ticket: psa.shown.ticket,
          revision: "later",
          new_status_id: "509",
          new_status: "Resolved",
        });
      }),
    );
    await chooseResolved(await openPanel());
    expect(await screen.findByText("Checking")).toBeInTheDocument();
    expect(screen.queryByText("ConnectWise shows it")).not.toBeInTheDocument();
    answer();
    expect(await screen.findByText("ConnectWise shows it")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: /^Status: Resolved/ })).toBeInTheDocument();
    expect(sent[0]).toEqual({ status_id: "509", revision: "revision-of-503" });
    expect(sent[1]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("goes back with the PSA's reason when the PSA kept the old one, and can be kept", async () => {
    server.use(
      http.patch(at(`${ONE}/status`), () =>
        refuse(502, "psa_status_not_verified", "The PSA accepted the request but did not change the status.", {
          details: { expected: "Resolved", observed: "In progress" },
        }),
      ),
    );
    const view = await openPanel();
    await chooseResolved(view);
    expect(await screen.findByText("Asked for Resolved, ConnectWise shows In progress")).toBeInTheDocument();
    expect(screen.getByText("The PSA accepted the request but did not change the status.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: /^Status: In progress/ })).toBeInTheDocument();
    await view.user.click(screen.getByRole("button", { name: "Keep In progress" }));
    expect(screen.queryByText(/^Asked for/)).not.toBeInTheDocument();
  });

  test("names what changed meanwhile and moves only when told so", async () => {
    const bodies: unknown[] = [];
    server.use(
      http.patch(at(`${ONE}/status`), async ({ request }) => {
        const body = (await request.json()) as { acknowledge?: string[] };
        bodies.push(body);
        if (!body.acknowledge) {
          const changes = JSON.parse('[{"field":"assignee","then":"Kit Tarrow","now":"Tobin Marsh","by":null}]');
          return refuse(409, "ticket_changed", "The ticket was changed since you loaded it.", { details: { changes } });
        }
        psa.shown = detail(resolved);
        return HttpResponse.json({
          ticket: psa.shown.ticket,
          revision: "later",
          new_status_id: "509",
          new_status: "Resolved",
        });
      }),
    );
    const view = await openPanel();
    await chooseResolved(view);
    expect(await screen.findByText("assignee: Kit Tarrow to Tobin Marsh")).toBeInTheDocument();
    await view.user.click(screen.getByRole("button", { name: "Change it anyway" }));
    expect(await screen.findByText("ConnectWise shows it")).toBeInTheDocument();
    expect(bodies.at(-1)).toMatchObject({ acknowledge: ["ticket_changed"] });
  });

  test("an answer that was lost is settled by what the ticket shows", async () => {
    server.use(
      http.patch(at(`${ONE}/status`), () => {
        psa.shown = detail(resolved);
        return HttpResponse.error();
      }),
    );
    await chooseResolved(await openPanel());
    expect(await screen.findByText("ConnectWise shows it")).toBeInTheDocument();
    expect(screen.queryByText(/^Asked for/)).not.toBeInTheDocument();
  });

  test("a retry after a lost answer is the same request, so that nothing happens twice", async () => {
    const keys: Array<string | null> = [];
    server.use(
      http.patch(at(`${ONE}/status`), ({ request }) => {
        keys.push(request.headers.get("Idempotency-Key"));
        return HttpResponse.error();
      }),
    );
    const view = await openPanel();
    await chooseResolved(view);
    await view.user.click(await screen.findByRole("button", { name: "Retry" }));
    await waitFor(() => expect(keys).toHaveLength(2));
    expect(keys[1]).toBe(keys[0]);
  });

  test("its outcome is still told after another ticket was looked at", async () => {
    server.use(
      http.patch(at(`${ONE}/status`), () =>
        refuse(502, "psa_status_not_verified", "Not changed.", { details: { observed: "In progress" } }),
      ),
    );
    const view = await openPanel();
    await chooseResolved(view);
    await view.user.click(screen.getByRole("link", { name: "Firewall offline at Depot 2" }));
    await screen.findByRole("heading", { name: "Firewall offline at Depot 2" });
    expect(screen.queryByText(/^Asked for/)).not.toBeInTheDocument();
    await view.user.click(screen.getByRole("link", { name: "Outlook asks for a password" }));
    expect(await screen.findByText("Asked for Resolved, ConnectWise shows In progress")).toBeInTheDocument();
  });
});
