import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import { ONE, OUTLOOK, servePsa } from "@/features/tickets/testing/panel";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";

const field = (id: string | null, value: string, confidence: "high" | "low" = "high") => ({
  id,
  value,
  confidence,
  from: { start: 0, end: 4 },
});

const DRAFT = {
  summary: field(null, "Scanner is dead"),
  description: field(null, "The scanner is dead. Urgent."),
  company: field("19", "Quillmere Dental"),
  contact: null,
  board: null,
  priority: field("1", "Priority 1", "low"),
  source_ticket_ref: null,
  unresolved: [{ field: "contact", text: "x@quillmere.example", reason: "unknown" }],
};

beforeEach(() => {
  servePsa();
  server.use(
    http.post(at("/integrations/psa/tickets/parse"), () => HttpResponse.json(DRAFT)),
    http.get(at("/integrations/psa/contacts"), () => HttpResponse.json({ items: [], problem: null })),
  );
});

async function fromWords() {
  const view = renderApp("/tickets");
  await view.user.click(await screen.findByRole("button", { name: "New ticket" }));
  const dialog = await screen.findByRole("dialog", { name: "New ticket" });
  await view.user.click(within(dialog).getByRole("textbox", { name: "What is it about?" }));
  await view.user.paste("The scanner is dead. Urgent.");
  await view.user.click(within(dialog).getByRole("button", { name: "Fill the form" }));
  await within(dialog).findByRole("button", { name: "Open ticket" });
  return { ...view, dialog };
}

describe("a new ticket", () => {
  test("words fill the form, each filled field says so, and what is missing is said before anything is sent", async () => {
    const sent: unknown[] = [];
    server.use(
      http.post(at("/integrations/psa/tickets"), async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json(
          { outcome: "created", write_id: crypto.randomUUID(), ticket: OUTLOOK, assigned: null, warnings: [] },
          { status: 201 },
        );
      }),
    );
    const { user, dialog, address } = await fromWords();
    expect(within(dialog).getByRole("textbox", { name: /Summary/ })).toHaveValue("Scanner is dead");
    expect(within(dialog).getByText("Read from your words, check it")).toBeInTheDocument();
    expect(within(dialog).getByText(/Contact "x@quillmere.example" is not in the PSA's list/)).toBeInTheDocument();
    await user.click(within(dialog).getByRole("button", { name: "Open ticket" }));
    expect(within(dialog).getByText("Choose a board", { selector: "p *, p" })).toBeInTheDocument();
    expect(sent).toEqual([]);
    await user.click(within(dialog).getByLabelText(/^Board/));
    await user.click((await screen.findAllByRole("option"))[0] as HTMLElement);
    await user.click(within(dialog).getByRole("button", { name: "Open ticket" }));
    await waitFor(() => expect(address()).toContain("ticket=48293"));
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ summary: "Scanner is dead", company_id: "19", priority_id: "1", notify: false });
  });

  test("a refusal keeps the form, and a lost answer is asked about under the same key", async () => {
    const keys: Array<string | null> = [];
    server.use(
      http.post(at("/integrations/psa/tickets"), ({ request }) => {
        keys.push(request.headers.get("Idempotency-Key"));
        return keys.length < 3
          ? HttpResponse.error()
          : refuse(409, "psa_rejected", "The PSA refused this: no such board");
      }),
      http.get(at(ONE), () => HttpResponse.json({})),
    );
    const { user, dialog } = await fromWords();
    await user.click(within(dialog).getByLabelText(/^Board/));
    await user.click((await screen.findAllByRole("option"))[0] as HTMLElement);
    const press = within(dialog).getByRole("button", { name: "Open ticket" });
    await user.click(press);
    await within(dialog).findByText("No ticket was opened");
    await user.click(press);
    await waitFor(() => expect(keys).toHaveLength(2));
    await user.click(press);
    expect(await within(dialog).findByText("The PSA refused this: no such board")).toBeInTheDocument();
    expect(new Set(keys).size).toBe(1);
    expect(within(dialog).getByRole("textbox", { name: /Summary/ })).toHaveValue("Scanner is dead");
  });
});
