import { Lock, Plus, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Parameter } from "@/api/drafts";
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
  /** Labels and types can be changed and parameters added; else they can only be taken out. */
  readonly editable: boolean;
}

/** What will be asked for when the template is used. */
export function Parameters({ review, onChange, onRemove, locked, editable }: Props): ReactNode {
  return (
    <section aria-label="Parameters" className="flex flex-col gap-2.5">
      <h3 className="text-row font-medium text-primary">Parameters</h3>
      {review.parameters.length === 0 ? (
        <p className="text-hint text-muted-foreground">None: the script is used as it is. That is often right.</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {review.parameters.map((one) => (
            <li key={one.key} className="rounded-card border border-default bg-card p-2.5">
              <div className="flex min-w-0 items-center gap-2">
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
              {editable ? (
                <Fields
                  one={one}
                  fixed={locked.has(one.key)}
                  onChange={(change) => onChange(changed(review, one.key, change))}
                />
              ) : (
                <p className="mt-1 text-row text-primary">
                  {one.label}
                  <span className="text-muted-foreground">{` · ${kindWord(one.type)}`}</span>
                </p>
              )}
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
      {editable ? <AddParameter review={review} onChange={onChange} /> : null}
    </section>
  );
}

interface FieldsProps {
  readonly one: Parameter;
  /** A secret that was found stays one. */
  readonly fixed: boolean;
  readonly onChange: (change: (parameter: Parameter) => Parameter) => void;
}

function Fields({ one, fixed, onChange }: FieldsProps): ReactNode {
  return (
    <div className={cx("mt-2 grid gap-2 max-sm:grid-cols-1", !fixed && "grid-cols-[minmax(0,1fr)_128px]")}>
      <Field label={`Label of ${one.key}`} hideLabel>
        <Input
          value={one.label}
          maxLength={80}
          onChange={(event) => onChange((p) => ({ ...p, label: event.target.value }))}
        />
      </Field>
      {fixed ? null : (
        <Field label={`Type of ${one.key}`} hideLabel>
          <Select value={one.type} onChange={(event) => onChange((p) => withKind(p, event.target.value as Kind))}>
            {KINDS.map((kind) => (
              <option key={kind.value} value={kind.value}>
                {kind.label}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </div>
  );
}

function kindWord(type: string): string {
  return KINDS.find((kind) => kind.value === type)?.label ?? type;
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
