import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, test } from "vitest";
import type { Draft } from "@/api/drafts";
import { keyProblem, withoutParameter } from "@/components/scripts/model";
import { loadDraft } from "@/lib/drafts";
import { axe } from "@/test/axe";
import { person } from "@/test/data";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";

const PARAMETER = {
  key: "host_name",
  label: "Host name",
  type: "text",
  required: true,
  default: null,
  options: [],
  help: "Taken from a confirmed fact.",
  secret: false,
  validation: {},
} as const;

function draft(more: Partial<Draft> = {}): Draft {
  return {
    id: "d1",
    proposed_name: "Restart the spooler",
    language: "powershell",
    status: "pending",
    extraction: "done",
    parameter_count: 1,
    source_session_id: "s1",
    source_user: { id: "u1", name: "Dana Reyes" },
    source_ticket_ref: "CW #48291",
    fix_status: "applied_success",
    created_at: "2026-11-21T10:00:00Z",
    source_fix_id: "f1",
    script_body: "Restart-Service -ComputerName '{{ host_name }}'",
    original_body: "Restart-Service -ComputerName 'WS-0142'",
    proposed_parameters: { parameters: [PARAMETER] },
    extracted: { host_name: "WS-0142" },
    proposed_category_id: "c1",
    extraction_method: "rules",
    risk: "changes",
    risk_reason: "Restarts a service.",
    resolved_at: null,
    resolved_by: null,
    promoted_template_id: null,
    template_slug: null,
    ...more,
  };
}

function serve(one: Draft): { sent: unknown[] } {
  const served = { sent: [] as unknown[] };
  server.use(
    http.get(at("/draft-templates/count"), () => HttpResponse.json({ pending: 1 })),
    http.get(at("/draft-templates"), () => HttpResponse.json({ items: [one], next_cursor: null })),
    http.get(at("/draft-templates/d1"), () => HttpResponse.json(one)),
    http.get(at("/scripts/categories"), () =>
      HttpResponse.json({ items: [{ id: "c1", slug: "windows", name: "Windows", description: null, platform: true }] }),
    ),
    http.post(at("/draft-templates/d1/accept"), async ({ request }) => {
      served.sent.push(await request.json());
      return HttpResponse.json(
        { draft_id: "d1", promoted_template_id: "t1", template_slug: "restart-the-spooler" },
        { status: 201 },
      );
    }),
  );
  return served;
}

describe("script drafts", () => {
  test("the navigation tells how many wait, and a draft is saved as it was reviewed", async () => {
    const served = serve(draft());
    const { user, container, address } = renderApp("/scripts/drafts");
    await waitFor(() => expect(screen.getByRole("navigation", { name: "Main" })).toHaveTextContent("1 waiting"));
    await user.click(await screen.findByRole("link", { name: /Restart the spooler/ }));
    const form = await screen.findByRole("region", { name: "Draft" });
    await within(form).findByRole("button", { name: "Save as template" });
    expect(within(form).getByText("It worked")).toBeVisible();
    await waitFor(() => expect(within(form).getByRole("combobox", { name: /Category/ })).toHaveValue("c1"));
    expect(await axe(container)).toEqual([]);
    await user.click(within(form).getByRole("button", { name: "Remove host_name" }));
    await user.type(within(form).getByRole("textbox", { name: /Description/ }), "When it hangs");
    await user.click(within(form).getByRole("button", { name: "Save as template" }));
    expect(await screen.findByText("Saved as template restart-the-spooler")).toBeVisible();
    expect(address()).toBe("/scripts/drafts");
    expect(served.sent).toEqual([
      {
        name: "Restart the spooler",
        category_id: "c1",
        description: "When it hangs",
        parameters_schema: { parameters: [] },
        edited_body: "Restart-Service -ComputerName 'WS-0142'",
      },
    ]);
  });

  test("a refusal keeps what was written and says what is wrong", async () => {
    serve(draft());
    server.use(
      http.post(at("/draft-templates/d1/accept"), () => refuse(400, "hardcoded_secret", "Line 1 holds a password.")),
    );
    const { user } = renderApp("/scripts/drafts/d1");
    await user.type(await screen.findByRole("textbox", { name: /Name/ }), " now");
    await waitFor(() => expect(screen.getByRole("combobox", { name: /Category/ })).toHaveValue("c1"));
    await user.click(screen.getByRole("button", { name: "Save as template" }));
    expect(await screen.findByText("Line 1 holds a password.")).toBeVisible();
    expect(screen.getByRole("textbox", { name: /Name/ })).toHaveValue("Restart the spooler now");
  });

  test("a half-made review survives a reload, without the secrets somebody typed into it", async () => {
    serve(draft());
    const first = renderApp("/scripts/drafts/d1");
    await first.user.click(await screen.findByRole("button", { name: "Remove host_name" }));
    await first.user.type(
      screen.getByRole("textbox", { name: /Description/ }),
      "When it hangs, password = Winter2026!x",
    );
    await waitFor(async () => expect(await loadDraft("draft-review/d1")).toContain("When it hangs"));
    first.unmount();
    renderApp("/scripts/drafts/d1");
    expect(await screen.findByText("Draft restored")).toBeVisible();
    expect(screen.getByRole("textbox", { name: /Description/ })).toHaveValue("When it hangs, password = ");
    expect(screen.queryByRole("button", { name: "Remove host_name" })).toBeNull();
    await first.user.click(screen.getByRole("button", { name: "Discard" }));
    expect(await screen.findByRole("button", { name: "Remove host_name" })).toBeVisible();
    expect(await loadDraft("draft-review/d1")).toBeNull();
  });

  test("a secret found in the script cannot be taken out", async () => {
    const secret = { ...PARAMETER, key: "password", label: "Password", type: "password", secret: true } as const;
    serve(draft({ proposed_parameters: { parameters: [secret] }, extracted: {}, script_body: "x {{ password }}" }));
    renderApp("/scripts/drafts/d1");
    expect(await screen.findByText("Secret")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Remove password" })).toBeNull();
  });

  test("while values are looked for the review can begin without them", async () => {
    serve(draft({ extraction: "pending", proposed_parameters: { parameters: [] } }));
    const { user } = renderApp("/scripts/drafts/d1");
    await user.click(await screen.findByRole("button", { name: "Review without them" }));
    expect(await screen.findByRole("button", { name: "Save as template" })).toBeVisible();
  });

  test("for a viewer there is nothing of it", async () => {
    server.use(http.get(at("/auth/me"), () => HttpResponse.json(person({ role: "viewer" }))));
    renderApp("/scripts/drafts");
    expect(await screen.findByText("Drafts are for engineers")).toBeVisible();
    expect(screen.queryByRole("link", { name: /drafts/i })).toBeNull();
  });
});

test("taking a parameter out puts its literal back, and a key must be one", () => {
  const review = { body: "a {{ host_name }} {{host_name}}", parameters: [PARAMETER] };
  expect(withoutParameter(review, "host_name", { host_name: "$&WS" }).body).toBe("a $&WS $&WS");
  expect(keyProblem("host_name", review)).toBe("This key is taken");
  expect(keyProblem("Host", review)).not.toBeNull();
  expect(keyProblem("user", review)).toBeNull();
});
