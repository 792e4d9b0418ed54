import { Lock, Plus, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button, Field, IconButton, Input, Pill, Select } from "@/components/ui";
import { cx } from "@/lib/cx";
import { changed, isUsed, KINDS, type Kind, keyProblem, type Review, withKind, withParameter } from "./model";

interface Props {
  readonly review: Review;
  readonly onChange: (review: Review) => void;
  /** Puts the literal back; absent for secrets. */
  readonly onRemove: (key: string) => void;
  /** Keys of secrets that were found in the script: they stay secret. */
  readonly locked: ReadonlySet<string>;
}

/** What will be asked for when the template is used. */
export function Parameters({ review, onChange, onRemove, locked }: Props): ReactNode {
  return (
    <section aria-label="Parameters" className="flex flex-col gap-2.5">
      <h3 className="text-row font-medium text-primary">Parameters</h3>
      {review.parameters.length === 0 ? (
        <p className="text-hint text-muted-foreground">None: the script is used as it is. That is often right.</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {review.parameters.map((one) => (
            <li key={one.key} className="rounded-card border border-default bg-card p-2.5">
              <div className="mb-2 flex min-w-0 items-center gap-2">
                <code className="min-w-0 truncate font-mono text-hint text-primary">{`{{ ${one.key} }}`}</code>
                {one.secret ? (
                  <Pill tone="warning" icon={Lock}>
                    Secret
                  </Pill>
                ) : null}
                {isUsed(review.body, one.key) ? null : <Pill tone="danger">Not in the script</Pill>}
                {locked.has(one.key) ? null : (
                  <IconButton
                    icon={X}
                    label={`Remove ${one.key}`}
                    className="-my-1 ml-auto"
                    onClick={() => onRemove(one.key)}
                  />
                )}
              </div>
              <div
                className={cx(
                  "grid gap-2 max-sm:grid-cols-1",
                  !locked.has(one.key) && "grid-cols-[minmax(0,1fr)_128px]",
                )}
              >
                <Field label={`Label of ${one.key}`} hideLabel>
                  <Input
                    value={one.label}
                    maxLength={80}
                    onChange={(event) =>
                      onChange(changed(review, one.key, (p) => ({ ...p, label: event.target.value })))
                    }
                  />
                </Field>
                {locked.has(one.key) ? null : (
                  <Field label={`Type of ${one.key}`} hideLabel>
                    <Select
                      value={one.type}
                      onChange={(event) =>
                        onChange(changed(review, one.key, (p) => withKind(p, event.target.value as Kind)))
                      }
                    >
                      {KINDS.map((kind) => (
                        <option key={kind.value} value={kind.value}>
                          {kind.label}
                        </option>
                      ))}
                    </Select>
                  </Field>
                )}
              </div>
              {one.help ? <p className="mt-1.5 text-hint text-muted-foreground">{one.help}</p> : null}
              {one.secret ? (
                <p className="mt-1.5 text-hint text-muted-foreground">
                  Its value is never stored; it is asked for at use.
                </p>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      <AddParameter review={review} onChange={onChange} />
    </section>
  );
}

function AddParameter({ review, onChange }: Pick<Props, "review" | "onChange">): ReactNode {
  const [key, setKey] = useState("");
  const problem = key ? keyProblem(key, review) : "Name it first";
  return (
    <form
      className="flex items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!problem) {
          onChange(withParameter(review, key));
          setKey("");
        }
      }}
    >
      <Field label="Key of a new parameter" hideLabel className="flex-1" error={key ? problem : null}>
        <Input value={key} placeholder="key, as in {{ key }}" maxLength={64} onChange={(e) => setKey(e.target.value)} />
      </Field>
      <Button type="submit" icon={Plus} disabledReason={problem}>
        Add
      </Button>
    </form>
  );
}
