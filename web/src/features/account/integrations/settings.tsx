import { type FormEvent, type ReactNode, useState } from "react";
import {
  type PsaSettings,
  type PsaSettingsIn,
  useOutcomes,
  usePsaSettings,
  useSavePsaSettings,
} from "@/api/connections";
import { usePsaName } from "@/api/psa";
import { Button, Field, InlineError, Input, SaveState, Select, Skeleton, Switch, WhileLoading } from "@/components/ui";
import { isApiError } from "@/lib/api-error";
import { SettingsCard } from "../frame";
import { Targets } from "./targets";

/** What FlowPilot writes to the PSA, and how. */
export function Settings(): ReactNode {
  const read = usePsaSettings(true);
  return (
    <>
      {read.error ? (
        <InlineError
          title="The settings could not be read"
          error={read.error}
          onRetry={() => void read.refetch()}
          retrying={read.isFetching}
          className="mb-4"
        />
      ) : null}
      <WhileLoading loading={read.isPending} label="Loading the settings">
        <Skeleton className="h-60" />
      </WhileLoading>
      {read.data ? (
        <SettingsForm key={read.data.version} settings={read.data} reload={() => void read.refetch()} />
      ) : null}
    </>
  );
}

interface SettingsFormProps {
  readonly settings: PsaSettings;
  readonly reload: () => void;
}

