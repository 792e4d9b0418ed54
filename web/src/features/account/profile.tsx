import { type ReactNode, useMemo, useState } from "react";
import { usePreferences, useRenameMe, useSignedIn } from "@/api/auth";
import { Button, Combobox, Field, Input, Segmented, Switch } from "@/components/ui";
import { useTitle } from "@/lib/hooks";
import { applyTheme, type ThemeChoice, useThemeChoice } from "@/lib/theme";
import { AccountFrame, SettingsCard } from "./frame";

const THEMES: ReadonlyArray<{ readonly value: ThemeChoice; readonly label: string }> = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

/** What a person sets for themselves; switches act at once. */
export function ProfilePage(): ReactNode {
  useTitle("Profile", "Account");
  const { user } = useSignedIn();
  const preferences = usePreferences();
  const theme = useThemeChoice();
  const mine = user.ui_preferences;
  return (
    <AccountFrame title="Profile">
      <div className="flex max-w-160 flex-col gap-4">
        <SettingsCard title="You">
          <NameField key={user.name} name={user.name} />
          <p className="text-row text-muted-foreground">
            Signs in as <span className="text-primary">{user.email}</span>, role {user.role}.
          </p>
        </SettingsCard>
        <SettingsCard title="Look and time">
          <div className="flex flex-wrap items-center justify-between gap-3">
            <span className="text-bubble text-primary">Theme</span>
            <Segmented
              label="Theme"
              value={theme}
              options={THEMES}
              onChange={(value) => {
                applyTheme(value);
                preferences.mutate({ theme: value });
              }}
            />
          </div>
          <TimeZoneField
            value={mine.time_zone ?? null}
            onChange={(value) => preferences.mutate({ time_zone: value })}
          />
        </SettingsCard>
        <SettingsCard title="Working">
          <Switch
            label="Single-key shortcuts"
            hint="T, N, J, K and others work without a modifier. Ignored while you type."
            checked={mine.single_key_shortcuts !== false}
            onChange={(on) => preferences.mutate({ single_key_shortcuts: on })}
          />
          <Switch
            label="Ask before leaving an active session"
            hint="Offers to pause it when you go to another page."
            checked={mine.ask_before_leaving !== false}
            onChange={(on) => preferences.mutate({ ask_before_leaving: on })}
          />
        </SettingsCard>
      </div>
    </AccountFrame>
  );
}

const NAME_MAX = 255;

function NameField({ name }: { readonly name: string }): ReactNode {
  const [text, setText] = useState(name);
  const [tried, setTried] = useState(false);
  const rename = useRenameMe();
  const blank = text.trim() === "";
  const changed = text.trim() !== name;
  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!blank && changed) {
          rename.mutate(text.trim());
        }
      }}
    >
      <Field label="Name" error={tried && blank ? "A name is needed" : null} className="flex-1">
        <Input
          value={text}
          maxLength={NAME_MAX}
          autoComplete="name"
          onChange={(event) => {
            setText(event.target.value);
            setTried(false);
          }}
        />
      </Field>
      {changed ? (
        <Button type="submit" variant="primary" busy={rename.isPending}>
          Save name
        </Button>
      ) : null}
    </form>
  );
}

/** The zone of this browser unless another is chosen. */
function TimeZoneField({
  value,
  onChange,
}: {
  readonly value: string | null;
  readonly onChange: (zone: string | null) => void;
}): ReactNode {
  const zones = useMemo(() => ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")], []);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Field
      label="Time zone"
      hint={value ? "Chosen by you; clear it to follow this browser." : `Follows this browser: ${here}.`}
    >
      <Combobox
        label="Time zone"
        options={zones.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }))}
        value={value ? [value] : []}
        onChange={(picked) => onChange(picked[0] ?? null)}
        placeholder="As this browser"
        clearable
      />
    </Field>
  );
}
