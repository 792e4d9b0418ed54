import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { type AiMode, type AiSettingsOut, useSaveAi, useTestAi } from "@/api/ai";
import { Button, Field, InlineError, Input, Switch, Time } from "@/components/ui";
import { isApiError } from "@/lib/api-error";
import { cx } from "@/lib/cx";
import { useDraft } from "@/lib/drafts";
import { SettingsCard } from "../frame";
import { BudgetMeter } from "./budget";
import { bodyOf, type EngineForm, errorsOf, formOf, testOf } from "./form";
import { WhatLeaves } from "./leaves";
import { OwnModel } from "./own-model";
import { Prices } from "./prices";

interface Kept {
  /** The version the typing began with: what is saved over is said, never hidden. */
  readonly version: number;
  readonly form: EngineForm;
}

/** The engine settings of an account, for those who may change them. What is typed survives a reload, the key excepted. */
export function EngineSettings({ settings }: { readonly settings: AiSettingsOut }): ReactNode {
  const draft = useDraft("account/engines");
  const [key, setKey] = useState("");
  const kept = useMemo(() => parse(draft.text), [draft.text]);
  const form: EngineForm = { ...(kept?.form ?? formOf(settings)), apiKey: key };
  const version = kept?.version ?? settings.version;
  const [tried, setTried] = useState(false);
  const save = useSaveAi();
  const trial = useTestAi();
  const top = useRef<HTMLFormElement>(null);
  const errors = tried ? errorsOf(form, settings) : {};
  const dirty = kept !== null || key !== "";

  const change = (part: Partial<EngineForm>) => {
    if (part.apiKey !== undefined) {
      setKey(part.apiKey);
      return;
    }
    draft.setText(JSON.stringify({ version, form: { ...form, ...part, apiKey: "" } } satisfies Kept));
  };
  const discard = () => {
    draft.discard();
    setKey("");
    setTried(false);
    save.reset();
    trial.reset();
  };
  const valid = () => {
    setTried(true);
    const wrong = Object.keys(errorsOf(form, settings)).length > 0;
    if (wrong) {
      requestAnimationFrame(() => top.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
    }
    return !wrong;
  };
  const submit = () => {
    if (valid()) {
      save.mutate(bodyOf(form, version), {
        onSuccess: discard,
      });
    }
  };
  const used = form.mode === "platform" ? settings.platform : form;

  return (
    <form
      ref={top}
      noValidate
      className="flex max-w-200 flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Problem settings={settings} />
      {draft.restored ? (
        <p className="text-hint text-muted-foreground">
          Draft restored; a typed key is never kept.{" "}
          <button type="button" className="min-h-6 font-medium text-accent hover:underline" onClick={discard}>
            Discard
          </button>
        </p>
      ) : null}
      <ModeChoice settings={settings} mode={form.mode} onChange={(mode) => change({ mode })} />
      {form.mode === "own" ? (
        <OwnModel
          form={form}
          settings={settings}
          errors={errors}
          change={change}
          trial={trial}
          onTest={() => (valid() ? trial.mutate(testOf(form)) : undefined)}
        />
      ) : null}
      {form.mode === "guide" ? null : (
        <>
          <SettingsCard
            title="Budget"
            hint="At the warning admins are told; at 100 % the Guide answers until the month ends."
          >
            <BudgetMeter budget={settings.budget} />
            <div className="flex flex-wrap items-start gap-4">
              <Field label="A month, in USD" error={errors.budget} hint="Empty: no limit." className="w-44">
                <Input
                  value={form.budget}
                  inputMode="decimal"
                  onChange={(event) => change({ budget: event.target.value })}
                />
              </Field>
              <Field label="Warn at (%)" error={errors.warnPercent} className="w-36">
                <Input
                  value={form.warnPercent}
                  inputMode="numeric"
                  onChange={(event) => change({ warnPercent: event.target.value })}
                />
              </Field>
            </div>
          </SettingsCard>
          <SettingsCard title="What the model may use">
            <Switch
              label="Pictures"
              hint="Screenshots of a message are sent, scaled down and without their metadata."
              checked={form.images}
              onChange={(images) => change({ images })}
            />
            <Switch
              label="Microsoft Learn"
              hint="The model may look up Microsoft's public documentation. Works with Anthropic only."
              checked={form.msLearn}
              onChange={(msLearn) => change({ msLearn })}
            />
          </SettingsCard>
          <Prices form={form} settings={settings} errors={errors} change={change} />
        </>
      )}
      <WhatLeaves
        mode={form.mode}
        provider={used.provider}
        baseUrl={form.mode === "own" ? form.baseUrl : null}
        images={form.images}
        msLearn={form.msLearn}
      />
      {save.error ? <SaveFailed error={save.error} onReload={discard} /> : null}
      <footer className="sticky bottom-0 -mx-1 flex flex-wrap items-center gap-3 border-t border-default bg-page px-1 py-3">
        <span role="status" className="text-hint text-muted-foreground">
          {dirty ? (
            "Not saved yet"
          ) : settings.updated_at ? (
            <>
              Saved <Time value={settings.updated_at} />
            </>
          ) : (
            "As installed"
          )}
        </span>
        <span className="ml-auto" />
        {dirty ? (
          <Button variant="ghost" onClick={discard}>
            Discard
          </Button>
        ) : null}
        <Button
          type="submit"
          variant="primary"
          busy={save.isPending}
          disabledReason={dirty ? null : "Nothing was changed"}
        >
          Save
        </Button>
      </footer>
    </form>
  );
}

function parse(text: string): Kept | null {
  try {
    const found: unknown = JSON.parse(text || "null");
    return typeof found === "object" && found !== null && "form" in found && "version" in found
      ? (found as Kept)
      : null;
  } catch {
    return null;
  }
}

function Problem({ settings }: { readonly settings: AiSettingsOut }): ReactNode {
  const { problem } = settings;
  return problem ? (
    <InlineError
      title="The provider did not answer last time, the Guide did"
      text={
        <>
          In its own words: <q className="font-mono text-mono">{problem.words || problem.kind}</q> (
          <Time value={problem.at} />
          {problem.model ? `, ${problem.model}` : ""}). Nothing is lost. Check key and model, then test.
        </>
      }
    />
  ) : null;
}

function SaveFailed({ error, onReload }: { readonly error: unknown; readonly onReload: () => void }): ReactNode {
  const conflict = isApiError(error, "version_conflict");
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <div ref={place}>
      <InlineError
        title={conflict ? "Somebody saved other settings meanwhile" : "The settings were not saved"}
        error={error}
      >
        {conflict ? (
          <Button size="lane" onClick={onReload}>
            Show theirs, drop mine
          </Button>
        ) : null}
      </InlineError>
    </div>
  );
}

