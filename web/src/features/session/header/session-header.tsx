import { Menu as MenuIcon, PanelLeft, Ticket } from "lucide-react";
import type { ReactNode } from "react";
import { usePsaStatus } from "@/api/psa";
import { TopTools } from "@/components/shell";
import { Chip, IconButton } from "@/components/ui";
import { useNarrow, usePhone } from "@/lib/hooks";
import { useSession } from "../context";
import { ShareUpdate } from "../updates/share-update";
import { EngineBadge } from "./engine-badge";
import { LinkTicket } from "./link-ticket";
import { SessionMenu } from "./session-menu";
import { SpinOffs } from "./spin-offs";
import { TitleEdit } from "./title-edit";

interface HeaderProps {
  readonly onOpenList: () => void;
  readonly onOpenTicket: () => void;
}

/** Title, ticket, client, contact and priority of the session; spans conversation and lane and carries the shell's tools. */
export function SessionHeader({ onOpenList, onOpenTicket }: HeaderProps): ReactNode {
  const { detail, canWrite } = useSession();
  const narrow = useNarrow();
  const phone = usePhone();
  return (
    <HeaderFrame onOpenList={onOpenList}>
      <div className="min-w-0 flex-1">
        <TitleEdit />
        <div className="mt-0.75 flex items-center gap-1.75 overflow-hidden whitespace-nowrap text-row text-muted-foreground">
          {detail.ticket_ref ? (
            <button
              type="button"
              onClick={onOpenTicket}
              aria-label={`Ticket ${detail.ticket_ref}: show its context`}
              className="flex-none rounded-[6px]"
            >
              <Chip kind="ref" icon={Ticket}>
                {detail.ticket_ref}
              </Chip>
            </button>
          ) : canWrite ? (
            <LinkWhenConnected />
          ) : (
            <span>No ticket</span>
          )}
          <SpinOffs tickets={detail.spin_offs} />
          <Parts parts={phone ? [detail.client_name] : [detail.client_name, detail.contact_name, detail.priority]} />
        </div>
      </div>
      <div className="flex flex-none items-center gap-2 max-sm:gap-0">
        {phone ? null : <EngineBadge />}
        <ShareUpdate />
        <SessionMenu />
        {narrow && phone ? null : <span aria-hidden className="mx-1 h-5 w-px bg-line-hover" />}
        {phone ? null : <TopTools compact />}
      </div>
    </HeaderFrame>
  );
}

/** The frame of the header, also used while a session loads and for a new one. */
export function HeaderFrame({
  onOpenList,
  children,
}: {
  readonly onOpenList: () => void;
  readonly children: ReactNode;
}): ReactNode {
  const narrow = useNarrow();
  const phone = usePhone();
  return (
    <header
      data-print="hide"
      className="flex h-16.75 min-w-0 flex-none items-center gap-2 border-b border-default bg-sidebar pl-5 pr-3.5 max-md:pl-2 max-sm:h-15 max-sm:gap-0.5 max-sm:px-1"
    >
      {narrow ? (
        <IconButton
          icon={phone ? MenuIcon : PanelLeft}
          label={phone ? "Open sessions and navigation" : "Open the session list"}
          size={phone ? "touch" : "md"}
          onClick={onOpenList}
        />
      ) : null}
      {children}
    </header>
  );
}

function LinkWhenConnected(): ReactNode {
  const psa = usePsaStatus();
  return psa.data?.connected ? <LinkTicket /> : <span>No ticket</span>;
}

function Parts({ parts }: { readonly parts: ReadonlyArray<string | null> }): ReactNode {
  return parts
    .filter((part): part is string => Boolean(part))
    .map((part, index) => (
      <span key={part} className="flex min-w-0 items-center gap-1.75">
        {index > 0 ? <span aria-hidden className="size-0.75 flex-none rounded-full bg-muted" /> : null}
        <span className="truncate">{part}</span>
      </span>
    ));
}
