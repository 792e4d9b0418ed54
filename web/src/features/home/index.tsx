import type { ReactNode } from "react";
import { PageHeader } from "@/components/shell";
import { useTitle } from "@/lib/hooks";

/** Home: what is being troubleshot, and what waits. */
export function HomePage(): ReactNode {
  useTitle("Home");
  return <PageHeader title="What are you troubleshooting?" />;
}
