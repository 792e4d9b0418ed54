import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadDraft } from "@/lib/drafts";
import { queryClient } from "@/lib/query";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";
import { resetTurns } from "./model/turn-store";
import { item, lane, SESSION } from "./testing/fixtures";
import { serveSession, turnStream } from "./testing/serve";

const base = `/ai-sessions/${SESSION}`;
beforeEach(resetTurns);
afterEach(resetTurns);
const open = () => renderApp(`/pilot/${SESSION}`);

describe("answers", () => {
  test("collect until they are sent; with one open item an option press sends", async () => {
    const one = item(1, { options: ["Yes", "No"] });
    const two = item(2, { options: ["Here", "There"] });
    const served = serveSession({ lane: lane([one, two]) });
    let sent = 0;
    const settle = (which: typeof one, index: number) => ({
      ...which,
      state: "answered" as const,
      answer: which.options[index] ?? "",
      answer_kind: "option" as const,
      option_index: index,
    });
    server.use(
      http.post(at(`${base}/lane/:id/answer`), async ({ params, request }) => {
        const { option_index: index } = (await request.json()) as { option_index: number };
        const which = params.id === one.id ? one : two;
        const now = settle(which, index);
        const questions = served.detail.lane?.questions.map((each) => (each.id === now.id ? now : each)) ?? [];
        served.detail = { ...served.detail, lane: lane(questions) };
        return HttpResponse.json({ item: now, affected_facts: [], state_version: 7 });
      }),
      http.post(at(`${base}/lane/send`), () => {
        sent += 1;
        return turnStream().response;
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Yes" }));
    expect(await screen.findByRole("button", { name: "Send 1 answer" })).toBeInTheDocument();
    expect(sent).toBe(0);
    await waitFor(() => expect(screen.getByText(/1 \/ 2 answered/)).toBeInTheDocument());
    await user.click(screen.getByRole("button", { name: "There" }));
    await waitFor(() => expect(sent).toBe(1));
  });

  test("a refused answer goes back to being open and says why", async () => {
    serveSession({ lane: lane([item(1, { options: ["Yes"] }), item(2)]) });
    server.use(
      http.post(at(`${base}/lane/:id/answer`), () =>
        refuse(409, "session_closed", "The session was closed meanwhile."),
      ),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "Yes" }));
    expect(await screen.findByText("The session was closed meanwhile.")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Yes" })).toBeInTheDocument();
  });

  test("a command that changes something asks once more before it is copied", async () => {
    serveSession({
      lane: lane(
        [],
        [
          item(1, {
            kind: "check",
            command: "Restart-Service Spooler",
            shell: "powershell",
            command_risk: "changes",
            risk_reason: "Restarts a service",
          }),
        ],
      ),
    });
    const { user } = open();
    expect(await screen.findByText(/restarts a service/)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Copy the command" }));
    expect(screen.getByRole("button", { name: "Copy anyway?" })).toBeInTheDocument();
    expect(await navigator.clipboard.readText().catch(() => "")).toBe("");
    await user.click(screen.getByRole("button", { name: "Copy anyway?" }));
    expect(await navigator.clipboard.readText()).toBe("Restart-Service Spooler");
  });

  test("what was half pasted stands there again after a reload, and takes no focus", async () => {
    const check = item(1, { kind: "check", command: "Get-Service", shell: "powershell", command_risk: "read_only" });
    serveSession({ lane: lane([], [check]) });
    const first = open();
    await first.user.click(await screen.findByRole("button", { name: "Paste output" }));
    await first.user.type(screen.getByRole("textbox", { name: "Output" }), "Status: Run");
    await waitFor(async () => expect(await loadDraft(`output/${check.id}`)).toBe("Status: Run"));
    first.unmount();
    queryClient.clear();

    const { user } = open();
    const field = await screen.findByRole("textbox", { name: "Output" });
    await waitFor(() => expect(field).toHaveValue("Status: Run"));
    expect(field).not.toHaveFocus();
    await user.click(screen.getByRole("button", { name: "Discard" }));
    expect(await screen.findByRole("button", { name: "Paste output" })).toBeInTheDocument();
    await waitFor(async () => expect(await loadDraft(`output/${check.id}`)).toBeNull());
  });

  test("what is retired can be brought back", async () => {
    const old = item(1, { text: "Is the firmware current?", state: "retired" });
    serveSession({ lane: lane([old]) });
    let opened = false;
    server.use(
      http.post(at(`${base}/lane/${old.id}/reopen`), () => {
        opened = true;
        return HttpResponse.json({ item: { ...old, state: "open" }, affected_facts: [], state_version: 7 });
      }),
    );
    const { user } = open();
    await user.click(await screen.findByRole("button", { name: "No longer needed - 1" }));
    await user.click(screen.getByRole("button", { name: "Bring back" }));
    await waitFor(() => expect(opened).toBe(true));
  });
});
