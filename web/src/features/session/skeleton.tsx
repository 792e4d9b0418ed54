import type { ReactNode } from "react";
import { Skeleton } from "@/components/ui";
import { useLaneDrawer, useLoadingShown } from "@/lib/hooks";
import { HeaderFrame } from "./header/session-header";

/** The session view in its final geometry while it is read: header, three bubbles, composer, lane. */
export function SessionSkeleton({ onOpenList }: { readonly onOpenList: () => void }): ReactNode {
  const drawer = useLaneDrawer();
  const shown = useLoadingShown(true);
  return (
    <>
      <HeaderFrame onOpenList={onOpenList}>
        <h1 className="sr-only">Session</h1>
        {shown ? (
          <span className="flex flex-1 flex-col gap-2.5">
            <Skeleton className="h-4 w-64" />
            <Skeleton className="w-44" />
          </span>
        ) : (
          <span className="flex-1" />
        )}
      </HeaderFrame>
      <div className="flex min-h-0 flex-1" role="status">
        <span className="sr-only">Loading the session</span>
        <div className="flex min-w-0 flex-1 flex-col bg-page">
          <div className="flex flex-1 flex-col gap-4 px-7 pt-6 max-sm:px-4">
            {shown ? (
              <>
                <Skeleton className="h-16 w-3/5 self-end !rounded-bubble" />
                <Skeleton className="h-20 w-2/3 !rounded-bubble" />
                <Skeleton className="h-14 w-1/2 self-end !rounded-bubble" />
              </>
            ) : null}
          </div>
          <div className="h-27 flex-none border-t border-default px-5 pt-3.5">
            {shown ? <Skeleton className="h-11 !rounded-bubble" /> : null}
          </div>
        </div>
        {drawer ? null : (
          <div className="flex w-95 flex-none flex-col gap-2 border-l border-default bg-sidebar px-3.5 pt-14">
            {shown ? (
              <>
                <Skeleton className="mb-1 w-28" />
                <Skeleton className="h-16 !rounded-card" />
                <Skeleton className="h-16 !rounded-card" />
                <Skeleton className="mb-1 mt-4 w-24" />
                <Skeleton className="h-28 !rounded-card" />
              </>
            ) : null}
          </div>
        )}
      </div>
    </>
  );
}
