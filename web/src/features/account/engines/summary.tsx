import { Bot, Compass } from "lucide-react";
import type { ReactNode } from "react";
import { type AiSettingsOut, PROVIDER_NAME } from "@/api/ai";
import { AboveRole, SettingsCard } from "../frame";
import { BudgetMeter } from "./budget";
import { WhatLeaves } from "./leaves";

/** The engine as people see it who may not change it. */
export function EngineSummary({ settings }: { readonly settings: AiSettingsOut }): ReactNode {
  const guide = settings.engine === "guide";
  const used = settings.mode === "platform" ? settings.platform : settings;
  const Icon = guide ? Compass : Bot;
  return (
    <div className="flex max-w-160 flex-col gap-4">
      <AboveRole what="What answers in sessions is a rule of the account." />
      <SettingsCard title="What answers">
        <p className="flex items-center gap-2 text-bubble font-medium text-heading">
          <Icon size={16} className="text-muted-foreground" aria-hidden />
          {guide ? "Built-in Guide" : `Language model: ${used.provider ? PROVIDER_NAME[used.provider] : ""}`}
        </p>
        {guide ? null : (
          <p className="font-mono text-mono text-muted-foreground">
            {[used.model_standard, used.model_fast].filter(Boolean).join(", ")}
          </p>
        )}
        {guide ? null : <BudgetMeter budget={settings.budget} />}
      </SettingsCard>
      <WhatLeaves
        mode={guide ? "guide" : settings.mode}
        provider={used.provider}
        baseUrl={settings.mode === "own" ? settings.base_url : null}
        images={settings.images_enabled}
        msLearn={settings.ms_learn_enabled}
      />
    </div>
  );
}
