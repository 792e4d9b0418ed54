import { type ReactNode, useState } from "react";
import { type PsaConnection, useChangeConnection, useRotate, useVendors } from "@/api/connections";
import { Field, Input, Skeleton } from "@/components/ui";
import { type SignInDraft, useSignInDraft } from "./sign-in-draft";
import { SignInForm } from "./sign-in-form";

interface ChangeProps {
  readonly connection: PsaConnection;
  readonly onDone: () => void;
}

const MOST_NAME = 100;

/** New keys for the same sign-in; while they do not work the old ones stay. */
export function ChangeKeys({ connection, onDone }: ChangeProps): ReactNode {
  const vendor = useVendors().data?.items.find((item) => item.provider === connection.provider);
  const rotate = useRotate(connection.id);
  if (!vendor) {
    return <Skeleton className="m-4 h-24" />;
  }
  return (
    <SignInForm
      vendor={vendor}
      config={{}}
      onConfig={() => undefined}
      stored={connection.config}
      only="keys"
      submit="Store new keys"
      busy={rotate.isPending}
      error={rotate.error}
      onCancel={onDone}
      onSubmit={({ secrets }) => rotate.mutate(secrets, { onSuccess: onDone })}
    />
  );
}

/** Its name, and where and as whom it signs in: that wants the keys again. */
export function EditConnection({
  connection,
  onDone,
  draft,
}: ChangeProps & { readonly draft: SignInDraft }): ReactNode {
  const vendor = useVendors().data?.items.find((item) => item.provider === connection.provider);
  const edit = useChangeConnection(connection.id);
  const [name, setName] = useState(connection.name);
  if (!vendor) {
    return <Skeleton className="m-4 h-24" />;
  }
  const renamed = name.trim() !== connection.name && name.trim() !== "";
  return (
    <SignInForm
      vendor={vendor}
      config={draft.configOf(connection.provider) ?? {}}
      onConfig={(config) => draft.type(connection.provider, config)}
      stored={connection.config}
      before={{
        changed: renamed,
        field: (
          <Field label="Name" hint="How it is called here." counter={{ length: name.length, max: MOST_NAME }}>
            <Input
              value={name}
              maxLength={MOST_NAME}
              onChange={(event) => setName(event.target.value.replaceAll("\0", ""))}
            />
          </Field>
        ),
      }}
      submit="Store changes"
      busy={edit.isPending}
      error={edit.error}
      onCancel={onDone}
      onSubmit={({ config, secrets }) => {
        const typed = Object.fromEntries(
          Object.entries(config).filter(
            ([key, value]) => value !== (connection.config[key] ?? "") && keep(value, connection.config[key]),
          ),
        );
        edit.mutate(
          { version: connection.version, ...(renamed ? { name: name.trim() } : {}), config: typed, secrets },
          { onSuccess: onDone },
        );
      }}
    />
  );
}

/** A masked value that was left empty stays as it is stored. */
function keep(value: string, stored: string | undefined): boolean {
  return value !== "" || !stored?.startsWith("...");
}

export function useEditDraft(connection: PsaConnection): SignInDraft {
  return useSignInDraft(`edit/${connection.id}`);
}
