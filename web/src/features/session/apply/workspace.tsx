import type { ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs } from "@/components/ui";
import { useSession } from "../context";
import { needsScript } from "../model/banner-state";
import { useSessionUi } from "../session-ui";
import { ScriptBuilder } from "./script-builder";

const PLAIN = { role: undefined, "aria-labelledby": undefined, tabIndex: undefined } as const;

/** The conversation; while the fix could be given a script, *Script Builder* beside it. Switching hides, nothing is unmounted. */
export function Workspace({ children }: { readonly children: ReactNode }): ReactNode {
  const { fix, canWrite } = useSession();
  const { tab, unsavedScript, set } = useSessionUi();
  const builder = canWrite && needsScript(fix) ? fix : null;
  return (
    <Tabs
      value={builder ? tab : "chat"}
      onValueChange={(next) => set({ tab: next === "builder" ? "builder" : "chat" })}
      className="flex min-h-0 flex-1 flex-col"
    >
      {builder ? (
        <TabList aria-label="Conversation and script" className="flex-none border-b border-default px-7 max-sm:px-4">
          <Tab value="chat">Chat</Tab>
          <Tab value="builder">
            Script Builder
            {unsavedScript ? (
              <span title="Unsaved script" className="size-1.5 rounded-full bg-warning-edge forced-color-adjust-none">
                <span className="sr-only">, unsaved script</span>
              </span>
            ) : null}
          </Tab>
        </TabList>
      ) : null}
      <TabPanel
        value="chat"
        forceMount
        {...(builder ? { tabIndex: -1 } : PLAIN)}
        className="flex min-h-0 flex-1 flex-col data-[state=inactive]:hidden"
      >
        {children}
      </TabPanel>
      {builder ? (
        <TabPanel
          key={builder.id}
          value="builder"
          forceMount
          tabIndex={-1}
          className="flex min-h-0 flex-1 flex-col data-[state=inactive]:hidden"
        >
          <ScriptBuilder fix={builder} shown={tab === "builder"} />
        </TabPanel>
      ) : null}
    </Tabs>
  );
}
