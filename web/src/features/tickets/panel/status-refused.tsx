import { CircleAlert, RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { usePsaName } from "@/api/psa";
import type { StatusChange } from "@/api/tickets";
import { Button, TextButton } from "@/components/ui";
import { ApiError, detail, isApiError, messageOf } from "@/lib/api-error";

interface StatusRefusedProps {
  readonly error: unknown;
  readonly asked: StatusChange;
  /** Status the ticket has now. */
  readonly shown: string | null;
  readonly onRetry: () => void;
  readonly onChangeAnyway: () => void;
  readonly onDismiss: () => void;
}

/** Why the status is still the old one, in the PSA's words, and the ways on. */
export function StatusRefused(props: StatusRefusedProps): ReactNode {
  const { error, asked, shown, onRetry, onChangeAnyway, onDismiss } = props;
  const psa = usePsaName();
  const changes = changesOf(error);
  const observed = isApiError(error, "psa_status_not_verified") ? detail(error, "observed") : null;
  const stays = observed ?? shown;
  return (
    <div
      role="alert"
      className="role-warning bg-role-block mt-1 grid w-full grid-cols-[16px_minmax(0,1fr)] gap-x-2.25 rounded-card border border-role-tint py-2.25 pl-3 pr-2.5 text-row leading-normal"
    >
      <CircleAlert size={15} className="mt-0.5 text-role" aria-hidden />
      <div className="min-w-0">
        <p className="font-semibold text-heading">
          {changes.length > 0
            ? `Not moved to ${asked.to.name}: the ticket changed meanwhile`
            : `Asked for ${asked.to.name}, ${psa} shows ${stays ?? "the old status"}`}
        </p>
        <p className="text-primary">{messageOf(error)}</p>
        {changes.length > 0 ? (
          <ul className="mt-1 text-primary">
            {changes.map((change) => (
              <li key={change.field}>
                {change.field}: {change.before ?? "nothing"} to {change.after ?? "nothing"}
                {change.by ? `, by ${change.by}` : ""}
              </li>
            ))}
          </ul>
        ) : null}
        <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1">
          {changes.length > 0 ? (
            <Button size="nudge" onClick={onChangeAnyway}>
              Change it anyway
            </Button>
          ) : (
            <Button size="nudge" icon={RotateCcw} onClick={onRetry}>
              Retry
            </Button>
          )}
          <TextButton className="text-primary" onClick={onDismiss}>
            {stays ? `Keep ${stays}` : "Keep it"}
          </TextButton>
        </div>
      </div>
    </div>
  );
}

interface Change {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly by: string | null;
}

/** What `ticket_changed` names; empty for every other refusal. */
export function changesOf(error: unknown): readonly Change[] {
  if (!(error instanceof ApiError) || error.code !== "ticket_changed") {
    return [];
  }
  const changes: unknown =
    typeof error.details === "object" && error.details !== null ? Reflect.get(error.details, "changes") : null;
  return Array.isArray(changes) ? changes.flatMap(toChange) : [];
}

function toChange(value: unknown): Change[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const word = (name: string): string | null => {
    const found: unknown = Reflect.get(value, name);
    return typeof found === "string" ? found : null;
  };
  return [{ field: word("field") ?? "ticket", before: word("then"), after: word("now"), by: word("by") }];
}
