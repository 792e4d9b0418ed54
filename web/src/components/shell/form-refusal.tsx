import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { messageOf } from "@/lib/api-error";

/** Why a form was refused; said at once to people who listen, and stays until the next try. */
export function FormRefusal({ error }: { readonly error: Error | null }): ReactNode {
  return (
    <div role="alert" className={error ? "" : "hidden"}>
      {error ? (
        <p className="role-danger bg-role-block flex items-start gap-2 rounded-card border border-role-tint px-3 py-2 text-row leading-normal text-primary">
          <CircleAlert size={15} className="mt-0.5 text-role" aria-hidden />
          <span>{messageOf(error)}</span>
        </p>
      ) : null}
    </div>
  );
}
