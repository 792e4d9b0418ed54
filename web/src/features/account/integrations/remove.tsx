import { type ReactNode, useState } from "react";
import { type PsaConnection, useRemoveConnection } from "@/api/connections";
import { Button, Field, InlineError, Input } from "@/components/ui";
import { isApiError } from "@/lib/api-error";

/** Removing a connection, by its typed name. Writes that are still open are named, and given up only when that is said too. */
export function RemoveConnection({ connection }: { readonly connection: PsaConnection }): ReactNode {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const remove = useRemoveConnection(connection.id);
  const right = typed.trim() === connection.name;
  const writes = connection.open_writes;
  if (!open) {
    return (
      <Button size="lane" variant="ghost" className="mr-auto" onClick={() => setOpen(true)}>
        Remove
      </Button>
    );
  }
  return (
    <form
      className="flex w-full flex-col gap-2.5"
      onSubmit={(event) => {
        event.preventDefault();
        if (right) {
          remove.mutate(writes > 0);
        }
      }}
    >
      <p className="text-row text-primary">
        Its keys, the member mapping and its settings are deleted. What was written to tickets stays there, and here as
        text.
        {writes > 0 ? ` ${writes} ${writes === 1 ? "write is" : "writes are"} still open and would be given up.` : null}
      </p>
      <Field label={`Type "${connection.name}" to remove it`}>
        <Input value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
      </Field>
      {remove.error ? (
        <InlineError
          title={isApiError(remove.error, "psa_writes_open") ? "Writes are still open" : "Not removed"}
          error={remove.error}
        />
      ) : null}
      <div className="flex justify-end gap-2">
        <Button size="lane" variant="ghost" onClick={() => setOpen(false)}>
          Cancel
        </Button>
        <Button
          type="submit"
          size="lane"
          variant="danger-outline"
          busy={remove.isPending}
          disabledReason={right ? null : "Type the name of the connection first."}
        >
          {writes > 0 ? `Remove and give up ${writes}` : "Remove connection"}
        </Button>
      </div>
    </form>
  );
}
