import { Route } from "lucide-react";
import type { ReactNode } from "react";

/** The 30 px ember square: the only place of that colour. */
export function Logo(): ReactNode {
  return (
    <span className="grid size-7.5 flex-none place-items-center rounded-card bg-ember text-on-ember">
      <Route size={18} className="!stroke-[2.25]" aria-hidden />
    </span>
  );
}
