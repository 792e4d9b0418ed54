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
  const withUpdates = useAhead(loadUpdates);
  const show = () => withUpdates(() => setOpen(true));
  if (!canWrite) {
    return null;
  }
  return (
    <>
      {phone ? (
        <IconButton icon={Megaphone} label="Share update" size="touch" onClick={show} />
      ) : (
        <Button variant="ghost" icon={Megaphone} onClick={show}>
          Share update
        </Button>
      )}
      <Suspense fallback={null}>{open ? <Updates onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  );
}
