import type { ReactNode } from "react";
import type { UsageRow } from "@/api/ai";
import { usd } from "./money";

const HEIGHT = 80;

/** Cost by day as bars; the table below says the same in numbers. Days of unpriced calls alone show a line at the foot. */
export function DayBars({ month, rows }: { readonly month: string; readonly rows: readonly UsageRow[] }): ReactNode {
  const days = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
  const byDay = new Map(rows.map((row) => [row.key, row]));
  const most = Math.max(...rows.map((row) => row.cost_usd), 0.0001);
  return (
    <figure className="rounded-card border border-default bg-card px-4 pb-3 pt-4">
      <figcaption className="mb-3 flex justify-between text-hint text-muted-foreground">
        <span>Cost by day (UTC)</span>
        <span className="tabular-nums">highest {usd(most < 0.001 ? 0 : most)}</span>
      </figcaption>
      <svg
        role="img"
        aria-label="Cost by day; the numbers are in the table below"
        viewBox={`0 0 ${days * 10} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block h-20 w-full"
      >
        {daysOf(month, days).map((day, index) => {
          const row = byDay.get(day);
          const height = row ? Math.max(2, (row.cost_usd / most) * HEIGHT) : 0;
          return (
            <rect
              key={day}
              x={index * 10 + 1.5}
              y={HEIGHT - height}
              width={7}
              height={height}
              className="fill-[var(--accent-edge)]"
            />
          );
        })}
        <rect y={HEIGHT - 0.5} width={days * 10} height={0.5} className="fill-[var(--border-hover)]" />
      </svg>
      <div className="mt-1 flex justify-between text-hint text-muted-foreground" aria-hidden>
        <span>1</span>
        <span>{days}</span>
      </div>
    </figure>
  );
}

function daysOf(month: string, days: number): string[] {
  return Array.from({ length: days }, (_, index) => `${month}-${String(index + 1).padStart(2, "0")}`);
}
