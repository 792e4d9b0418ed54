import { useMemo, useState } from "react";
import type { PsaProvider } from "@/api/connections";
import { useDraft } from "@/lib/drafts";
import { scrub } from "@/lib/secrets";

export type Config = Readonly<Record<string, string>>;

interface Kept {
  readonly provider: PsaProvider;
  readonly configs: Readonly<Partial<Record<PsaProvider, Config>>>;
}

/** What was typed of a sign-in, without its secrets: those are never kept. */
export interface SignInDraft {
  readonly provider: PsaProvider | null;
  readonly choose: (provider: PsaProvider) => void;
  /** What was typed for a vendor; null while nothing was. */
  readonly configOf: (provider: PsaProvider) => Config | null;
  readonly type: (provider: PsaProvider, config: Config) => void;
  /** Something was typed that was neither stored nor thrown away. */
  readonly begun: boolean;
  /** An older text was put back, and nothing was changed or thrown away since. */
  readonly restored: boolean;
  readonly discard: () => void;
}

export function useSignInDraft(key: string): SignInDraft {
  const draft = useDraft(`account/psa/${key}`, scrub);
  const [chosen, setChosen] = useState<PsaProvider | null>(null);
  const kept = useMemo(() => parse(draft.text), [draft.text]);
  const provider = chosen ?? kept?.provider ?? null;
  return {
    provider,
    choose: setChosen,
    configOf: (of) => kept?.configs[of] ?? null,
    type: (of, config) => {
      draft.setText(JSON.stringify({ provider: of, configs: { ...kept?.configs, [of]: config } } satisfies Kept));
    },
    begun: kept !== null,
    restored: draft.restored && kept !== null,
    discard: draft.discard,
  };
}

function parse(text: string): Kept | null {
  if (text === "") {
    return null;
  }
  try {
    const found = JSON.parse(text) as Partial<Kept>;
    return found.provider && found.configs ? { provider: found.provider, configs: found.configs } : null;
  } catch {
    return null;
  }
}
