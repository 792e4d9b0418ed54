import { type ReactNode, useState } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import { useAccountPreferences, useChangePreferences } from "@/api/preferences";
import type { Role } from "@/api/types";
import { Button, Field, InlineError, Input, Skeleton, Switch, WhileLoading } from "@/components/ui";
import { useTitle } from "@/lib/hooks";
import { AboveRole, AccountFrame, SettingsCard } from "./frame";

interface Rule {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  readonly least: Role;
  /** A whole number from `min` to `max`; a switch when left out. */
  readonly number?: { readonly min: number; readonly max: number };
}

/** The words of every rule there may be; shown are those the server has a use for. */
const RULES: readonly Rule[] = [
  {
    key: "team_can_view_sessions",
    label: "Everybody may read all sessions",
    hint: "Off: sessions are for their owner, their handler and admins until they are escalated.",
    least: "admin",
  },
  {
    key: "share_links_enabled",
    label: "Share links",
    hint: "People may make a link that shows a session to somebody outside, without a sign-in.",
    least: "admin",
  },
  {
    key: "share_link_max_days",
    label: "Share links last at most (days)",
    hint: "1 to 365. Links that exist keep their date.",
    least: "admin",
    number: { min: 1, max: 365 },
  },
  {
    key: "templatize_prompt_enabled",
    label: "Offer to keep scripts as templates",
    hint: "Asks after a resolved session whether its script is worth keeping.",
    least: "engineer",
  },
];

/** Rules for everybody in the account. Each acts at once. */
export function PreferencesPage(): ReactNode {
  useTitle("Preferences", "Account");
  const read = useAccountPreferences();
  const { user } = useSignedIn();
  const rules = RULES.filter((rule) => read.data && rule.key in read.data.effective);
  const above = rules.some((rule) => !hasRole(user, rule.least));
  return (
    <AccountFrame title="Preferences">
      <div className="flex max-w-160 flex-col gap-4">
        {read.error ? (
          <InlineError
            title="The preferences could not be read"
            error={read.error}
            onRetry={() => void read.refetch()}
            retrying={read.isFetching}
          />
        ) : null}
        {above ? <AboveRole what="Some of these are rules of the account." /> : null}
        <WhileLoading loading={read.isPending} label="Loading preferences">
          <Skeleton className="h-24" />
        </WhileLoading>
        {read.data ? (
          <SettingsCard title="Rules of the account" hint="A change holds for everybody from their next act on.">
            {rules.map((rule) => (
              <RuleRow
                key={`${rule.key}-${String(read.data.effective[rule.key])}`}
                rule={rule}
                value={read.data.effective[rule.key]}
                disabled={!hasRole(user, rule.least)}
              />
            ))}
          </SettingsCard>
        ) : null}
      </div>
    </AccountFrame>
  );
}

function RuleRow({
  rule,
  value,
  disabled,
}: {
  readonly rule: Rule;
  readonly value: unknown;
  readonly disabled: boolean;
}): ReactNode {
  const change = useChangePreferences();
  if (rule.number) {
    return <NumberRule rule={rule} bounds={rule.number} value={Number(value)} disabled={disabled} />;
  }
  return (
    <Switch
      label={rule.label}
      hint={rule.hint}
      checked={value === true}
      disabled={disabled}
      onChange={(on) => change.mutate({ [rule.key]: on })}
    />
  );
}

interface NumberRuleProps {
  readonly rule: Rule;
  readonly bounds: { readonly min: number; readonly max: number };
  readonly value: number;
  readonly disabled: boolean;
}

function NumberRule({ rule, bounds, value, disabled }: NumberRuleProps): ReactNode {
  const change = useChangePreferences();
  const [text, setText] = useState(String(value));
  const next = Number(text);
  const valid = /^\d+$/.test(text.trim()) && next >= bounds.min && next <= bounds.max;
  const changed = text.trim() !== String(value);
  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (valid && changed) {
          change.mutate({ [rule.key]: next });
        }
      }}
    >
      <Field
        label={rule.label}
        hint={rule.hint}
        error={valid ? null : `A whole number from ${bounds.min} to ${bounds.max}`}
        className="max-w-70 flex-1"
      >
        <Input value={text} inputMode="numeric" disabled={disabled} onChange={(event) => setText(event.target.value)} />
      </Field>
      {changed && !disabled ? (
        <Button type="submit" busy={change.isPending} disabled={!valid}>
          Save
        </Button>
      ) : null}
    </form>
  );
}