function SettingsForm({ settings, reload }: SettingsFormProps): ReactNode {
  const { provider, ...stored } = settings;
  const [form, setForm] = useState<PsaSettingsIn>(stored);
  const save = useSavePsaSettings();
  const psa = usePsaName();
  const change = (part: Partial<PsaSettingsIn>) => setForm({ ...form, ...part });
  const changed = JSON.stringify(form) !== JSON.stringify(stored);
  return (
    <form
      className="flex max-w-200 flex-col gap-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        save.mutate(form);
      }}
    >
      <SettingsCard title="Notes" hint="What Resolve writes to the ticket. Escalations are always internal.">
        <div className="grid grid-cols-2 items-start gap-x-4 gap-y-3.5 max-md:grid-cols-1">
          <Choice
            label="Post at Resolve"
            hint="By itself: only when nothing is unproven, changed or suspected; else the preview opens and says why."
            value={form.auto_push}
            options={{ off: "Only when asked for", ask: "After a preview", on: "By itself" }}
            onChange={(auto_push) => change({ auto_push })}
          />
          <Choice
            label="Resolution notes are for"
            value={form.note_visibility}
            options={{ customer: "The customer", internal: "Staff only" }}
            onChange={(note_visibility) => change({ note_visibility })}
          />
          {provider === "connectwise" ? (
            <Choice
              label="Where they go"
              hint="Resolutions print on invoices."
              value={form.cw_resolution_target}
              options={{ resolution: "Resolution", discussion: "Discussion", both: "Both" }}
              onChange={(cw_resolution_target) => change({ cw_resolution_target })}
            />
          ) : null}
          {provider === "halopsa" ? <HaloOutcomes form={form} change={change} /> : null}
        </div>
        <Switch
          label="Add the checks and fixes that were tried"
          checked={form.include_steps}
          onChange={(include_steps) => change({ include_steps })}
        />
        <Switch
          label="E-mail the contact"
          hint="Off: nothing is mailed unless somebody asks for it at the note."
          checked={form.notify_contact}
          onChange={(notify_contact) => change({ notify_contact })}
        />
        <Switch
          label="Offer a note when a linked session is closed"
          checked={form.prompt_on_close}
          onChange={(prompt_on_close) => change({ prompt_on_close })}
        />
        <Switch
          label="Stop when the ticket changed meanwhile"
          hint="Off: only a ticket that was closed, merged or removed stops a note."
          checked={form.warn_on_conflict}
          onChange={(warn_on_conflict) => change({ warn_on_conflict })}
        />
      </SettingsCard>
      <SettingsCard
        title="Status after a note"
        hint="A board without a status of its own takes the one of the default name, if it has exactly one. Otherwise the status stays."
      >
        <div className="grid grid-cols-2 items-start gap-x-4 gap-y-3.5 max-md:grid-cols-1">
          <Field label="Default name when resolved">
            <Input
              value={form.default_resolved}
              maxLength={100}
              onChange={(event) => change({ default_resolved: event.target.value })}
            />
          </Field>
          <Field label="Default name when escalated" hint="Empty: the status stays.">
            <Input
              value={form.default_escalated}
              maxLength={100}
              onChange={(event) => change({ default_escalated: event.target.value })}
            />
          </Field>
        </div>
        <Targets
          value={form.target_statuses}
          defaults={{ resolved: form.default_resolved, escalated: form.default_escalated }}
          onChange={(target_statuses) => change({ target_statuses })}
        />
      </SettingsCard>
      <SettingsCard title="Time" hint={`Booked in ${psa} for the mapped member; nothing without one.`}>
        <div className="grid grid-cols-2 items-start gap-x-4 gap-y-3.5 max-md:grid-cols-1">
          <Choice
            label="Book time at Resolve"
            value={form.time_entry}
            options={{ off: "No", prompt: "Ask for the minutes", auto: "By itself" }}
            onChange={(time_entry) => change({ time_entry })}
          />
          <Choice
            label="Rounding"
            value={form.time_rounding}
            options={{
              "15": "Up to 15 minutes",
              "30": "Up to 30 minutes",
              exact: "To the minute",
              none: "Send no time",
            }}
            onChange={(time_rounding) => change({ time_rounding })}
          />
          <Choice
            label="What counts"
            hint="Worked: gaps under ten minutes between own acts."
            value={form.time_source}
            options={{ active: "Time worked", wall: "From start to end" }}
            onChange={(time_source) => change({ time_source })}
          />
          <Field label="Work type" hint="By its name in the PSA. Empty: its default.">
            <Input
              value={form.work_type ?? ""}
              maxLength={100}
              onChange={(event) => change({ work_type: event.target.value || null })}
            />
          </Field>
          <Field label="Billable" hint="By its name in the PSA. Empty: its default.">
            <Input
              value={form.billable ?? ""}
              maxLength={100}
              onChange={(event) => change({ billable: event.target.value || null })}
            />
          </Field>
        </div>
      </SettingsCard>
      {save.error ? (
        <InlineError title="Not stored" error={save.error}>
          {isApiError(save.error, "version_conflict") ? (
            <Button size="lane" onClick={reload}>
              Load the newer settings
            </Button>
          ) : null}
        </InlineError>
      ) : null}
      <div className="sticky bottom-0 -mx-1 flex items-center justify-end gap-3 border-t border-default bg-page px-1 py-3">
        <SaveState state={save.isPending ? "saving" : changed ? "unsaved" : "saved"} />
        <Button
          type="submit"
          variant="primary"
          busy={save.isPending}
          disabledReason={changed ? null : "Nothing was changed."}
        >
          Save
        </Button>
      </div>
    </form>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly hint?: string;
  readonly value: T;
  readonly options: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({ label, hint, value, options, onChange }: ChoiceProps<T>): ReactNode {
  return (
    <Field label={label} hint={hint}>
      <Select value={value} onChange={(event) => onChange(event.target.value as T)}>
        {(Object.entries(options) as [T, string][]).map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** HaloPSA files every note under an outcome: one for staff, one the customer sees. */
function HaloOutcomes({
  form,
  change,
}: {
  readonly form: PsaSettingsIn;
  readonly change: (part: Partial<PsaSettingsIn>) => void;
}): ReactNode {
  const read = useOutcomes(true);
  const items = read.data?.items ?? [];
  const problem = read.data?.problem?.message ?? null;
  const pick = (key: "internal_id" | "customer_id", label: string) => (
    <Field label={label} error={problem}>
      <Select
        value={form.halo_outcomes[key] ?? ""}
        onChange={(event) => change({ halo_outcomes: { ...form.halo_outcomes, [key]: event.target.value || null } })}
      >
        <option value="">The usual one</option>
        {items.map((item) => (
          <option key={item.id} value={item.id}>
            {item.name}
            {item.sends_email ? " (sends e-mail)" : ""}
          </option>
        ))}
      </Select>
    </Field>
  );
  return (
    <>
      {pick("internal_id", "Outcome of internal notes")}
      {pick("customer_id", "Outcome of customer notes")}
    </>
  );
}
