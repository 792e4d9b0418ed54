import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { SessionPage } from "@/features/session";

/** One route for /pilot and /pilot/:id, so that switching sessions keeps the view mounted. */
export function PilotRoute(): ReactNode {
  const { id } = useParams({ from: "/app/pilot/{-$id}" });
  return <SessionPage id={id ?? null} />;
}
