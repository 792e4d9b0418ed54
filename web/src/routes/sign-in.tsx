import { useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { SignInPage } from "@/features/auth";

export function SignInRoute(): ReactNode {
  const { next } = useSearch({ from: "/sign-in" });
  return <SignInPage next={next} />;
}
