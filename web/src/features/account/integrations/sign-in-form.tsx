import { FlaskConical } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { checksOf, type PsaVendor, type SignIn, useTestSignIn } from "@/api/connections";
import { Button, Field, InlineError, Input } from "@/components/ui";
import { Checks } from "./checks";
import { type FieldWords, fieldWords, WHERE } from "./words";

interface SignInFormProps {
  readonly vendor: PsaVendor;
  /** What is stored; a masked client id is left empty and kept unless one is typed. */
  readonly stored?: Readonly<Record<string, string>>;
  /** `keys`: the secrets alone. */
  readonly only?: "keys";
  readonly submit: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onSubmit: (signIn: SignIn) => void;
  readonly onCancel?: () => void;
}

const MASK = "...";

/** The fields of a vendor, with a test that stores nothing. Secrets are in the page only while they are typed. */
export function SignInForm(props: SignInFormProps): ReactNode {
  const { vendor, stored = {}, only, submit, busy, error, onSubmit, onCancel } = props;
  const [config, setConfig] = useState<Record<string, string>>(() =>
    Object.fromEntries(vendor.config.map((name) => [name, stored[name]?.startsWith(MASK) ? "" : (stored[name] ?? "")])),
  );
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [asked, setAsked] = useState(false);
  const trial = useTestSignIn();
  const fields = only === "keys" ? [] : vendor.config;
  const masked = (name: string) => stored[name]?.startsWith(MASK) === true;
  const lacks = (name: string, value: string | undefined) =>
    !value?.trim() && !vendor.optional.includes(name) && !masked(name);
  const missing = [
    ...fields.filter((name) => lacks(name, config[name])),
    ...vendor.secrets.filter((name) => lacks(name, secrets[name])),
  ];
  const signIn: SignIn = { provider: vendor.provider, config, secrets };
  // A stored client id is not known here, so a sign-in with it can only be tested by storing.
  const testable = only !== "keys" && !vendor.config.some((name) => masked(name) && !config[name]);
  const failed = checksOf(error);

  const press = (act: () => void) => {
    setAsked(true);
    if (missing.length === 0) {
      act();
    }
  };
  return (
    <form
      noValidate
      autoComplete="off"
      className="flex flex-col gap-3.5 p-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        press(() => onSubmit(signIn));
      }}
    >
      {only === "keys" ? null : <p className="text-row text-muted-foreground">{WHERE[vendor.provider]}</p>}
      <div className="grid grid-cols-2 items-start gap-x-4 gap-y-3.5 max-md:grid-cols-1">
        {fields.map((name) => (
          <Typed
            key={name}
            words={fieldWords(name, vendor.provider)}
            optional={vendor.optional.includes(name)}
            value={config[name] ?? ""}
            {...(masked(name) ? { placeholder: `${stored[name]} (kept)` } : {})}
            error={asked && missing.includes(name)}
            onChange={(value) => setConfig({ ...config, [name]: value })}
          />
        ))}
        {vendor.secrets.map((name) => (
          <Typed
            key={name}
            words={fieldWords(name)}
            secret
            value={secrets[name] ?? ""}
            error={asked && missing.includes(name)}
            onChange={(value) => setSecrets({ ...secrets, [name]: value })}
          />
        ))}
      </div>
      {error && failed.length === 0 ? <InlineError title="Nothing was stored" error={error} /> : null}
      {failed.length > 0 && !trial.data ? <Outcome title="Nothing was stored" checks={failed} /> : null}
      {trial.error && checksOf(trial.error).length === 0 ? (
        <InlineError title="The test could not be run" error={trial.error} />
      ) : null}
      {trial.error && checksOf(trial.error).length > 0 ? (
        <Outcome title="Nothing was stored" checks={checksOf(trial.error)} />
      ) : null}
      {trial.data ? (
        <Outcome
          title={trial.data.ok ? `It works, tested in ${trial.data.seconds} s` : "It does not work yet"}
          checks={trial.data.checks}
        />
      ) : null}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p className="mr-auto text-hint text-muted-foreground">
          Tested first. Keys are encrypted and never shown again.
        </p>
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
        <Button type="submit" variant="primary" busy={busy}>
          {submit}
        </Button>
      </div>
    </form>
  );
}

interface TypedProps {
  readonly words: FieldWords;
  readonly optional?: boolean;
  readonly value: string;
  readonly secret?: boolean;
  readonly placeholder?: string;
  readonly error: boolean;
  readonly onChange: (value: string) => void;
}

function Typed({
  words,
  optional = false,
  value,
  secret = false,
  placeholder,
  error,
  onChange,
}: TypedProps): ReactNode {
  return (
    <Field
      label={optional ? `${words.label} (optional)` : words.label}
      hint={words.hint}
      error={error ? `${words.label} is needed` : null}
      required={!optional}
    >
      <Input
        type={secret ? "password" : "text"}
        value={value}
        maxLength={300}
        spellCheck={false}
        autoComplete={secret ? "new-password" : "off"}
        placeholder={placeholder}
        className="font-mono"
        onChange={(event) => onChange(event.target.value)}
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
