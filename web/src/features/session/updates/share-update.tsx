import { Megaphone } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Audience } from "@/api/updates";
import { Button, Dialog, IconButton, Segmented } from "@/components/ui";
import { usePhone } from "@/lib/hooks";
import { useSession } from "../context";
import { EarlierUpdates } from "./earlier-updates";
import { UpdateForm } from "./update-form";
import { AUDIENCES } from "./words";

/** *Share update* in the header of an open session: three audiences, edit, copy, keep or post. */
export function ShareUpdate(): ReactNode {
  const { canWrite } = useSession();
  const phone = usePhone();
  const [open, setOpen] = useState(false);
  if (!canWrite) {
    return null;
  }
  return (
    <>
      {phone ? (
        <IconButton icon={Megaphone} label="Share update" size="touch" onClick={() => setOpen(true)} />
      ) : (
        <Button variant="ghost" icon={Megaphone} onClick={() => setOpen(true)}>
          Share update
        </Button>
      )}
      {open ? <ShareDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ShareDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const phone = usePhone();
  const [audience, setAudience] = useState<Audience>("status_update");
  const about = AUDIENCES.find((one) => one.value === audience);
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Share update"
      description="Written from what is confirmed in this session. The session itself stays as it is."
    >
      <Segmented
        label="Audience"
        value={audience}
        onChange={setAudience}
        options={AUDIENCES.map((one) => ({ value: one.value, label: phone ? one.short : one.label }))}
      />
      <p className="mt-2 text-hint text-muted-foreground">{about?.hint}</p>
      <UpdateForm key={audience} audience={audience} />
      <EarlierUpdates />
    </Dialog>
  );
}
