import type { ReactNode } from "react";
import { type AiMode, type AiProvider, PROVIDER_NAME } from "@/api/ai";
import { SettingsCard } from "../frame";

interface WhatLeavesProps {
  readonly mode: AiMode;
  readonly provider: AiProvider | null;
  readonly baseUrl: string | null;
  readonly images: boolean;
  readonly msLearn: boolean;
}

/** What leaves the server, and to whom. */
export function WhatLeaves({ mode, provider, baseUrl, images, msLearn }: WhatLeavesProps): ReactNode {
  if (mode === "guide" || !provider) {
    return (
      <SettingsCard title="What leaves this server">
        <p className="text-row text-primary">
          Nothing. The Guide runs here, follows reviewed flows and the evidence it is given, and needs no key and no
          internet.
        </p>
      </SettingsCard>
    );
  }
  return (
    <SettingsCard title="What leaves this server">
      <p className="text-row text-primary">
        To <strong className="font-semibold">{recipient(mode, provider, baseUrl)}</strong>, for the session at hand
        only:
      </p>
      <ul className="flex list-disc flex-col gap-1 pl-5 text-row text-primary">
        <li>
          what the engineer types and pastes, facts, questions, checks and their answers, fixes and their outcomes
        </li>
        <li>the linked ticket: texts, company, contact, devices, recent notes</li>
        <li>{images ? "pictures of a message" : "no pictures: they are switched off"}</li>
        {msLearn && provider === "anthropic" ? (
          <li>the provider reads Microsoft's public documentation; search words reach Microsoft</li>
        ) : null}
      </ul>
      <p className="text-row text-muted-foreground">
        Recognised secrets are masked before anything is sent. No other session, client or account is sent, and no key
        of your PSA. ResolutionFlow trains no model with it; what the provider may do is in your agreement with them.
      </p>
    </SettingsCard>
  );
}

function recipient(mode: AiMode, provider: AiProvider, baseUrl: string | null): string {
  const host = baseUrl ? hostOf(baseUrl) : null;
  const whom = host ? `${PROVIDER_NAME[provider]} at ${host}` : PROVIDER_NAME[provider];
  return mode === "platform" ? `${whom}, with this installation's key` : whom;
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}
