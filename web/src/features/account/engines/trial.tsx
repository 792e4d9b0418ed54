import { CircleAlert, CircleCheck } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import type { TierTest } from "@/api/ai";
import { cx } from "@/lib/cx";

const TIERS = { standard: "Standard work", fast: "Small work" } as const;

/** What came of the test, tier by tier, in the provider's own words. */
export function TrialResults({ items }: { readonly items: readonly TierTest[] }): ReactNode {
  const list = useRef<HTMLUListElement>(null);
  // It may come below the fold, while one still looks at *Test*.
  useEffect(() => {
    list.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <ul ref={list} aria-label="Test results" className="scroll-mb-20 grid grid-cols-2 gap-3 max-md:grid-cols-1">
      {items.map((item) => {
        const Icon = item.ok ? CircleCheck : CircleAlert;
        return (
          <li
            key={item.tier}
            className={cx(
              "min-w-0 rounded-card border border-role-tint bg-role-dim p-3",
              item.ok ? "role-success" : "role-danger",
            )}
          >
            <p className="flex items-center gap-1.75 text-row font-semibold text-heading">
              <Icon size={15} className="flex-none text-role" aria-hidden />
              {TIERS[item.tier]}
              <span className="ml-auto font-mono text-mono font-normal text-muted-foreground">{item.ms} ms</span>
            </p>
            <p className="mt-1 truncate font-mono text-mono text-muted-foreground">{item.model}</p>
            <p className="mt-1.5 text-row text-primary">{item.message}</p>
            {item.provider_message ? (
              <blockquote className="mt-1.5 rounded-field bg-code px-2.5 py-1.5 font-mono text-mono text-primary [overflow-wrap:anywhere]">
                {item.provider_message}
              </blockquote>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
