import { CircleAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { BudgetOut } from "@/api/ai";
import { TONE, type Tone } from "@/components/ui";
import { cx } from "@/lib/cx";
import { monthName, usd } from "./money";

const TONES: Record<BudgetOut["state"], Tone> = {
  none: "accent",
  ok: "accent",
  warning: "warning",
  exhausted: "danger",
};

/** What a month has cost of what it may cost. */
export function BudgetMeter({ budget }: { readonly budget: BudgetOut }): ReactNode {
  const { limit_usd: limit, percent, state } = budget;
  const words = limit === null ? `${usd(budget.spent_usd)} spent` : `${usd(budget.spent_usd)} of ${usd(limit)}`;
  return (
    <div className={TONE[TONES[state]]}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-3 text-row">
        <span className="font-medium text-primary">{monthName(budget.month)}</span>
        <span className="tabular-nums text-primary">{words}</span>
      </div>
      {limit === null || percent === null ? null : (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: the element's own look differs from browser to browser */}
          <div
            role="meter"
            aria-label="Budget used"
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.min(100, Math.round(percent))}
            aria-valuetext={`${Math.round(percent)} %, ${words}`}
            className="mt-1.5 h-2 overflow-hidden rounded-full bg-elevated forced-colors:border"
          >
            <svg className="block size-full" preserveAspectRatio="none" viewBox="0 0 100 1" aria-hidden>
              <rect width={Math.min(100, percent)} height="1" className="fill-[var(--role-edge)]" />
            </svg>
          </div>
          <p className="mt-1.5 flex flex-wrap gap-x-3 text-hint text-muted-foreground">
            <span className="tabular-nums">{usd(budget.left_usd ?? 0)} left</span>
            {budget.reserved_usd > 0 ? <span>{usd(budget.reserved_usd)} held for running calls</span> : null}
            <span>Months are counted in UTC</span>
          </p>
        </>
      )}
      <BudgetState budget={budget} />
    </div>
  );
}

function BudgetState({ budget }: { readonly budget: BudgetOut }): ReactNode {
  const lines: Array<{ readonly text: string; readonly strong: boolean }> = [];
  if (budget.state === "exhausted") {
    lines.push({ text: "Used up. The Guide answers until the budget is raised or the month ends.", strong: true });
  } else if (budget.state === "warning") {
    lines.push({ text: `Over ${budget.warn_percent} %. At 100 % the Guide answers.`, strong: true });
  }
  if (budget.unpriced_calls > 0) {
    lines.push({
      text: `${budget.unpriced_calls} ${budget.unpriced_calls === 1 ? "call" : "calls"} of models without a price: not in this sum, and not free.`,
      strong: false,
    });
  }
  return lines.map(({ text, strong }) => (
    <p key={text} className={cx("mt-2 flex items-start gap-1.5 text-row", strong ? "text-role" : "text-primary")}>
      {strong ? (
        <TriangleAlert size={14} className="mt-0.5 flex-none" aria-hidden />
      ) : (
        <CircleAlert size={14} className="mt-0.5 flex-none text-warning" aria-hidden />
      )}
      {text}
    </p>
  ));
}
