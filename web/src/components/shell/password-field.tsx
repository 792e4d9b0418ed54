import { Eye, EyeOff } from "lucide-react";
import { type ReactNode, type RefObject, useState } from "react";
import { Field, IconButton, Input } from "@/components/ui";
import { cx } from "@/lib/cx";

interface PasswordFieldProps {
  readonly autoComplete: "current-password" | "new-password";
  readonly error: string | undefined;
  readonly hint?: string;
  /** Left out, the field keeps its own text. */
  readonly value?: string;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
  readonly autoFocus?: boolean;
  readonly onChange?: (value: string) => void;
}

/** A password that can be looked at. */
export function PasswordField(props: PasswordFieldProps): ReactNode {
  const { autoComplete, error, hint, value, inputRef, autoFocus = false, onChange } = props;
  const [shown, setShown] = useState(false);
  return (
    <Field label="Password" error={error} hint={hint}>
      <div className="relative">
        <Input
          ref={inputRef}
          name="password"
          type={shown ? "text" : "password"}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={autoFocus}
          size="foot"
          className={cx("pr-11", shown && "font-mono")}
          {...(value === undefined ? {} : { value })}
          onChange={(event) => onChange?.(event.target.value)}
        />
        <span className="absolute inset-y-0 right-0.75 flex items-center">
          <IconButton
            icon={shown ? EyeOff : Eye}
            label={shown ? "Hide password" : "Show password"}
            onClick={() => setShown(!shown)}
          />
        </span>
      </div>
    </Field>
  );
}
