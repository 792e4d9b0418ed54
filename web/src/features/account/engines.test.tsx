import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, test } from "vitest";
import type { AiSettingsIn, AiSettingsOut } from "@/api/ai";
import type { Role } from "@/api/types";
import { axe } from "@/test/axe";
import { person } from "@/test/data";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";

const KEY = "sk-typed-0123456789";

function settings(more: Partial<AiSettingsOut> = {}): AiSettingsOut {
  return {
    mode: "own",
    engine: "llm",
    provider: "openai_compatible",
    base_url: "https://models.example/v1",
    key_set: true,
    key_hint: "wxyz",
    model_fast: "small-1",
    model_standard: "large-1",
    monthly_budget_usd: 10,
    warn_percent: 80,
    ms_learn_enabled: false,
    images_enabled: true,
    prices: [],
    unpriced_models: ["large-1", "small-1"],
    list_prices_of: "2026-03",
    platform: { available: false, provider: null, model_fast: null, model_standard: null },
    budget: {
      month: "2026-11",
      limit_usd: 10,
      spent_usd: 8.5,
      reserved_usd: 0,
      left_usd: 1.5,
      percent: 85,
      warn_percent: 80,
      state: "warning",
      unpriced_calls: 2,
    },
    problem: null,
    version: 3,
    updated_at: "2026-11-20T11:00:00Z",
    ...more,
  };
}

let stored: AiSettingsOut;
let saved: AiSettingsIn[];

beforeEach(() => {
  stored = settings();
  saved = [];
  server.use(
    http.get(at("/accounts/me/ai"), () => HttpResponse.json(stored)),
    http.put(at("/accounts/me/ai"), async ({ request }) => {
      saved.push((await request.json()) as AiSettingsIn);
      stored = { ...stored, version: stored.version + 1 };
      return HttpResponse.json(stored);
    }),
  );
});

function as(role: Role): void {
  server.use(http.get(at("/auth/me"), () => HttpResponse.json(person({ role }))));
}

describe("engine settings", () => {
  test("are shown to engineers with who can change them, and not asked for by viewers", async () => {
    as("engineer");
    const { container, unmount } = renderApp("/account/engines");
    expect(await screen.findByText("Language model: OpenAI-compatible server")).toBeInTheDocument();
    expect(screen.getByText(/An admin or the owner of your account can change it/)).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Save" })).not.toBeInTheDocument();
    expect(screen.queryByLabelText("Key")).not.toBeInTheDocument();
    expect(await axe(container)).toEqual([]);
    unmount();
  });

  test("go out whole, without the key when it was not typed", async () => {
    as("admin");
    const { user, container } = renderApp("/account/engines");
    expect(await screen.findByText("A key ending in wxyz is stored.")).toBeInTheDocument();
    expect(screen.getByRole("meter", { name: "Budget used" })).toHaveAttribute("aria-valuenow", "85");
    expect(screen.getByText(/2 calls of models without a price/)).toBeInTheDocument();
    const budget = screen.getByLabelText("A month, in USD");
    await user.clear(budget);
    await user.type(budget, "12,5");
    await user.click(screen.getByRole("button", { name: "Price of large-1" }));
    const price = within(screen.getByRole("group", { name: "Price of large-1" }));
    await user.type(price.getByLabelText("Input"), "3");
    await user.type(price.getByLabelText("Output"), "15");
    expect(await axe(container)).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(saved[0]).toMatchObject({
      version: 3,
      monthly_budget_usd: 12.5,
      prices: [{ model: "large-1", input: 3, output: 15, cache_read: null, cache_write: null }],
    });
    expect(saved[0]).not.toHaveProperty("api_key");
    await waitFor(() => expect(screen.queryByText("Not saved yet")).not.toBeInTheDocument());
  });

  test("a key for another address must be typed anew, and is never kept in this browser", async () => {
    as("owner");
    const { user } = renderApp("/account/engines");
    await user.type(await screen.findByLabelText("Address"), "/other");
    expect(screen.getByText(/The stored key belongs to another provider or address/)).toBeInTheDocument();
    await user.selectOptions(screen.getByLabelText("Provider"), "anthropic");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("This provider needs a key")).toBeInTheDocument();
    expect(saved).toEqual([]);
    await user.type(screen.getByLabelText("Key"), KEY);
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(saved[0]).toMatchObject({ provider: "anthropic", api_key: KEY }));
    expect(screen.getByLabelText("Key")).toHaveValue("");
  });

  test("somebody else's newer settings are said, and can be taken", async () => {
    as("admin");
    server.use(
      http.put(at("/accounts/me/ai"), () => refuse(409, "version_conflict", "Somebody saved a newer version.")),
    );
    const { user } = renderApp("/account/engines");
    const model = await screen.findByLabelText("Model for small work");
    await user.type(model, "x");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await user.click(await screen.findByRole("button", { name: "Show theirs, drop mine" }));
    expect(screen.getByLabelText("Model for small work")).toHaveValue("small-1");
  });

  test("a test shows the provider's own words, tier by tier", async () => {
    as("admin");
    const asked: unknown[] = [];
    server.use(
      http.post(at("/accounts/me/ai/test"), async ({ request }) => {
        asked.push(await request.json());
        const failed = { ok: false, ms: 40, message: "The model provider refused the key of this account." };
        return HttpResponse.json({
          items: [
            { tier: "standard", model: "large-1", ...failed, provider_message: "invalid x-api-key" },
            {
              tier: "fast",
              model: "small-1",
              ok: true,
              ms: 9,
              message: "The model answered.",
              provider_message: "ready",
            },
          ],
        });
      }),
    );
    const { user } = renderApp("/account/engines");
    await user.click(await screen.findByRole("button", { name: "Test" }));
    const results = await screen.findByRole("list", { name: "Test results" });
    expect(within(results).getByText("invalid x-api-key")).toBeInTheDocument();
    expect(within(results).getByText("ready")).toBeInTheDocument();
    expect(asked[0]).not.toHaveProperty("api_key");
  });

  test("the Guide needs nothing, and says that nothing leaves", async () => {
    as("admin");
    stored = settings({
      mode: "guide",
      engine: "guide",
      provider: null,
      base_url: null,
      key_set: false,
      key_hint: null,
    });
    renderApp("/account/engines");
    expect(await screen.findByText(/Guide needs nothing/)).toBeInTheDocument();
    expect(screen.getByText(/The Guide runs here/)).toBeInTheDocument();
    expect(screen.queryByLabelText("Key")).not.toBeInTheDocument();
  });
});

