import { act, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import { loadDraft } from "@/lib/drafts";
import { dispatchLive } from "@/lib/live";
import { person } from "@/test/data";
import { at, refuse, server } from "@/test/server";
import { ONE, openPanel, servePsa } from "./testing/panel";

beforeEach(servePsa);

describe("a note", () => {
  const posted = { outcome: "posted", write_id: "w-1", external_id: "70711", posted_at: "2026-11-20T14:02:00Z" };

  test("says who sees it and whom it mails, is sent once and shown as read back", async () => {
    const bodies: unknown[] = [];
    server.use(
      http.post(at(`${ONE}/notes`), async ({ request }) => {
        bodies.push(await request.json());
        return HttpResponse.json(posted, { status: 201 });
      }),
    );
    const { user } = await openPanel();
    await user.click(screen.getByRole("button", { name: "Add note" }));
    const field = screen.getByRole("textbox", { name: "Note" });
    expect(field).toHaveFocus();
    const written = screen.getByRole("region", { name: "What exactly will be written" });
    expect(within(written).getByText("Internal only")).toBeInTheDocument();
    expect(within(written).getByText("Nobody is mailed")).toBeInTheDocument();
    await user.type(field, "Removed the saved credentials");
    await user.click(screen.getByRole("radio", { name: "Customer can see this" }));
    await user.click(screen.getByRole("checkbox", { name: "E-mail the contact" }));
    expect(within(written).getByText("The contact is mailed")).toBeInTheDocument();
    expect(await within(written).findByText("Written as Kit Tarrow")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Post to customer" }));
    expect(await screen.findByText("The note is on the ticket")).toBeInTheDocument();
    expect(screen.getByText(/the customer can see it, note 70711/)).toBeInTheDocument();
    expect(bodies).toEqual([{ text: "Removed the saved credentials", visibility: "customer", notify: true }]);
    expect(await loadDraft("note/48293")).toBeNull();
  });

  test("an empty one is not sent and says why", async () => {
    const { user } = await openPanel();
    await user.click(screen.getByRole("button", { name: "Add note" }));
    await user.click(screen.getByRole("button", { name: "Post internal note" }));
    expect(await screen.findByText("Write the note first")).toBeInTheDocument();
  });

  test("put aside keeps the words, without their secrets", async () => {
    const { user } = await openPanel();
    await user.click(screen.getByRole("button", { name: "Add note" }));
    await user.type(screen.getByRole("textbox", { name: "Note" }), "New password: Invented-9931 set");
    expect(screen.getByText(/1 secret will be masked/)).toBeInTheDocument();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("textbox", { name: "Note" })).not.toBeInTheDocument();
    await waitFor(async () => expect(await loadDraft("note/48293")).toBe("New password:  set"));
    await user.click(screen.getByRole("button", { name: "Add note" }));
    expect(await screen.findByText("Draft restored")).toBeInTheDocument();
  });

  test("that names another client is let pass by an admin only", async () => {
    const bodies: unknown[] = [];
    server.use(
      http.post(at(`${ONE}/notes`), async ({ request }) => {
        const body = (await request.json()) as { acknowledge?: string[] };
        bodies.push(body);
        return body.acknowledge
          ? HttpResponse.json(posted, { status: 201 })
          : refuse(409, "leak_suspected", "The text names another client. Nothing was sent.");
      }),
    );
    const engineer = await openPanel();
    await engineer.user.click(screen.getByRole("button", { name: "Add note" }));
    await engineer.user.type(screen.getByRole("textbox", { name: "Note" }), "As at Marrowby Legal");
    await engineer.user.click(screen.getByRole("button", { name: "Post internal note" }));
    expect(await screen.findByText("The note names another client")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Post all the same" })).not.toBeInTheDocument();
    expect(screen.getByRole("textbox", { name: "Note" })).toHaveValue("As at Marrowby Legal");
  });

  test("an admin may let it pass, in the open", async () => {
    const acknowledged: unknown[] = [];
    server.use(
      http.get(at("/auth/me"), () => HttpResponse.json(person({ role: "admin" }))),
      http.post(at(`${ONE}/notes`), async ({ request }) => {
        const body = (await request.json()) as { acknowledge?: string[] };
        acknowledged.push(body.acknowledge ?? null);
        return body.acknowledge
          ? HttpResponse.json(posted, { status: 201 })
          : refuse(409, "leak_suspected", "The text names another client. Nothing was sent.");
      }),
    );
    const { user } = await openPanel();
    await user.click(screen.getByRole("button", { name: "Add note" }));
    await user.type(screen.getByRole("textbox", { name: "Note" }), "As at Marrowby Legal");
    await user.click(screen.getByRole("button", { name: "Post internal note" }));
    await user.click(await screen.findByRole("button", { name: "Post all the same" }));
    expect(await screen.findByText("The note is on the ticket")).toBeInTheDocument();
    expect(acknowledged).toEqual([null, ["leak_suspected"]]);
  });

  test("a repeat after a lost answer carries the same key", async () => {
    const keys: Array<string | null> = [];
    server.use(
      http.post(at(`${ONE}/notes`), ({ request }) => {
        keys.push(request.headers.get("Idempotency-Key"));
        return keys.length === 1 ? HttpResponse.error() : HttpResponse.json(posted, { status: 201 });
      }),
    );
    const { user } = await openPanel();
    await user.click(screen.getByRole("button", { name: "Add note" }));
    await user.type(screen.getByRole("textbox", { name: "Note" }), "Done");
    await user.click(screen.getByRole("button", { name: "Post internal note" }));
    expect(await screen.findByText("No answer from ConnectWise")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Retry" }));
    expect(await screen.findByText("The note is on the ticket")).toBeInTheDocument();
    expect(keys[1]).toBe(keys[0]);
  });

  test("that waits for the PSA is followed live until it is on the ticket", async () => {
    let state = "waiting";
    server.use(
      http.post(at(`${ONE}/notes`), () =>
        HttpResponse.json({ ...posted, outcome: "pending", external_id: null, posted_at: null }, { status: 202 }),
      ),
      http.get(at("/integrations/psa/writes/w-1"), () =>
        HttpResponse.json({
          id: "w-1",
          state,
          problem: null,
          next_attempt_at: "2026-11-20T14:05:00Z",
          external_id: "70711",
          posted_at: "2026-11-20T14:05:01Z",
          actions: { retry: state === "waiting", retry_status: false, finish_without_status: false, cancel: false },
        }),
      ),
    );
    const { user } = await openPanel();
    await user.click(screen.getByRole("button", { name: "Add note" }));
    await user.type(screen.getByRole("textbox", { name: "Note" }), "Done");
    await user.click(screen.getByRole("button", { name: "Post internal note" }));
    expect(await screen.findByText("ConnectWise has not confirmed the note yet")).toBeInTheDocument();
    expect(await screen.findByRole("button", { name: "Retry now" })).toBeInTheDocument();
    state = "done";
    act(() => dispatchLive({ id: "8", kind: "psa.write.changed", data: { write_id: "w-1", ticket_id: "48293" } }));
    expect(await screen.findByText("The note is on the ticket")).toBeInTheDocument();
  });
});
