import { act, render, screen } from "@testing-library/react";
import { type ReactNode, useRef } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useCollapsed, useQuietFor } from "./use-collapse";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function Proposal({ id }: { readonly id: string }): ReactNode {
  const { collapsed, setCollapsed } = useCollapsed(id);
  const box = useRef<HTMLDivElement>(null);
  useQuietFor(box, !collapsed, () => setCollapsed(true));
  return (
    <div ref={box}>
      <button type="button" onClick={() => setCollapsed(false)}>
        {collapsed ? "Expand" : "Apply fix"}
      </button>
    </div>
  );
}

const wait = (seconds: number) => act(() => vi.advanceTimersByTime(seconds * 1000));
const button = () => screen.getByRole("button").textContent;

test("collapses after 30 s untouched and stays so over a reload; opened again it stays open", () => {
  const first = render(<Proposal id="a" />);
  wait(29);
  expect(button()).toBe("Apply fix");
  wait(1);
  expect(button()).toBe("Expand");
  first.unmount();

  const second = render(<Proposal id="a" />);
  expect(button()).toBe("Expand");
  act(() => screen.getByRole("button").click());
  expect(button()).toBe("Apply fix");
  second.unmount();

  render(<Proposal id="a" />);
  expect(button()).toBe("Apply fix");
});

test("a pointer in it, focus and typing put it off", () => {
  render(<Proposal id="b" />);
  const apply = screen.getByRole("button");
  wait(29);
  act(() => apply.dispatchEvent(new Event("pointermove", { bubbles: true })));
  wait(29);
  act(() => apply.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true })));
  wait(29);
  expect(button()).toBe("Apply fix");
  act(() => apply.focus());
  wait(120);
  expect(button()).toBe("Apply fix");
  act(() => apply.blur());
  wait(30);
  expect(button()).toBe("Expand");
});

test("another fix has its own", () => {
  const first = render(<Proposal id="c" />);
  wait(30);
  first.unmount();
  render(<Proposal id="d" />);
  expect(button()).toBe("Apply fix");
});
