import { type FormEvent, type ReactNode, useState } from "react";
import { type FirstAccount, useMakeFirstAccount } from "@/api/welcome";
import { FormRefusal, PasswordField } from "@/components/shell";
import { Button, Field, Input } from "@/components/ui";
import { isApiError, messageOf } from "@/lib/api-error";

const SHORTEST_PASSWORD = 12;
const NAMES = ["account_name", "name", "email", "password"] as const;
type Name = (typeof NAMES)[number];
type Faults = Partial<Record<Name, string>>;

interface WelcomeFormProps {
  /** The end of the printed address; empty at the server's own machine. */
  readonly link: string;
  readonly onDone: () => void;
}

/** Company, person and password. What the server refuses stands at its field. */
export function WelcomeForm({ link, onDone }: WelcomeFormProps): ReactNode {
  const [faults, setFaults] = useState<Faults>({});
  const make = useMakeFirstAccount();
  const atField = fieldOf(make.error);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const first = read(form);
    const lacking = faultsOf(first);
    setFaults(lacking);
    const wrong = NAMES.find((name) => lacking[name]);
    if (wrong) {
      focus(form, wrong);
      return;
    }
    if (make.isPending) {
      return;
    }
    make.mutate(link ? { ...first, link } : first, {
      onSuccess: onDone,
      onError: (error) => {
        const name = fieldOf(error);
        if (name) {
          setFaults({ [name]: messageOf(error) });
          focus(form, name);
        }
      },
    });
  };

  const props = (name: Name) => ({
    name,
    size: "foot" as const,
    onChange: () => setFaults((before) => ({ ...before, [name]: undefined })),
  });
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field label="Company" hint="The MSP whose people will work here" error={faults.account_name}>
        <Input {...props("account_name")} autoComplete="organization" autoFocus />
      </Field>
      <Field label="Your name" error={faults.name}>
        <Input {...props("name")} autoComplete="name" />
      </Field>
      <Field label="Work e-mail" error={faults.email}>
        <Input
          {...props("email")}
          type="email"
          inputMode="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Field>
      <PasswordField
        autoComplete="new-password"
        hint="12 characters or more. Several words are easy to keep in mind."
        error={faults.password}
        onChange={props("password").onChange}
      />
      <Button type="submit" variant="primary" size="foot" busy={make.isPending}>
        Create workspace
      </Button>
      <FormRefusal error={atField ? null : make.error} />
    </form>
  );
}

/** The form's own values: some password managers fill the fields without an event. */
function read(form: HTMLFormElement): FirstAccount {
  const data = new FormData(form);
  const text = (name: Name) => String(data.get(name) ?? "");
  return {
    account_name: text("account_name").trim(),
    name: text("name").trim(),
    email: text("email").trim(),
    password: text("password"),
  };
}

function faultsOf(first: FirstAccount): Faults {
  return {
    ...(first.account_name ? {} : { account_name: "Enter the name of your company" }),
    ...(first.name ? {} : { name: "Enter your name" }),
    ...(/^[^@\s]+@[^@\s]+$/.test(first.email) ? {} : { email: "Enter your work e-mail" }),
    ...(first.password.length < SHORTEST_PASSWORD ? { password: `Use ${SHORTEST_PASSWORD} characters or more` } : {}),
  };
}

function fieldOf(error: Error | null): Name | null {
  if (isApiError(error, "weak_password")) {
    return "password";
  }
  return isApiError(error, "email_in_use") ? "email" : null;
}

function focus(form: HTMLFormElement, name: Name): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) {
    field.focus();
  }
}
