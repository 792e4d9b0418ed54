import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, test } from "vitest";
import { axe } from "@/test/axe";
import { person } from "@/test/data";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";

const KIT = { email: "kit.tarrow@kestrelford.example", password: "invented-demo" };
const OWNER = { ...KIT, email: "maren.holt@kestrelford.example" };
const DEMO = {
  ...KIT,
  users: [
    { email: KIT.email, name: "Kit Tarrow", role: "engineer", job: "Support engineer", good_for: "Work a ticket" },
    { email: OWNER.email, name: "Maren Holt", role: "owner", job: "Service manager", good_for: "Reset the demo" },
  ],
};
const withDemo = () => http.get(at("/auth/demo"), () => HttpResponse.json(DEMO));
const accepted = () => HttpResponse.json({ user: person().user, expires_in: 600 });

async function open(path = "/sign-in?next=/nowhere") {
  const view = renderApp(path);
  const email = await screen.findByLabelText("Work e-mail");
  return {
    ...view,
    email,
    password: screen.getByLabelText("Password"),
    button: screen.getByRole("button", { name: "Sign in" }),
  };
}

describe("refused", () => {
  test("empty fields are named and the first gets the focus; nothing is sent", async () => {
    const { user, email, password, button } = await open();
    await user.click(button);
    expect(email).toHaveFocus();
    expect(email).toHaveAccessibleDescription("Enter your work e-mail");
    expect(password).toHaveAccessibleDescription("Enter your password");
    await user.type(email, "kit@kestrelford.example");
    expect(email).not.toBeInvalid();
    await user.click(button);
    expect(password).toHaveFocus();
  });

  test("a wrong password keeps what was typed and says one thing for both causes", async () => {
    server.use(
      http.post(at("/auth/login"), () => refuse(401, "invalid_credentials", "The address or the password is wrong.")),
    );
    const { user, email, password, button } = await open();
    await user.type(email, "kit@kestrelford.example");
    await user.type(password, "wrong-invented{Enter}");
    expect(await screen.findByText("The address or the password is wrong.")).toBeInTheDocument();
    expect(email).toHaveValue("kit@kestrelford.example");
    expect(password).toHaveFocus();
    expect(button).not.toHaveAttribute("aria-disabled");
  });

  test("too many attempts count down, then let go", async () => {
    server.use(
      http.post(at("/auth/login"), () =>
        refuse(429, "too_many_attempts", "Too many failed sign-ins.", { headers: { "Retry-After": "2" } }),
      ),
    );
    const { user, email, password } = await open();
    await user.type(email, "kit@kestrelford.example");
    await user.type(password, "wrong-invented{Enter}");
    expect(await screen.findByRole("button", { name: /Try again in 0:0[12]/ })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
    expect(await screen.findByRole("button", { name: "Sign in" }, { timeout: 4000 })).not.toHaveAttribute(
      "aria-disabled",
    );
  });

  test("an address elsewhere is not followed", async () => {
    server.use(http.post(at("/auth/login"), accepted));
    const { user, email, password, address } = await open("/sign-in?next=//evil.example/x");
    await user.type(email, "kit@kestrelford.example");
    await user.type(password, "invented-password-1{Enter}");
    await waitFor(() => expect(address()).toBe("/"));
  });
});

test("signing in sends what was typed and goes to the asked page", async () => {
  let sent: unknown = null;
  server.use(
    http.post(at("/auth/login"), async ({ request }) => {
      sent = await request.json();
      return accepted();
    }),
  );
  const { user, email, password, address } = await open();
  await user.type(email, " kit@kestrelford.example");
  await user.type(password, "invented password ");
  await user.click(screen.getByRole("checkbox", { name: /Keep me signed in/ }));
  await user.keyboard("{Enter}");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  await waitFor(() => expect(address()).toBe("/nowhere"));
  expect(sent).toMatchObject({ email: "kit@kestrelford.example", password: "invented password " });
});

test("the password can be looked at, and password managers recognise the fields", async () => {
  const { user, email, password } = await open();
  expect(email).toHaveAttribute("autocomplete", "username");
  expect(password).toHaveAttribute("autocomplete", "current-password");
  await user.type(password, "invented");
  await user.click(screen.getByRole("button", { name: "Show password" }));
  expect(password).toHaveAttribute("type", "text");
  await user.click(screen.getByRole("button", { name: "Hide password" }));
  expect(password).toHaveAttribute("type", "password");
});

describe("demo workspace", () => {
  test("is absent where the server has none", async () => {
    await open();
    expect(screen.queryByRole("button", { name: "Use demo account" })).not.toBeInTheDocument();
  });

  test.each([
    ["Use demo account", KIT],
    ["Sign in as Maren Holt", OWNER],
  ])("%s signs in with one press", async (name, expected) => {
    let sent: unknown = null;
    server.use(
      withDemo(),
      http.post(at("/auth/login"), async ({ request }) => {
        sent = await request.json();
        return accepted();
      }),
    );
    const { user, address } = await open();
    await user.click(await screen.findByRole("button", { name }));
    await waitFor(() => expect(address()).toBe("/nowhere"));
    expect(sent).toEqual(expected);
  });

  test("another person is chosen: what is shown and copied is theirs", async () => {
    server.use(withDemo());
    const { user } = await open();
    const box = await screen.findByRole("complementary", { name: "Look around with invented data" });
    expect(within(box).getByRole("radio", { name: /Kit Tarrow\s*Engineer\s*Work a ticket/ })).toBeChecked();
    await user.click(within(box).getByRole("radio", { name: /Maren Holt/ }));
    expect(within(box).getByText(OWNER.email)).toBeInTheDocument();
    expect(within(box).queryByText(KIT.email)).not.toBeInTheDocument();
  });

  test("the page has no fault that axe finds", async () => {
    server.use(withDemo());
    const { container } = await open();
    await screen.findByRole("button", { name: "Use demo account" });
    expect(await axe(container)).toEqual([]);
    expect(document.title).toBe("ResolutionFlow - AI-Powered Troubleshooting for MSPs");
  });
});
