import { CircleAlert, CircleCheck, CircleDashed, CircleX } from "lucide-react";
import type { ReactNode } from "react";
import type { PsaCheck } from "@/api/connections";
import { cx } from "@/lib/cx";
import { checkName } from "./words";

/** Every check with what came of it; a right that is missing is named in the PSA's own words, with what to do. */
export function Checks({ checks, label }: { readonly checks: readonly PsaCheck[]; readonly label: string }): ReactNode {
  return (
    <ul aria-label={label} className="flex flex-col">
      {joined(checks).map((check) => (
        <CheckRow key={check.check} check={check} />
      ))}
    </ul>
  );
}

function CheckRow({ check }: { readonly check: PsaCheck }): ReactNode {
  const { icon: Icon, word, role } = look(check);
  const failed = check.ok === false;
  return (
    <li
      className={cx(
        role,
        "grid grid-cols-[16px_minmax(0,1fr)_auto] items-baseline gap-x-2.5 border-b border-default px-4 py-1.25 last:border-b-0",
        failed && "bg-role-dim",
      )}
    >
      <Icon size={15} className={cx("translate-y-0.5", check.ok === null ? "text-muted" : "text-role")} aria-hidden />
      <span className="min-w-0 text-row font-medium text-primary">
        {checkName(check)}
        {check.permission ? (
          <span className="font-normal text-muted-foreground [overflow-wrap:anywhere]"> - {check.permission}</span>
        ) : null}
      </span>
      <span className={cx("text-hint", failed ? "font-semibold text-role" : "text-muted-foreground")}>{word}</span>
      {failed ? (
        <p className="col-start-2 col-end-4 mt-0.5 text-row text-primary">
          {check.permission ? "Give this right to the role of the API member, then test again." : check.detail}
        </p>
      ) : null}
    </li>
  );
}

function look(check: PsaCheck) {
  if (check.ok === null) {
    return { icon: CircleDashed, word: "proven by the first write", role: "role-neutral" };
  }
  if (check.ok) {
    return { icon: CircleCheck, word: check.check.startsWith("write_") ? "proven" : "ok", role: "role-success" };
  }
  return check.permission
    ? { icon: CircleAlert, word: "missing", role: "role-warning" }
    : { icon: CircleX, word: "failed", role: "role-danger" };
}

const WAY = ["resolve", "tls", "discovery", "sign_in"];

/** The way in is one thing as long as all of it works. */
function joined(checks: readonly PsaCheck[]): readonly PsaCheck[] {
  const way = checks.filter((check) => WAY.includes(check.check));
  const [first] = way;
  if (!first || way.length < 2 || way.some((check) => check.ok !== true || check.permission)) {
    return checks;
  }
  return [{ ...first, check: "way" }, ...checks.filter((check) => !way.includes(check))];
}

/** How many of each, in one line. */
export function checkSummary(checks: readonly PsaCheck[]): string {
  const shown = joined(checks);
  const ok = shown.filter((check) => check.ok === true).length;
  const missing = shown.filter((check) => check.ok === false).length;
  const unknown = shown.filter((check) => check.ok === null).length;
  return [
    `${ok} ok`,
    ...(missing > 0 ? [`${missing} missing`] : []),
    ...(unknown > 0 ? [`${unknown} only a write can prove`] : []),
  ].join(", ");
}
