import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import type { MemberMapping, PsaConnection, PsaSettings, PsaSettingsIn } from "@/api/connections";
import type { Role } from "@/api/types";
import { clearDrafts, loadDraft } from "@/lib/drafts";
import { axe } from "@/test/axe";
import { person } from "@/test/data";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";

const P = "/integrations/psa";
const SECRET = "typed-private-key";

function connection(more: Partial<PsaConnection> = {}): PsaConnection {
  return {
    id: "018f0000-0000-7000-8000-0000000000c1",
    provider: "connectwise",
    label: "ConnectWise PSA",
    name: "Our PSA",
    config: { site: "psa.kestrelford.example", company_id: "kestrelford", client_id: "...4444" },
    key_hint: "7Q2d",
    status: "permission_missing",
    status_detail: null,
    is_active: true,
    web_base: null,
    checks: [
      { check: "sign_in", ok: true, permission: null, detail: "" },
      { check: "configurations", ok: false, permission: "Companies: Configurations (inquire)", detail: "No." },
      { check: "write_time", ok: null, permission: "Time & Expense: Time Entry (add)", detail: "Only a write." },
    ],
    checked_at: "2026-11-20T14:20:00Z",
    check_seconds: 1.8,
    last_ok_at: "2026-11-20T14:20:00Z",
    open_writes: 0,
    webhook: {
      registered: false,
      reachable: true,
      moved: false,
      url: "https://flow.kestrelford.example/api/v1/integrations/psa/hooks/c1/...",
      registered_at: null,
      last_call_at: null,
    },
    version: 3,
    ...more,
  };
}

const SETTINGS: PsaSettings = {
  provider: "connectwise",
  version: 2,
  auto_push: "ask",
  time_entry: "prompt",
  time_rounding: "15",
  time_source: "active",
  work_type: null,
  billable: null,
  note_visibility: "customer",
  cw_resolution_target: "resolution",
  include_steps: false,
  notify_contact: false,
  prompt_on_close: true,
  warn_on_conflict: true,
  halo_outcomes: { internal_id: null, customer_id: null },
  target_statuses: [],
  default_resolved: "Resolved",
  default_escalated: "",
};

const people: MemberMapping[] = [
  {
    user_id: "u1",
    name: "Kit Tarrow",
    email: "kit@x.example",
    role: "engineer",
    member: { id: "155", name: "Kit Tarrow" },
    matched_by: "email",
  },
  { user_id: "u2", name: "Joss Ferrant", email: "shared@x.example", role: "engineer", member: null, matched_by: null },
];
let stored: PsaConnection[];
let sent: { path: string; body: unknown }[];

function as(role: Role): void {
  server.use(http.get(at("/auth/me"), () => HttpResponse.json(person({ role }))));
}

