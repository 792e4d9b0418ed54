import type { ReactNode } from "react";
import { useSpoken } from "@/lib/announce";

/** The two live regions of the page; one in the root. */
export function Announcer(): ReactNode {
  const spoken = useSpoken();
  return (
    <>
      <div role="status" aria-live="polite" className="sr-only">
        {spoken.polite}
      </div>
      <div role="alert" aria-live="assertive" className="sr-only">
        {spoken.assertive}
      </div>
    </>
  );
}
