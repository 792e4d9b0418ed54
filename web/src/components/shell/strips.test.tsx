import { act, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test, vi } from "vitest";
import type { Role } from "@/api/types";
import { leave } from "@/lib/leave";
import { dispatchLive } from "@/lib/live";
import { axe } from "@/test/axe";
import { person } from "@/test/data";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";

const DEMO = "Demo - invented data, simulated PSA";

function open(role: Role, demo = true) {
  const seen = { me: 0 };
  server.use(
    http.get(at("/auth/me"), () => {
      seen.me += 1;
      return HttpResponse.json(person({ role, demo }));
    }),
  );
  return { seen, ...renderApp("/nowhere/at/all") };
}

test("the demo says what it is; only its owner may reset it", async () => {
  open("admin");
  await screen.findByText(DEMO);
  expect(screen.queryByRole("button", { name: "Reset" })).not.toBeInTheDocument();
  // There is a real account beside it.
  expect(screen.queryByRole("link", { name: "Create your workspace" })).not.toBeInTheDocument();
});

test("a real workspace has no demo strip", async () => {
  open("owner", false);
  await screen.findByRole("navigation", { name: "Main" });
  expect(screen.queryByText(DEMO)).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Reset" })).not.toBeInTheDocument();
});

test("the reset asks first, does it once, and reads everything anew", async () => {
  let resets = 0;
  const { user, seen, container } = open("owner");
  server.use(
    http.post(at("/demo/reset"), () => {
      resets += 1;
      return new HttpResponse(null, { status: 204 });
    }),
  );
  await user.click(await screen.findByRole("button", { name: "Reset" }));
  expect(resets).toBe(0);
  expect(await axe(container)).toEqual([]);
  await user.keyboard("{Escape}");
  await user.click(screen.getByRole("button", { name: "Reset" }));
  const before = seen.me;
  await user.click(screen.getByRole("button", { name: "Confirm reset?" }));
  expect(await screen.findByText("The demo is back in its first state")).toBeInTheDocument();
  expect(resets).toBe(1);
  await waitFor(() => expect(seen.me).toBeGreaterThan(before));
});

test("a reset that failed is said in the server's words", async () => {
  const { user } = open("owner");
  const words = "The workspace is in its first state, but its simulated PSA did not answer.";
  server.use(http.post(at("/demo/reset"), () => refuse(503, "demo_simulator_unreachable", words)));
  await user.click(await screen.findByRole("button", { name: "Reset" }));
  await user.click(screen.getByRole("button", { name: "Confirm reset?" }));
  // Shown, and said to who listens.
  expect(await screen.findAllByText(words)).not.toHaveLength(0);
});

test("a reset elsewhere makes this tab read everything anew", async () => {
  const { seen } = open("viewer");
  await screen.findByText(DEMO);
  const before = seen.me;
  act(() => dispatchLive({ id: "9", kind: "workspace.reset", data: {} }));
  await waitFor(() => expect(seen.me).toBeGreaterThan(before));
});

test("an upgraded server asks for a reload, which only a press does; undone, the strip goes", async () => {
  const reload = vi.spyOn(leave, "reload").mockReturnValue(undefined);
  const own = document.createElement("meta");
  own.name = "rf-build";
  own.content = "build-1";
  document.head.append(own);
  try {
    let served = "build-1";
    server.use(http.get(at("/auth/me"), () => HttpResponse.json(person(), { headers: { "X-RF-Build": served } })));
    const { user, container } = renderApp("/nowhere/at/all");
    await screen.findByRole("navigation", { name: "Main" });
    expect(screen.queryByText("New version")).not.toBeInTheDocument();

    served = "build-2";
    act(() => dispatchLive({ id: null, kind: "resync", data: {} }));
    const strip = await screen.findByRole("region", { name: "Notices" });
    expect(await within(strip).findByText("New version")).toBeInTheDocument();
    expect(await axe(container)).toEqual([]);
    expect(reload).not.toHaveBeenCalled();
    await user.click(within(strip).getByRole("button", { name: "Reload" }));
    expect(reload).toHaveBeenCalledOnce();

    served = "build-1";
    act(() => dispatchLive({ id: null, kind: "resync", data: {} }));
    await waitFor(() => expect(within(strip).queryByText("New version")).not.toBeInTheDocument());
  } finally {
    own.remove();
  }
});
