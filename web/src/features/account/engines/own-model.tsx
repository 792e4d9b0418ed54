import { FlaskConical } from "lucide-react";
import type { ReactNode } from "react";
import { type AiProvider, type AiSettingsOut, PROVIDER_NAME, type useTestAi } from "@/api/ai";
import { Button, Checkbox, Field, InlineError, Input, Select } from "@/components/ui";
import { SettingsCard } from "../frame";
import { type EngineForm, type FieldErrors, keepsKey } from "./form";
import { TrialResults } from "./trial";

interface OwnModelProps {
  readonly form: EngineForm;
  readonly settings: AiSettingsOut;
  readonly errors: FieldErrors;
  readonly change: (change: Partial<EngineForm>) => void;
  readonly trial: ReturnType<typeof useTestAi>;
  readonly onTest: () => void;
}

const PROVIDERS = Object.keys(PROVIDER_NAME) as AiProvider[];
const EXAMPLES: Record<AiProvider, { readonly standard: string; readonly fast: string }> = {
  anthropic: { standard: "claude-sonnet-4-6", fast: "claude-haiku-4-5" },
  google: { standard: "gemini-2.5-pro", fast: "gemini-2.5-flash" },
  openai_compatible: { standard: "the name your server uses", fast: "the name your server uses" },
};

/** Provider, address, key and models of the account, and their test. */
export function OwnModel({ form, settings, errors, change, trial, onTest }: OwnModelProps): ReactNode {
  const example = EXAMPLES[form.provider];
  return (
    <SettingsCard title="Your model" hint="The key is encrypted, used for calls only, and never shown again.">
      <div className="grid grid-cols-2 items-start gap-x-4 gap-y-3.5 max-md:grid-cols-1">
        <Field label="Provider">
          <Select value={form.provider} onChange={(event) => change({ provider: event.target.value as AiProvider })}>
            {PROVIDERS.map((name) => (
              <option key={name} value={name}>
                {PROVIDER_NAME[name]}
              </option>
            ))}
          </Select>
        </Field>
        <Field
          label="Address"
          error={errors.baseUrl}
          hint={
            form.provider === "openai_compatible"
              ? "Ollama, vLLM, LM Studio, Azure, OpenRouter and others. Private hosts are listed by the operator."
              : "Empty: the provider's own."
          }
        >
          <Input
            value={form.baseUrl}
            maxLength={300}
            spellCheck={false}
            autoComplete="off"
            placeholder={form.provider === "openai_compatible" ? "https://models.example/v1" : ""}
            onChange={(event) => change({ baseUrl: event.target.value })}
          />
        </Field>
        <Field label="Model for standard work" error={errors.modelStandard} hint="Answers, notes, scripts.">
          <Input
            value={form.modelStandard}
            maxLength={200}
            spellCheck={false}
            autoComplete="off"
            placeholder={example.standard}
            onChange={(event) => change({ modelStandard: event.target.value })}
          />
        </Field>
        <Field
          label="Model for small work"
          error={errors.modelFast}
          hint="Titles and short facts. Empty: the standard one."
        >
          <Input
            value={form.modelFast}
            maxLength={200}
            spellCheck={false}
            autoComplete="off"
            placeholder={example.fast}
            onChange={(event) => change({ modelFast: event.target.value })}
          />
        </Field>
      </div>
      <KeyField form={form} settings={settings} errors={errors} change={change} />
      <div className="flex flex-wrap items-center gap-3">
        <Button icon={FlaskConical} busy={trial.isPending} onClick={onTest}>
          Test
        </Button>
        <span className="text-hint text-muted-foreground">Two tiny calls with what stands here. Nothing is saved.</span>
      </div>
      {trial.error ? <InlineError title="The test was not made" error={trial.error} /> : null}
      {trial.data && !trial.isPending ? <TrialResults items={trial.data.items} /> : null}
    </SettingsCard>
  );
}

function KeyField({ form, settings, errors, change }: Omit<OwnModelProps, "trial" | "onTest">): ReactNode {
  const kept = keepsKey(form, settings);
  const dropped = settings.key_set && !kept && !form.dropKey;
  return (
    <div className="flex flex-col gap-1.5">
      <Field label="Key" error={errors.apiKey} hint={keyHint(settings, kept, dropped)}>
        <Input
          type="password"
          value={form.apiKey}
          maxLength={500}
          autoComplete="new-password"
          spellCheck={false}
          placeholder={kept ? "Stored. Type here to replace it" : ""}
          onChange={(event) => change({ apiKey: event.target.value })}
        />
      </Field>
      {settings.key_set && !dropped ? (
        <Checkbox
          label="Delete the stored key on save"
          checked={form.dropKey}
          onChange={(dropKey) => change({ dropKey })}
        />
      ) : null}
    </div>
  );
}

function keyHint(settings: AiSettingsOut, kept: boolean, dropped: boolean): string {
  if (kept) {
    return settings.key_hint ? `A key ending in ${settings.key_hint} is stored.` : "A key is stored.";
  }
  if (dropped) {
    return "The stored key belongs to another provider or address and is dropped on save. Enter the key for this one.";
  }
  return "A server of your own may need none.";
}
