import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, expect, test } from "vitest";
import { axe } from "@/test/axe";
import { person } from "@/test/data";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";
import { resetTurns } from "../model/turn-store";
import { ME, SESSION } from "../testing/fixtures";
import { serveSession } from "../testing/serve";

const COLLEAGUE = "0198f000-0000-7000-8000-0000000000ab";
const member = (id: string, name: string, over: object = {}) => ({
  id,
  name,
  email: `${name.toLowerCase().replaceAll(" ", ".")}@kestrelford.example`,
  role: "engineer",
  is_active: true,
  ...over,
});
beforeEach(resetTurns);
afterEach(resetTurns);

async function openDialog() {
  serveSession();
  server.use(http.get(at("/auth/me"), () => HttpResponse.json(person({ id: ME.id, role: "admin" }))));
  const { user } = renderApp(`/pilot/${SESSION}`);
  await user.click(await screen.findByRole("button", { name: "More for this session" }));
  await user.click(await screen.findByRole("menuitem", { name: "Change handler" }));
  return { user, dialog: await screen.findByRole("dialog", { name: "Change who handles it" }) };
}

test("nobody can be chosen before the people are known; a failure says so and is tried again", async () => {
  let down = true;
  server.use(
    http.get(at("/accounts/me/members"), () =>
      down
        ? refuse(503, "overloaded", "The server is busy.")
        : HttpResponse.json({
            items: [
              member(ME.id, ME.name),
              member(COLLEAGUE, "Nell Ashby"),
              member("0198f000-0000-7000-8000-0000000000ac", "Ivo Reader", { role: "viewer" }),
              member("0198f000-0000-7000-8000-0000000000ad", "Gone Person", { is_active: false }),
            ],
          }),
    ),
  );
  const { user, dialog } = await openDialog();
  expect(await within(dialog).findByText("The server is busy.")).toBeInTheDocument();
  expect(within(dialog).getByRole("button", { name: /^Change handler/ })).toHaveAttribute("aria-disabled", "true");
  down = false;
  await user.click(within(dialog).getByRole("button", { name: "Retry" }));
  await user.click(await within(dialog).findByLabelText("Handler"));
  expect(await screen.findByRole("option", { name: /Nell Ashby/ })).toBeInTheDocument();
  expect(screen.queryByRole("option", { name: /Ivo Reader|Gone Person/ })).not.toBeInTheDocument();
  expect(await axe(dialog)).toEqual([]);
});

test("a refusal changes nothing and says why; the next try closes the dialog", async () => {
  const asked: unknown[] = [];
  server.use(
    http.get(at("/accounts/me/members"), () =>
      HttpResponse.json({ items: [member(ME.id, ME.name), member(COLLEAGUE, "Nell Ashby")] }),
    ),
    http.put(at(`/ai-sessions/${SESSION}/handler`), async ({ request }) => {
      asked.push(await request.json());
      return asked.length === 1
        ? refuse(409, "handoff_live", "A handoff is under way. Take it back first.")
        : HttpResponse.json({});
    }),
  );
  const { user, dialog } = await openDialog();
  await user.click(await within(dialog).findByLabelText("Handler"));
  await user.click(await screen.findByRole("option", { name: /Nell Ashby/ }));
  await user.click(within(dialog).getByRole("button", { name: "Change handler" }));
  expect(await within(dialog).findByText("A handoff is under way. Take it back first.")).toBeInTheDocument();
  expect(within(dialog).getByText("Nothing was changed")).toBeInTheDocument();
  await user.click(within(dialog).getByRole("button", { name: "Change handler" }));
  await waitFor(() => expect(screen.queryByRole("dialog", { name: "Change who handles it" })).not.toBeInTheDocument());
  expect(asked).toEqual([{ user_id: COLLEAGUE }, { user_id: COLLEAGUE }]);
});
