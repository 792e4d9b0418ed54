import { useQueryClient } from "@tanstack/react-query";
import { Dialog as DialogBase } from "radix-ui";
import type { ReactNode } from "react";
import { useSignedIn } from "@/api/auth";
import type { User } from "@/api/types";
import { leave } from "@/lib/leave";
import { useShell } from "./shell-store";
import { SignInForm } from "./sign-in-form";

/** The sign-in over the page whose sign-in ended: what was typed below stays. Another person starts from Home instead. */
export function SignInOver(): ReactNode {
  const { signedOut, set } = useShell();
  const { user } = useSignedIn();
  const client = useQueryClient();
  const done = (signedIn: User) => {
    if (signedIn.id !== user.id) {
      leave.to("/");
      return;
    }
    set({ signedOut: false });
    void client.invalidateQueries();
  };
  return (
    <DialogBase.Root open={signedOut}>
      <DialogBase.Portal>
        <div aria-hidden className="fixed inset-0 z-palette bg-scrim" />
        <DialogBase.Content
          onOpenAutoFocus={toPassword}
          onEscapeKeyDown={(event) => event.preventDefault()}
          onPointerDownOutside={(event) => event.preventDefault()}
          className="fixed inset-0 z-palette m-auto h-fit w-[min(408px,calc(100vw-24px))] animate-pop rounded-dialog border border-hover bg-card p-6 shadow-float"
        >
          <DialogBase.Title className="text-page">Sign in again</DialogBase.Title>
          <DialogBase.Description className="mb-4 mt-1 text-bubble text-muted-foreground">
            Your sign-in has ended. Your work on this page stays.
          </DialogBase.Description>
          <SignInForm email={user.email} onDone={done} />
        </DialogBase.Content>
      </DialogBase.Portal>
    </DialogBase.Root>
  );
}

/** The address is known. Over another layer the field's own focus comes too early and is taken back. */
function toPassword(event: Event): void {
  if (event.currentTarget instanceof HTMLElement) {
    event.preventDefault();
    event.currentTarget.querySelector<HTMLInputElement>("input[name=password]")?.focus();
  }
}
