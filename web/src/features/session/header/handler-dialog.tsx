import { type ReactNode, useState } from "react";
import { useSignedIn } from "@/api/auth";
import { useSetHandler } from "@/api/handler";
import { useAccountMembers } from "@/api/members";
import { Button, Combobox, Dialog, Field, InlineError } from "@/components/ui";
import { useSession } from "../context";

/** Gives the session to another engineer, or to oneself. Admins only. */
export function HandlerDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { detail, id } = useSession();
  const { user } = useSignedIn();
  const members = useAccountMembers();
  const set = useSetHandler(id);
  const now = (detail.handler ?? detail.owner).id;
  const [picked, setPicked] = useState(now);
  const options = (members.data?.items ?? [])
    .filter((member) => member.is_active && member.role !== "viewer")
    .map((member) => ({
      value: member.id,
      label: member.id === user.id ? `${member.name} (you)` : member.name,
      hint: member.id === detail.owner.id ? "owner of the session" : member.role,
    }));
  return (
    <Dialog
      open
      onClose={onClose}
      title="Change who handles it"
      description="The handler and the owner work in the session. Whoever handled it before can no longer change it."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            busy={set.isPending}
            disabledReason={picked === now ? "Choose somebody else first" : undefined}
            onClick={() => set.mutate(picked, { onSuccess: onClose })}
          >
            Change handler
          </Button>
        </>
      }
    >
      <div className="grid gap-3.5">
        {members.isError && !members.data ? (
          <InlineError
            title="The people of your account could not be read"
            error={members.error}
            onRetry={() => void members.refetch()}
            retrying={members.isFetching}
          />
        ) : (
          <Field label="Handler">
            <Combobox
              label="Handler"
              placeholder="Choose somebody"
              options={options}
              loading={members.isPending}
              value={[picked]}
              onChange={([next]) => setPicked(next ?? now)}
            />
          </Field>
        )}
        {set.isError ? <InlineError title="Nothing was changed" error={set.error} /> : null}
      </div>
    </Dialog>
  );
}
