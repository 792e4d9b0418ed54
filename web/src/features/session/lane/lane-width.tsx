import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from "react";

const KEY = "rf-lane-width";
const [MIN, MAX, START, STEP] = [320, 560, 380, 20];

const clamp = (width: number) => Math.min(MAX, Math.max(MIN, Math.round(width)));

function stored(): number {
  try {
    const value = Number(localStorage.getItem(KEY));
    return value ? clamp(value) : START;
  } catch {
    return START;
  }
}

/** The lane's width, kept in this browser, and the handle that changes it by dragging or with the arrow keys. */
export function useLaneWidth(): { readonly width: number; readonly handle: ReactNode } {
  const [width, setWidth] = useState(stored);
  const keep = (next: number) => {
    setWidth(clamp(next));
    try {
      localStorage.setItem(KEY, String(clamp(next)));
    } catch {
      // Not remembered then.
    }
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) {
      keep(window.innerWidth - event.clientX);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowLeft" ? STEP : event.key === "ArrowRight" ? -STEP : 0;
    if (step !== 0) {
      event.preventDefault();
      keep(width + step);
    }
  };
  return {
    width,
    handle: (
      // biome-ignore lint/a11y/useSemanticElements: a separator that moves is a widget; an hr cannot be one
      <div
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label="Width of the task lane"
        aria-valuemin={MIN}
        aria-valuemax={MAX}
        aria-valuenow={width}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onKeyDown={onKeyDown}
        className="absolute inset-y-0 -left-1 z-sticky w-2 cursor-col-resize touch-none hover:bg-accent-dim-strong focus-visible:bg-accent-dim-strong"
      />
    ),
  };
}
