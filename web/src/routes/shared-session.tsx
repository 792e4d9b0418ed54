import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { SharedSessionPage } from "@/features/shared";

export function SharedSessionRoute(): ReactNode {
  const { token } = useParams({ from: "/shared/sessions/$token" });
  return <SharedSessionPage token={token} />;
}
