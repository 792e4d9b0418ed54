import { act, render, renderHook, screen, waitFor } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import { Announcer } from "@/components/shell/announcer";
import { announce } from "./announce";
import { ApiError } from "./api-error";
import { useLoadingShown, useTitle } from "./hooks";
import { safeReturnPath } from "./return-path";
import { registerShortcut, setSingleKeysEnabled, startShortcuts } from "./shortcuts";
import { reloadOnStaleChunk } from "./stale-chunk";
import { applyTheme, themeChoice } from "./theme";
import { countdown, fullTime, shortTime } from "./time";
import { toast, useToasts } from "./toast";

describe("the page to return to after sign-in", () => {
  test.each([
    undefined,
    "",
    "//evil.example/x",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/sign-in?next=/sign-in",
    "/api/v1/auth/logout",
    "tickets",
  ])("%s leads to Home", (asked) => {
    expect(safeReturnPath(asked)).toBe("/");
  });

  test("a path of the site is kept whole", () => {
    expect(safeReturnPath("/tickets?board=1&ticket=48213#notes")).toBe("/tickets?board=1&ticket=48213#notes");
  });
});

describe("times", () => {
  const now = new Date("2026-11-20T14:30:00Z");
  test.each([
    ["2026-11-20T14:29:40Z", "just now"],
    ["2026-11-20T14:24:00Z", "6 m"],
    ["2026-11-20T13:31:00Z", "59 m"],
    ["2026-11-20T14:35:30Z", "in 5 m"],
    ["2026-11-20T09:15:00Z", "09:15"],
    ["2026-11-19T23:00:00Z", "Thu"],
    ["2026-11-16T09:00:00Z", "Mon"],
    ["2026-11-03T09:00:00Z", "3 Nov"],
    ["2025-11-03T09:00:00Z", "3 Nov 2025"],
  ])("%s reads %s", (moment, words) => {
    expect(shortTime(new Date(moment), now, "UTC")).toBe(words);
  });

  test("the clock of the person decides what today is", () => {
    expect(shortTime(new Date("2026-11-20T12:30:00Z"), now, "Asia/Tokyo")).toBe("21:30");
    expect(fullTime(now, "UTC")).toMatch(/Fri.*20.*Nov.*2026.*14:30:00.*UTC/);
  });

  test("a wait counts down in minutes and seconds", () => {
    expect([countdown(252), countdown(9.2), countdown(-1)]).toEqual(["4:12", "0:10", "0:00"]);
  });
});

describe("shortcuts", () => {
  const press = (key: string, init: KeyboardEventInit = {}, target: EventTarget = window) =>
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));

  test("a single key is for typing while someone types, a combination is not", () => {
    const single = vi.fn();
    const combined = vi.fn();
    const ends = [
      startShortcuts(),
      registerShortcut({ keys: "T", label: "Lane", group: "Session" }, single),
      registerShortcut({ keys: "Mod+K", label: "Search", group: "Everywhere" }, combined),
    ];
    render(<input aria-label="field" />);
    const field = screen.getByLabelText("field");
    press("t", {}, field);
    press("k", { ctrlKey: true }, field);
    expect(single).not.toHaveBeenCalled();
    expect(combined).toHaveBeenCalledOnce();
    press("t");
    expect(single).toHaveBeenCalledOnce();
    setSingleKeysEnabled(false);
    press("t");
    setSingleKeysEnabled(true);
    expect(single).toHaveBeenCalledOnce();
    for (const end of ends) {
      end();
    }
  });

  test("the newest registration wins, and may let the key through", () => {
    const page = vi.fn(() => false);
    const shell = vi.fn();
    const ends = [
      startShortcuts(),
      registerShortcut({ keys: "/", label: "Search", group: "Everywhere" }, shell),
      registerShortcut({ keys: "/", label: "Composer", group: "Session" }, page),
    ];
    press("/");
    expect(page).toHaveBeenCalledOnce();
    expect(shell).toHaveBeenCalledOnce();
    for (const end of ends) {
      end();
    }
  });
});

describe("toasts", () => {
  test("at most three, the oldest leaves; one failure is told once", () => {
    const view = renderHook(() => useToasts());
    const error = new ApiError(502, "psa_down", "ConnectWise did not answer.");
    act(() => {
      toast.info("one");
      toast.error(error);
      toast.error(error);
      toast.success("two");
      toast.success("two");
      toast.warning("three");
    });
    expect(view.result.current.map((item) => item.message)).toEqual(["ConnectWise did not answer.", "two", "three"]);
  });
});

test("the same words said twice are read twice", () => {
  render(<Announcer />);
  act(() => announce("Answer ready"));
  const first = screen.getByRole("status").textContent;
  act(() => announce("Answer ready"));
  const second = screen.getByRole("status").textContent;
  expect(first?.trim()).toBe("Answer ready");
  expect(second).not.toBe(first);
});

test("the title names the page, then the product", () => {
  const view = renderHook(({ parts }) => useTitle(...parts), {
    initialProps: { parts: ["Scan fails", "Thistlecombe Vets"] },
  });
  expect(document.title).toBe("Scan fails - Thistlecombe Vets - ResolutionFlow");
  view.rerender({ parts: [] });
  expect(document.title).toBe("ResolutionFlow - AI-Powered Troubleshooting for MSPs");
});

test("a theme is shown at once and remembered for the next first paint", () => {
  applyTheme("light");
  expect(document.documentElement.dataset.theme).toBe("light");
  expect(localStorage.getItem("rf-theme")).toBe("light");
  applyTheme("system");
  expect(themeChoice()).toBe("system");
  expect(localStorage.getItem("rf-theme")).toBeNull();
});

test("quick loading shows no skeleton", async () => {
  const view = renderHook(({ loading }) => useLoadingShown(loading), { initialProps: { loading: true } });
  expect(view.result.current).toBe(false);
  await waitFor(() => expect(view.result.current).toBe(true));
  view.rerender({ loading: false });
  expect(view.result.current).toBe(true);
  await waitFor(() => expect(view.result.current).toBe(false));
});

test("a file that no longer exists reloads the page once, not for ever, and not while the server is away", async () => {
  const reload = vi.fn();
  let upgraded = false;
  const stop = reloadOnStaleChunk(reload, () => Promise.resolve(upgraded));
  const fail = async () => {
    window.dispatchEvent(new Event("vite:preloadError", { cancelable: true }));
    await Promise.resolve();
    await Promise.resolve();
  };
  await fail();
  expect(reload).not.toHaveBeenCalled();
  upgraded = true;
  await fail();
  await fail();
  stop();
  expect(reload).toHaveBeenCalledOnce();
});
