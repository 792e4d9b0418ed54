import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useSignIn } from "@/api/auth";
import type { User } from "@/api/types";
import { Button, Checkbox, Field, Input } from "@/components/ui";
import { type ApiError, isApiError } from "@/lib/api-error";
import { countdown } from "@/lib/time";
import { FormRefusal } from "./form-refusal";
import { PasswordField } from "./password-field";

interface SignInFormProps {
  /** Address to start with. */
  readonly email?: string;
  readonly onDone: (user: User) => void;
}

interface Missing {
  readonly email?: string;
  readonly password?: string;
}

/** Address and password. One message for an unknown address and a wrong password; a countdown when too many attempts failed. */
export function SignInForm({ email: startEmail = "", onDone }: SignInFormProps): ReactNode {
  const [email, setEmail] = useState(startEmail);
  const [password, setPassword] = useState("");
  const [remember, setRemember] = useState(false);
  const [missing, setMissing] = useState<Missing>({});
  const signIn = useSignIn();
  const wait = useCountdown(signIn.error);
  const emailRef = useRef<HTMLInputElement>(null);
  const passwordRef = useRef<HTMLInputElement>(null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The form's own values: some password managers fill the fields without an event.
    const sent = { email: emailRef.current?.value.trim() ?? email, password: passwordRef.current?.value ?? password };
    const lacking: Missing = {
      ...(sent.email ? {} : { email: "Enter your work e-mail" }),
      ...(sent.password ? {} : { password: "Enter your password" }),
    };
    setMissing(lacking);
    if (lacking.email || lacking.password) {
      (lacking.email ? emailRef : passwordRef).current?.focus();
      return;
    }
    if (wait > 0 || signIn.isPending) {
      return;
    }
    signIn.mutate(
      { ...sent, remember },
      {
        onSuccess: (answer) => onDone(answer.user),
        onError: (error) => {
          if (isApiError(error, "invalid_credentials")) {
            passwordRef.current?.select();
          }
        },
      },
    );
  };

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field label="Work e-mail" error={missing.email}>
        <Input
          ref={emailRef}
          name="email"
          type="email"
          inputMode="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={!startEmail}
          size="foot"
          value={email}
          onChange={(event) => {
            setEmail(event.target.value);
            setMissing((before) => ({ ...(before.password ? { password: before.password } : {}) }));
          }}
        />
      </Field>
      <PasswordField
        autoComplete="current-password"
        value={password}
        inputRef={passwordRef}
        error={missing.password}
        autoFocus={Boolean(startEmail)}
        onChange={(value) => {
          setPassword(value);
          setMissing((before) => ({ ...(before.email ? { email: before.email } : {}) }));
        }}
      />
      <Checkbox
        checked={remember}
        onChange={setRemember}
        label="Keep me signed in on this device for 30 days"
        className="-my-1"
      />
      <Button type="submit" variant="primary" size="foot" busy={signIn.isPending} disabled={wait > 0}>
        {wait > 0 ? `Try again in ${countdown(wait)}` : "Sign in"}
      </Button>
      {/* Below the button, which therefore stays under the pointer when something is wrong. */}
      <FormRefusal error={throttled(signIn.error) && wait <= 0 ? null : signIn.error} />
    </form>
  );
}

function throttled(error: Error | null): error is ApiError {
  return isApiError(error, "too_many_attempts");
}

/** Seconds left until the server accepts another try; 0 when it does. */
function useCountdown(error: Error | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (!throttled(error)) {
      setLeft(0);
      return undefined;
    }
    const until = Date.now() + (error.retryAfter ?? 60) * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [error]);
  return left;
}
