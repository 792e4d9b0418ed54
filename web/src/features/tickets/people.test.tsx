import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import { at, refuse, server } from "@/test/server";
import { ONE, openPanel, psa, servePsa } from "./testing/panel";

const MAREN = { id: "151", name: "Maren Holt" };

beforeEach(() => {
  servePsa();
  server.use(
    http.get(at("/integrations/psa/members"), () =>
      HttpResponse.json({
        items: [{ id: "151", identifier: "mholt", name: "Maren Holt", email: null, is_me: false }],
        problem: null,
      }),
    ),
  );
});

/** The answer of the PSA once these people are on the ticket. */
function shown(people: ReadonlyArray<{ readonly id: string; readonly name: string }>) {
  const assignees = people.map((member, index) => ({ member, primary: index === 0 }));
  psa.shown = { ...psa.shown, sections: { ...psa.shown.sections, assignees: { items: assignees, problem: null } } };
  return HttpResponse.json({ ticket: psa.shown.ticket, revision: "later", assignees, changed: true });
}

async function assignMaren(): Promise<Awaited<ReturnType<typeof openPanel>>> {
  const view = await openPanel();
  await view.user.click(screen.getByRole("button", { name: /^Assign(:|$)/ }));
  await view.user.click(await screen.findByRole("option", { name: /Maren Holt/ }));
  return view;
}

describe("people on a ticket", () => {
  test("somebody counts as assigned only when the PSA shows them, and comes off the same way", async () => {
    const sent: unknown[] = [];
    server.use(
      http.post(at(`${ONE}/assignees`), async ({ request }) => {
        sent.push(await request.json(), request.headers.get("Idempotency-Key"));
        return shown([MAREN]);
      }),
      http.delete(at(`${ONE}/assignees/151`), () => shown([])),
    );
    const { user } = await assignMaren();
    const details = screen.getByRole("region", { name: "Details" });
    await user.click(await within(details).findByRole("button", { name: "Take Maren Holt off this ticket" }));
    expect(await within(details).findByText("Nobody")).toBeInTheDocument();
    expect(sent[0]).toEqual({ member_id: "151" });
    expect(sent[1]).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("a PSA with one person per ticket says so, and puts somebody in their place on request", async () => {
    const sent: unknown[] = [];
    server.use(
      http.post(at(`${ONE}/assignees`), async ({ request }) => {
        sent.push(await request.json());
        return sent.length === 1
          ? refuse(409, "already_assigned", "Somebody is on this ticket. Nothing was changed.")
          : shown([MAREN]);
      }),
    );
    const { user } = await assignMaren();
    expect(await screen.findByText("Somebody is on this ticket. Nothing was changed.")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Put Maren Holt in their place" }));
    expect(await screen.findByRole("button", { name: "Take Maren Holt off this ticket" })).toBeInTheDocument();
    expect(sent[1]).toEqual({ member_id: "151", replace: true });
  });
});