interface ModeChoiceProps {
  readonly settings: AiSettingsOut;
  readonly mode: AiMode;
  readonly onChange: (mode: AiMode) => void;
}

/** What answers: one of three, each with what it needs. */
function ModeChoice({ settings, mode, onChange }: ModeChoiceProps): ReactNode {
  const choices: ReadonlyArray<readonly [AiMode, string, string]> = [
    ["guide", "Built-in Guide", "Guide needs nothing: no key, no internet, nothing leaves the server."],
    ...(settings.platform.available || mode === "platform"
      ? [
          [
            "platform",
            "This installation's model",
            `${settings.platform.model_standard ?? "Not offered at present"}. The operator pays and sets the limit.`,
          ] as const,
        ]
      : []),
    [
      "own",
      "Your own model",
      "Anthropic, Google or any OpenAI-compatible server, with your key. The Guide steps in when it does not answer.",
    ],
  ];
  return (
    <fieldset>
      <legend className="mb-2 text-body font-semibold text-heading">What answers in sessions</legend>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,220px),1fr))] gap-3">
        {choices.map(([value, label, hint]) => (
          <label
            key={value}
            className={cx(
              "flex cursor-pointer items-start gap-2.5 rounded-card border p-3.5 transition-colors duration-[120ms] has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
              mode === value ? "border-accent bg-accent-dim" : "border-default bg-card hover:border-hover",
            )}
          >
            <input
              type="radio"
              name="mode"
              value={value}
              checked={mode === value}
              onChange={() => onChange(value)}
              className="mt-0.75 size-4 flex-none accent-[var(--accent-edge)] outline-none"
            />
            <span>
              <span className="block text-bubble font-semibold text-heading">{label}</span>
              <span className="mt-0.5 block text-row text-primary">{hint}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
