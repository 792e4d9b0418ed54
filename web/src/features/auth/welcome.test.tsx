import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, test } from "vitest";
import { axe } from "@/test/axe";
import { person } from "@/test/data";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";

const TITLE = { level: 1, name: "Create your workspace" };
const offered = (ready = true) => http.get(at("/auth/welcome"), () => HttpResponse.json({ ready }));

/** Takes what is sent; `answers` in turn. */
function take(...answers: Array<() => Response>): readonly Record<string, unknown>[] {
  const sent: Record<string, unknown>[] = [];
  server.use(
    http.post(at("/auth/welcome"), async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>);
      return (answers[sent.length - 1] ?? made)();
    }),
  );
  return sent;
}
const made = () => HttpResponse.json({ user: person({ role: "owner" }).user, expires_in: 600 }, { status: 201 });

async function open(path = "/welcome") {
  const view = renderApp(path);
  const company = await screen.findByLabelText("Company");
  const fill = async () => {
    await view.user.type(company, " Oakmere IT ");
    await view.user.type(screen.getByLabelText("Your name"), "Rin Halloway");
    await view.user.type(screen.getByLabelText("Work e-mail"), "rin@oakmere.example");
    await view.user.type(screen.getByLabelText("Password"), "seven quiet herons");
  };
  return { ...view, company, fill, button: screen.getByRole("button", { name: "Create workspace" }) };
}

describe("refused", () => {
  test("with a first account the page does not exist: it leads to the app", async () => {
    const { address } = renderApp("/welcome");
    await waitFor(() => expect(address()).toBe("/"));
  });

  test("without the link, and with one that ended, it says how to get one", async () => {
    server.use(offered(false));
    const first = renderApp("/welcome");
    expect(await screen.findByText(/This installation has no account yet/)).toBeInTheDocument();
    expect(screen.getByText("resolutionflow create-admin")).toBeInTheDocument();
    expect(screen.queryByLabelText("Password")).not.toBeInTheDocument();
    expect(await axe(first.container)).toEqual([]);
    first.unmount();
    renderApp("/welcome#old-link");
    expect(await screen.findByText(/This link does not work any more/)).toBeInTheDocument();
  });

  test("what is missing is named, the first gets the focus, and nothing is sent", async () => {
    server.use(offered());
    const sent = take();
    const { user, company, button } = await open();
    await user.type(screen.getByLabelText("Password"), "too short");
    await user.click(button);
    expect(company).toHaveFocus();
    expect(company).toHaveAccessibleDescription(/Enter the name of your company/);
    expect(screen.getByLabelText("Work e-mail")).toHaveAccessibleDescription("Enter your work e-mail");
    expect(screen.getByLabelText("Password")).toHaveAccessibleDescription(/Use 12 characters or more/);
    await user.type(company, "O");
    expect(company).not.toBeInvalid();
    expect(sent).toEqual([]);
  });

  test("a password, an address, and a lost race are said where they belong; what was typed stays", async () => {
    server.use(offered());
    take(
      () => refuse(400, "weak_password", "Among those that are tried first."),
      () => refuse(409, "email_in_use", "Somebody signs in with it."),
      () => refuse(429, "rate_limited", "Wait a moment and try again."),
    );
    const { user, fill, button, company } = await open();
    await fill();
    await user.click(button);
    const password = screen.getByLabelText("Password");
    await waitFor(() => expect(password).toHaveAccessibleDescription(/Among those that are tried first/));
    expect(password).toHaveFocus();
    await user.click(button);
    const email = screen.getByLabelText("Work e-mail");
    await waitFor(() => expect(email).toHaveAccessibleDescription("Somebody signs in with it."));
    await user.click(button);
    expect(await screen.findByText("Wait a moment and try again.")).toBeInTheDocument();
    expect(company).toHaveValue(" Oakmere IT ");
  });
});

describe("the first account", () => {
  test("is made with the link and leads to the first steps that exist", async () => {
    const links: Array<string | null> = [];
    const sent = take();
    server.use(
      http.get(at("/auth/welcome"), ({ request }) => {
        links.push(request.headers.get("X-Welcome-Link"));
        return sent.length ? refuse(404, "not_found") : HttpResponse.json({ ready: true });
      }),
      http.get(at("/auth/me"), () => HttpResponse.json(person({ role: "owner" }))),
      http.get(at("/integrations/psa/status"), () =>
        HttpResponse.json({ connected: false, provider: null, name: null, status: null, web_base: null }),
      ),
    );
    const { user, fill, address, container } = await open("/welcome#the-link");
    expect(await axe(container)).toEqual([]);
    await fill();
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { level: 1, name: "First steps" })).toBeInTheDocument();
    expect(address()).toBe("/first-steps");
    expect(links).toEqual(["the-link"]);
    expect(sent).toEqual([
      {
        account_name: "Oakmere IT",
        name: "Rin Halloway",
        email: "rin@oakmere.example",
        password: "seven quiet herons",
        link: "the-link",
      },
    ]);
    expect(await screen.findByRole("link", { name: "Connect" })).toHaveAttribute("href", "/account/integrations");
    expect(screen.getByRole("link", { name: "Start a session" })).toHaveAttribute("href", "/");
    expect(screen.getByRole("heading", { name: "The Guide is ready" })).toBeInTheDocument();
    expect(await axe(container)).toEqual([]);
  });
});

describe("the ways to it", () => {
  test("an installation where nobody can sign in leads there from sign-in", async () => {
    server.use(offered());
    const { address } = renderApp("/sign-in");
    expect(await screen.findByRole("heading", TITLE)).toBeInTheDocument();
    expect(address()).toBe("/welcome");
  });

  test("the demo's strip and its sign-in page offer it while there is no account", async () => {
    const demo = { email: "kit@kestrelford.example", password: "invented-demo", users: [] };
    server.use(
      offered(),
      http.get(at("/auth/demo"), () => HttpResponse.json(demo)),
      http.get(at("/auth/me"), () => HttpResponse.json(person({ role: "viewer", demo: true }))),
    );
    const inDemo = renderApp("/nowhere");
    expect(await screen.findByRole("link", { name: "Create your workspace" })).toHaveAttribute("href", "/welcome");
    inDemo.unmount();
    renderApp("/sign-in");
    expect(await screen.findByRole("link", { name: "Create your workspace" })).toHaveAttribute("href", "/welcome");
  });
});
