import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { blocksOf } from "@/components/ui/note-text";
import { axe } from "@/test/axe";
import { renderApp } from "@/test/render";
import { at, refuse, server } from "@/test/server";

const SESSION = {
  title: "Printer offline",
  problem: "Nobody can print.",
  state: "resolved",
  opened_at: "2026-01-05T09:00:00Z",
  updated_at: "2026-01-05T10:00:00Z",
  resolved_at: "2026-01-05T10:00:00Z",
  facts: [{ text: "The spooler was stopped.", confirmed_by_person: false }],
  fixes: [{ title: "Restart the spooler", outcome: "worked", at: "2026-01-05T09:50:00Z" }],
  resolution_markdown: "## Root cause\nThe **spooler** had stopped.\n\n- one\n- two",
  messages: null,
  more_messages: false,
  expires_at: "2026-01-12T09:00:00Z",
};

test("a visitor reads the story without a sign-in", async () => {
  server.use(
    http.get(at("/auth/me"), () => refuse(401, "not_authenticated")),
    http.get(at("/shared/sessions/:token"), ({ params }) =>
      params.token === "TOKEN" ? HttpResponse.json(SESSION) : refuse(404, "share_not_found"),
    ),
  );
  const { container } = renderApp("/shared/sessions/TOKEN");
  await screen.findByRole("heading", { level: 1, name: "Printer offline" });
  expect(within(screen.getByRole("region", { name: "What was tried" })).getByText("Worked")).toBeInTheDocument();
  expect(screen.getByText("spooler", { selector: "strong" })).toBeInTheDocument();
  expect(screen.getByRole("heading", { level: 3, name: "Root cause" })).toBeInTheDocument();
  expect(screen.queryByRole("region", { name: "Conversation" })).not.toBeInTheDocument();
  expect(await axe(container)).toEqual([]);
});

test("the conversation is shown when the link includes it", async () => {
  const messages = [
    { from_pilot: false, text: "Nobody can print.", at: "2026-01-05T09:00:00Z" },
    { from_pilot: true, text: "Is the spooler running?", at: "2026-01-05T09:00:05Z" },
  ];
  server.use(http.get(at("/shared/sessions/:token"), () => HttpResponse.json({ ...SESSION, messages })));
  renderApp("/shared/sessions/TOKEN");
  const talk = await screen.findByRole("region", { name: "Conversation" });
  expect(
    within(talk)
      .getAllByRole("listitem")
      .map((item) => item.textContent),
  ).toEqual([
    expect.stringMatching(/^Engineer, .*Nobody can print\.$/),
    expect.stringMatching(/^FlowPilot, .*Is the spooler running\?$/),
  ]);
});

test("a dead link says so, a failure can be tried again", async () => {
  server.use(http.get(at("/shared/sessions/:token"), () => refuse(404, "share_not_found")));
  const { unmount } = renderApp("/shared/sessions/GONE");
  await screen.findByRole("heading", { name: "This link does not work" });
  unmount();
  server.use(http.get(at("/shared/sessions/:token"), () => refuse(429, "rate_limited", "Wait a moment.")));
  renderApp("/shared/sessions/BUSY");
  await screen.findByText("Wait a moment.");
  expect(screen.getByRole("button", { name: "Retry" })).toBeInTheDocument();
});

test("a note becomes headings, lists and paragraphs; nothing else is interpreted", () => {
  expect(blocksOf("# A\ntext\nmore\n\n1. one\n2) two\n<b>x</b>")).toEqual([
    { kind: "heading", text: "A" },
    { kind: "text", text: "text\nmore" },
    { kind: "list", items: ["one", "two"] },
    { kind: "text", text: "<b>x</b>" },
  ]);
});