describe("use and cost", () => {
  test("by person is for admins; unpriced calls are said", async () => {
    as("engineer");
    const figures = {
      input_tokens: 1200,
      output_tokens: 80,
      cached_share: 0.5,
      cost_usd: 0.0021,
      unpriced_calls: 1,
      fallbacks: 1,
    };
    server.use(
      http.get(at("/accounts/me/ai/usage"), ({ request }) =>
        HttpResponse.json({
          month: "2026-11",
          group_by: new URL(request.url).searchParams.get("group_by"),
          items: [{ key: "chat", label: "chat", calls: 4, ...figures }],
          total: { calls: 4, ...figures },
          truncated: false,
          budget: stored.budget,
        }),
      ),
    );
    const { container } = renderApp("/account/engines/usage?by=action");
    const table = await screen.findByRole("table", { name: "Use and cost" });
    expect(within(table).getByRole("cell", { name: "Answers in sessions" })).toBeInTheDocument();
    expect(within(table).getAllByRole("cell", { name: "USD 0.0021" })).toHaveLength(2);
    expect(screen.queryByRole("radio", { name: "Person" })).not.toBeInTheDocument();
    expect(await axe(container)).toEqual([]);
  });
});

describe("account", () => {
  test("leads to its pages; a viewer keeps a profile of their own", async () => {
    as("viewer");
    const { user, address } = renderApp("/account");
    await user.click(await screen.findByRole("link", { name: /^Profile/ }));
    await waitFor(() => expect(address()).toBe("/account/profile"));
    const sent: unknown[] = [];
    server.use(
      http.patch(at("/users/me"), async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json(person({ role: "viewer" }));
      }),
    );
    await user.click(await screen.findByRole("switch", { name: "Single-key shortcuts" }));
    await waitFor(() => expect(sent).toEqual([{ ui_preferences: { single_key_shortcuts: false } }]));
  });

  test("rules above one's role are shown, not changed", async () => {
    as("engineer");
    server.use(
      http.get(at("/accounts/me/preferences"), () =>
        HttpResponse.json({ preferences: {}, effective: { team_can_view_sessions: false } }),
      ),
    );
    renderApp("/account/preferences");
    expect(await screen.findByRole("switch", { name: "Everybody may read all sessions" })).toBeDisabled();
    expect(screen.getByText(/An admin or the owner of your account can change it/)).toBeInTheDocument();
  });
});
