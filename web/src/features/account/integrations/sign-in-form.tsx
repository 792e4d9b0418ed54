import { FlaskConical } from "lucide-react";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { checksOf, type PsaVendor, type SignIn, useTestSignIn } from "@/api/connections";
import { Button, Field, InlineError, Input, TextButton } from "@/components/ui";
import { Checks } from "./checks";
import type { Config } from "./sign-in-draft";
import { AT_HAND, fieldProblem, fieldWords, KEEPS_KEYS, WHERE } from "./words";

interface SignInFormProps {
  readonly vendor: PsaVendor;
  readonly config: Config;
  readonly onConfig: (config: Config) => void;
  /** What is stored; a masked client id is left empty and kept unless one is typed. Its keys are asked for when it changes. */
  readonly stored?: Config;
  /** `keys`: the secrets alone. */
  readonly only?: "keys";
  /** Above the fields: what is not part of the sign-in, and whether it was changed. */
  readonly before?: { readonly field: ReactNode; readonly changed: boolean };
  readonly submit: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onSubmit: (signIn: SignIn) => void;
  readonly onCancel?: () => void;
}

const MASK = "...";
const MOST = 300;

/** The fields of a vendor, with a test that stores nothing. Secrets are in the page only while they are typed. */
export function SignInForm(props: SignInFormProps): ReactNode {
  const { vendor, config, onConfig, stored, only, before, submit, busy, error, onSubmit, onCancel } = props;
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [asked, setAsked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const trial = useTestSignIn();
  const masked = (name: string) => stored?.[name]?.startsWith(MASK) === true;
  const shownAs = (name: string) => (masked(name) ? "" : (stored?.[name] ?? ""));
  const value = (name: string) => config[name] ?? shownAs(name);
  const changed = vendor.config.filter((name) => value(name).trim() !== shownAs(name));
  const needsKeys = !stored || only === "keys" || changed.some((name) => !KEEPS_KEYS.includes(name));
  const fields = only === "keys" ? [] : vendor.config;
  const keys = needsKeys ? vendor.secrets : [];
  const problems = new Map<string, string>();
  for (const name of [...fields, ...keys]) {
    const typed = keys.includes(name) ? (secrets[name] ?? "") : value(name);
    const optional = vendor.optional.includes(name) || masked(name);
    const problem = fieldProblem(name, typed, { optional, most: MOST });
    if (problem) {
      problems.set(name, problem);
    }
  }
  const signIn: SignIn = {
    provider: vendor.provider,
    config: Object.fromEntries(vendor.config.map((name) => [name, value(name)])),
    secrets: needsKeys ? secrets : {},
  };
  // A stored client id is not known here, so a sign-in with it can only be tested by storing.
  const testable = only !== "keys" && needsKeys && !vendor.config.some((name) => masked(name) && !value(name));
  const failed = checksOf(error);
  const nothing = stored !== undefined && only !== "keys" && changed.length === 0 && !before?.changed;

  const press = (act: () => void) => {
    setAsked(true);
    if (problems.size === 0) {
      act();
      return;
    }
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
  };
  const typed = (name: string, secret: boolean) => (
    <Typed
      key={name}
      name={name}
      vendor={vendor}
      secret={secret}
      value={secret ? (secrets[name] ?? "") : value(name)}
      {...(masked(name) ? { placeholder: `${stored?.[name]} (kept)` } : {})}
      error={asked ? problems.get(name) : undefined}
      onChange={(text) => (secret ? setSecrets({ ...secrets, [name]: text }) : onConfig({ ...config, [name]: text }))}
    />
  );
  const spare = fields.filter((name) => AT_HAND[vendor.provider] === name && !value(name));
  return (
    <form
      ref={form}
      noValidate
      autoComplete="off"
      className="flex flex-col gap-3.5 p-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        press(() => onSubmit(signIn));
      }}
    >
      {stored ? null : <p className="text-row text-muted-foreground">{WHERE[vendor.provider]}</p>}
      <div className="grid grid-cols-2 items-start gap-x-4 gap-y-3.5 max-md:grid-cols-1">
        {before?.field}
        {fields.filter((name) => !spare.includes(name)).map((name) => typed(name, false))}
        {keys.map((name) => typed(name, true))}
        <Spare key={vendor.provider}>{spare.map((name) => typed(name, false))}</Spare>
      </div>
      {stored && only !== "keys" && needsKeys ? (
        <p className="text-hint text-muted-foreground">
          It signs in elsewhere or as somebody else: type the keys again.
        </p>
      ) : null}
      {error && failed.length === 0 ? <InlineError title="Nothing was stored" error={error} /> : null}
      {failed.length > 0 && !trial.data ? <Outcome title="Nothing was stored" checks={failed} /> : null}
      {trial.error && checksOf(trial.error).length === 0 ? (
        <InlineError title="The test could not be run" error={trial.error} />
      ) : null}
      {trial.error && checksOf(trial.error).length > 0 ? (
        <Outcome title="It does not work yet" checks={checksOf(trial.error)} />
      ) : null}
      {trial.data ? (
        <Outcome
          title={trial.data.ok ? `It works, tested in ${trial.data.seconds} s` : "It does not work yet"}
          checks={trial.data.checks}
        />
      ) : null}
      {needsKeys ? (
        <p className="text-hint text-muted-foreground">Tested first. Keys are encrypted and never shown again.</p>
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-2">
        {onCancel ? (
          <Button variant="ghost" onClick={onCancel}>
            Cancel
          </Button>
        ) : null}
        {testable ? (
          <Button icon={FlaskConical} busy={trial.isPending} onClick={() => press(() => trial.mutate(signIn))}>
            Test
          </Button>
        ) : null}
        <Button type="submit" variant="primary" busy={busy} disabledReason={nothing ? "Nothing was changed." : null}>
          {submit}
        </Button>
      </div>
    </form>
  );
}

/** What nearly nobody fills in stays out of the way until it is asked for. */
function Spare({ children }: { readonly children: readonly ReactNode[] }): ReactNode {
  const [open, setOpen] = useState(false);
  if (children.length === 0) {
    return null;
  }
  return open ? (
    children
  ) : (
    <div className="col-span-full">
      <TextButton onClick={() => setOpen(true)}>Set the zone address by hand</TextButton>
    </div>
  );
}

interface TypedProps {
  readonly name: string;
  readonly vendor: PsaVendor;
  readonly value: string;
  readonly secret: boolean;
  readonly placeholder?: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

function Typed({ name, vendor, value, secret, placeholder, error, onChange }: TypedProps): ReactNode {
  const words = fieldWords(name, vendor.provider);
  const optional = vendor.optional.includes(name);
  return (
    <Field
      label={optional ? `${words.label} (optional)` : words.label}
      hint={words.hint}
      error={error}
      counter={{ length: value.length, max: MOST }}
      required={!optional}
    >
      <Input
        type={secret ? "password" : "text"}
        value={value}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete={secret ? "new-password" : "off"}
        placeholder={placeholder}
        className="font-mono"
        // What was copied from elsewhere may bring NUL characters and line ends along, unseen here.
        onChange={(event) => onChange(event.target.value.replaceAll(/[\0\r\n]/g, ""))}
      />
    </Field>
  );
}

function Outcome({
  title,
  checks,
}: {
  readonly title: string;
  readonly checks: Parameters<typeof Checks>[0]["checks"];
}): ReactNode {
  return (
    <div role="status" className="overflow-hidden rounded-card border border-default">
      <p className="border-b border-default bg-sidebar px-4 py-2 text-row font-semibold text-heading">{title}</p>
      <Checks checks={checks} label={title} />
    </div>
  );
}