beforeEach(async () => {
  await clearDrafts();
  stored = [connection()];
  sent = [];
  const keep = async (request: Request) => {
    const text = await request.text();
    sent.push({
      path: new URL(request.url).pathname.split(P)[1] ?? "",
      body: text ? (JSON.parse(text) as unknown) : null,
    });
  };
  server.use(
    http.get(at(`${P}/connections`), () => HttpResponse.json({ items: stored })),
    http.get(at(`${P}/vendors`), () =>
      HttpResponse.json({
        items: [
          {
            provider: "connectwise",
            label: "ConnectWise PSA",
            config: ["site", "company_id", "client_id"],
            secrets: ["public_key", "private_key"],
            optional: [],
          },
          {
            provider: "halopsa",
            label: "HaloPSA",
            config: ["site", "tenant", "client_id"],
            secrets: ["client_secret"],
            optional: ["tenant"],
          },
          {
            provider: "autotask",
            label: "Autotask",
            config: ["username", "site"],
            secrets: ["secret", "integration_code"],
            optional: ["site"],
          },
        ],
      }),
    ),
    http.get(at(`${P}/member-mappings`), () => HttpResponse.json({ items: people })),
    http.get(at(`${P}/members`), () =>
      HttpResponse.json({
        items: [
          { id: "155", identifier: "ktarrow", name: "Kit Tarrow", email: "kit@x.example", is_me: true },
          { id: "160", identifier: "a", name: "Ann One", email: "shared@x.example", is_me: false },
          { id: "161", identifier: "b", name: "Ben Two", email: "shared@x.example", is_me: false },
        ],
        problem: null,
      }),
    ),
    http.put(at(`${P}/member-mappings`), async ({ request }) => {
      await keep(request);
      return HttpResponse.json({ items: people });
    }),
    http.get(at(`${P}/settings`), () => HttpResponse.json(SETTINGS)),
    http.put(at(`${P}/settings`), async ({ request }) => {
      await keep(request.clone());
      return HttpResponse.json({ ...SETTINGS, ...((await request.json()) as PsaSettingsIn), version: 3 });
    }),
    http.get(at(`${P}/boards`), () =>
      HttpResponse.json({ items: [{ id: "11", name: "Service Desk" }], problem: null }),
    ),
    http.get(at(`${P}/boards/11/statuses`), () =>
      HttpResponse.json({
        items: [{ id: "509", name: "Resolved", board_id: "11", closed: true, sends_email: true }],
        problem: null,
      }),
    ),
    http.post(at(`${P}/connections`), async ({ request }) => {
      await keep(request);
      return refuse(400, "psa_test_failed", "The PSA could not be connected.", {
        details: {
          checks: [{ check: "sign_in", ok: false, permission: null, detail: "The PSA refused our sign-in." }],
        },
      });
    }),
    http.patch(at(`${P}/connections/:id`), async ({ request }) => {
      await keep(request);
      return HttpResponse.json(stored[0]);
    }),
    http.put(at(`${P}/connections/:id/webhook`), async ({ request }) => {
      await keep(request);
      stored = stored.map((one) => ({
        ...one,
        webhook: { ...one.webhook, registered: true, registered_at: "2026-11-20T14:20:00Z" },
      }));
      return new HttpResponse(null, { status: 204 });
    }),
    http.delete(at(`${P}/connections/:id/webhook`), async ({ request }) => {
      await keep(request);
      stored = stored.map((one) => ({ ...one, webhook: { ...one.webhook, registered: false } }));
      return new HttpResponse(null, { status: 204 });
    }),
    http.delete(at(`${P}/connections/:id`), async ({ request }) => {
      await keep(request);
      stored = [];
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

describe("integrations", () => {
  test("are for admins; others see who can change them", async () => {
    as("engineer");
    renderApp("/account/integrations");
    expect(await screen.findByText(/ConnectWise is connected/)).toBeInTheDocument();
    expect(screen.getByText(/An admin or the owner of your account can change it/)).toBeInTheDocument();
    expect(screen.queryByText("Rights")).not.toBeInTheDocument();
  });

  test("show each right, name the one that is missing, and who is who", async () => {
    as("admin");
    const { container } = renderApp("/account/integrations");
    const rights = await screen.findByRole("list", { name: "Rights" });
    expect(within(rights).getByText(/Companies: Configurations \(inquire\)/)).toBeInTheDocument();
    expect(within(rights).getByText("missing")).toBeInTheDocument();
    expect(within(rights).getByText("proven by the first write")).toBeInTheDocument();
    expect(screen.getByText("Connected, 1 permission missing")).toBeInTheDocument();
    expect(screen.getByText("Only the owner can remove this connection.")).toBeInTheDocument();
    expect(await screen.findByText("two share mail")).toBeInTheDocument();
    expect(await axe(container)).toEqual([]);
  });

  test("a member is chosen for a person and stored at once", async () => {
    as("admin");
    const { user } = renderApp("/account/integrations");
    await user.click(await screen.findByRole("button", { name: /member of Joss Ferrant/ }));
    await user.click(await screen.findByRole("option", { name: /Ann One/ }));
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.body).toEqual({ items: [{ user_id: "u2", member_id: "160" }] });
  });

  test("without a connection one is typed in; a refusal names its check and keeps what was typed", async () => {
    as("admin");
    stored = [];
    const { user } = renderApp("/account/integrations");
    await user.click(await screen.findByRole("radio", { name: "HaloPSA" }));
    expect(screen.getByLabelText("Tenant (optional)")).toBeInTheDocument();
    await user.click(screen.getByRole("radio", { name: "ConnectWise PSA" }));
    await user.click(screen.getByRole("button", { name: "Connect ConnectWise PSA" }));
    expect(screen.getByText("Private key is needed")).toBeInTheDocument();
    expect(sent).toEqual([]);
    for (const [label, value] of [
      ["Site", "na.psa.example"],
      ["Company id", "kestrelford"],
      ["Client id", "11111111-2222-4333-8444-555555555555"],
      ["Public key", "public-key"],
      ["Private key", SECRET],
    ] as const) {
      await user.type(screen.getByLabelText(label), value);
    }
    expect(screen.getByLabelText("Private key")).toHaveAttribute("type", "password");
    await user.click(screen.getByRole("button", { name: "Connect ConnectWise PSA" }));
    expect(await screen.findByText("The PSA refused our sign-in.")).toBeInTheDocument();
    expect(screen.getByLabelText("Site")).toHaveValue("na.psa.example");
    expect(sent[0]?.body).toMatchObject({ provider: "connectwise", secrets: { private_key: SECRET } });
  });

  test("the demo connects another simulated PSA in one press", async () => {
    const me = person({ role: "admin", demo: true });
    const asked: unknown[] = [];
    server.use(
      http.get(at("/auth/me"), () => HttpResponse.json(me)),
      http.post(at("/demo/psa"), async ({ request }) => {
        asked.push(await request.json());
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = renderApp("/account/integrations");
    await user.click(await screen.findByRole("button", { name: "Connect another PSA" }));
    await user.click(await screen.findByRole("radio", { name: "HaloPSA" }));
    await user.click(screen.getByRole("button", { name: "Connect the simulated HaloPSA" }));
    await waitFor(() => expect(asked).toEqual([{ provider: "halopsa" }]));
    expect(await screen.findByRole("button", { name: "Connect another PSA" })).toBeInTheDocument();
  });

  test("what was typed of a sign-in survives a reload, its keys do not", async () => {
    as("admin");
    stored = [];
    const first = renderApp("/account/integrations");
    await first.user.click(await screen.findByRole("radio", { name: "HaloPSA" }));
    await first.user.type(screen.getByLabelText("Site"), "halo.kestrelford.example");
    await first.user.type(screen.getByLabelText("Client secret"), SECRET);
    await waitFor(async () => expect(await loadDraft("account/psa/connect")).toContain("halo.kestrelford.example"));
    expect(await loadDraft("account/psa/connect")).not.toContain(SECRET);
    first.unmount();
    const { user } = renderApp("/account/integrations");
    expect(await screen.findByText(/Draft restored; typed keys are never kept/)).toBeInTheDocument();
    expect(screen.getByRole("radio", { name: "HaloPSA" })).toBeChecked();
    expect(screen.getByLabelText("Site")).toHaveValue("halo.kestrelford.example");
    expect(screen.getByLabelText("Client secret")).toHaveValue("");
    await user.type(screen.getByLabelText("Site"), ":8443");
    expect(screen.getByLabelText("Site")).toHaveValue("halo.kestrelford.example:8443");
    expect(screen.queryByText(/Draft restored/)).not.toBeInTheDocument();
    await user.click(screen.getByRole("radio", { name: "Autotask" }));
    await user.click(screen.getByRole("radio", { name: "HaloPSA" }));
    expect(screen.getByLabelText("Site")).toHaveValue("halo.kestrelford.example:8443");
    await user.click(screen.getByRole("button", { name: "Discard what was typed" }));
    expect(screen.getByLabelText("Site")).toHaveValue("");
    await waitFor(async () => expect(await loadDraft("account/psa/connect")).toBeNull());
  });

  test("Autotask asks for no address; a new name needs no keys, another user does", async () => {
    as("admin");
    stored = [
      connection({
        provider: "autotask",
        label: "Autotask",
        config: { username: "api@kestrelford.example", site: "" },
      }),
    ];
    const { user } = renderApp("/account/integrations");
    await user.click(await screen.findByRole("button", { name: "Edit" }));
    expect(await screen.findByLabelText("API user name")).toHaveValue("api@kestrelford.example");
    expect(screen.queryByLabelText(/Zone address/)).not.toBeInTheDocument();
    expect(screen.queryByLabelText("Secret")).not.toBeInTheDocument();
    expect(screen.getByRole("button", { name: /^Store changes/ })).toHaveAttribute("aria-disabled", "true");
    await user.clear(screen.getByLabelText("Name"));
    await user.type(screen.getByLabelText("Name"), "Main desk");
    await user.click(screen.getByRole("button", { name: /^Store changes/ }));
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.body).toEqual({ version: 3, name: "Main desk", config: {}, secrets: {} });
    await user.click(await screen.findByRole("button", { name: "Edit" }));
    await user.type(screen.getByLabelText("API user name"), ".org");
    expect(screen.getByText(/type the keys again/)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: /^Store changes/ }));
    expect(screen.getByText("Integration code is needed")).toBeInTheDocument();
    expect(sent).toHaveLength(1);
  });

  test("live ticket changes are set up, shown with their last call, and removed", async () => {
    as("admin");
    const { user, container } = renderApp("/account/integrations");
    const card = await screen.findByRole("region", { name: "Live ticket changes" });
    expect(within(card).getByText("Off")).toBeInTheDocument();
    await user.click(within(card).getByRole("button", { name: "Set up" }));
    expect(await within(card).findByText(/No call came yet/)).toBeInTheDocument();
    expect(within(card).getByText(/hooks\/c1\/\.\.\./)).toBeInTheDocument();
    expect(await axe(container)).toEqual([]);
    await user.click(within(card).getByRole("button", { name: "Remove" }));
    await user.click(within(card).getByRole("button", { name: "Confirm remove?" }));
    expect(await within(card).findByText("Off")).toBeInTheDocument();
    expect(sent.map((one) => one.path.split("/").at(-1))).toEqual(["webhook", "webhook"]);
  });

  test("a server the PSA cannot reach says so and offers no button that would fail", async () => {
    as("admin");
    const away = connection();
    stored = [
      { ...away, webhook: { ...away.webhook, reachable: false, url: "http://127.0.0.1:8080/api/v1/hooks/c1/..." } },
    ];
    renderApp("/account/integrations");
    const card = await screen.findByRole("region", { name: "Live ticket changes" });
    expect(within(card).getByText(/ConnectWise cannot call this server/)).toBeInTheDocument();
    expect(within(card).getByText("127.0.0.1:8080")).toBeInTheDocument();
    expect(within(card).queryByRole("button")).not.toBeInTheDocument();
  });

  test("the owner removes it by its typed name, and gives up open writes only when told so", async () => {
    as("owner");
    stored = [connection({ open_writes: 2 })];
    const { user } = renderApp("/account/integrations");
    await user.click(await screen.findByRole("button", { name: "Remove" }));
    expect(screen.getByText(/2 writes are still open and would be given up/)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: /Remove and give up 2/ }));
    expect(sent).toEqual([]);
    await user.type(screen.getByLabelText('Type "Our PSA" to remove it'), "Our PSA");
    await user.click(screen.getByRole("button", { name: /Remove and give up 2/ }));
    expect(await screen.findByRole("button", { name: "Connect ConnectWise PSA" })).toBeInTheDocument();
  });

  test("settings go out whole with their version; a board gets its status", async () => {
    as("admin");
    const { user, container } = renderApp("/account/integrations/flowpilot");
    await user.selectOptions(await screen.findByLabelText("Resolution notes are for"), "internal");
    await user.selectOptions(await screen.findByLabelText("Service Desk, when resolved"), "509");
    expect(screen.getByLabelText("Service Desk, when escalated")).toHaveDisplayValue("Stays as it is");
    await user.type(screen.getByLabelText("Default name when escalated"), "Escalated");
    expect(screen.getByLabelText("Service Desk, when escalated")).toHaveDisplayValue("By default name");
    expect(await axe(container)).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.body).toMatchObject({
      version: 2,
      note_visibility: "internal",
      target_statuses: [{ board_id: "11", purpose: "resolved", status_id: "509" }],
    });
  });
});
