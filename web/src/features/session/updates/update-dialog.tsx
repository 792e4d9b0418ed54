import { type ReactNode, useState } from "react";
import type { Audience } from "@/api/updates";
import { Dialog, Segmented } from "@/components/ui";
import { usePhone } from "@/lib/hooks";
import { EarlierUpdates } from "./earlier-updates";
import { UpdateForm } from "./update-form";
import { AUDIENCES } from "./words";

/** The three audiences, the text for the chosen one, and what was shared before. */
export function UpdateDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const phone = usePhone();
  const [audience, setAudience] = useState<Audience>("status_update");
  const [unsaved, setUnsaved] = useState(false);
  const about = AUDIENCES.find((one) => one.value === audience);
  return (
    <Dialog
      open
      wide
      unsaved={unsaved}
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
      <UpdateForm key={audience} audience={audience} onUnsaved={setUnsaved} />
      <EarlierUpdates />
    </Dialog>
  );
}
