import { Megaphone } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Button, IconButton } from "@/components/ui";
import { useAhead } from "@/lib/ahead";
import { usePhone } from "@/lib/hooks";
import { useSession } from "../context";

const loadUpdates = async () => ({ default: (await import("./update-dialog")).UpdateDialog });
const Updates = lazy(loadUpdates);

/** *Share update* in the header of an open session: three audiences, edit, copy, keep or post. */
export function ShareUpdate(): ReactNode {
  const { canWrite } = useSession();
  const phone = usePhone();
  const [open, setOpen] = useState(false);
  useAhead(loadUpdates);
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
      <Suspense fallback={null}>{open ? <Updates onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  );
}
