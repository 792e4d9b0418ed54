import { Link } from "@tanstack/react-router";
import { Bot, Compass } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useAiSettings } from "@/api/ai";
import { hasRole, useSignedIn } from "@/api/auth";
import type { Engine, Message } from "@/api/session-types";
import { Popover } from "@/components/ui";
import { useSession } from "../context";
import { useLivePart } from "../model/turn-store";

export const ENGINE_WORD: Record<Engine, string> = { guide: "Guide", llm: "LLM" };

/** The engine that answered last; the built-in Guide until one has. */
export function engineOf(messages: readonly Message[], live: Engine | null): Engine {
  return (
    live ?? messages.findLast((message) => message.role === "pilot" && message.turn?.engine)?.turn?.engine ?? "guide"
  );
}

/** Which engine answers, and in its popover what that means. */
export function EngineBadge(): ReactNode {
  const { messages, detail } = useSession();
  const live = useLivePart(detail.id, (turn) => turn?.engine ?? null);
  const [open, setOpen] = useState(false);
  const engine = engineOf(messages, live);
  const Icon = engine === "guide" ? Compass : Bot;
  const fallback = messages.findLast((message) =>
    message.turn?.notices.some((notice) => notice.kind === "engine_fallback"),
  );
  const reason = fallback?.turn?.notices.find((notice) => notice.kind === "engine_fallback")?.text;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="Engine"
      className="w-80 p-3.5"
      trigger={
        <button
          type="button"
          aria-label={`Engine: ${ENGINE_WORD[engine]}`}
          className="inline-flex h-6.5 items-center gap-1.5 rounded-md border border-default bg-card px-2.25 text-row font-medium text-primary hover:border-hover coarse:h-11"
        >
          <Icon size={14} className="text-muted-foreground" aria-hidden />
          {ENGINE_WORD[engine]}
        </button>
      }
    >
      <p className="text-bubble font-semibold text-heading">
        {engine === "guide" ? "Built-in Guide" : "Language model"}
      </p>
      <p className="mt-1 text-row leading-normal text-primary">
        {engine === "guide"
          ? "Follows reviewed troubleshooting flows and the evidence you give it. It runs on this server, needs no key and sends nothing away."
          : "Answers are written by the language model of this account. What you type is masked before it is sent."}
      </p>
      {engine === "llm" ? <ModelLine /> : null}
      {reason ? <p className="mt-2 text-row text-warning">{reason}</p> : null}
      {engine === "llm" || reason ? <ForAdmins /> : null}
    </Popover>
  );
}

function ModelLine(): ReactNode {
  const { detail } = useSession();
  const { user } = useSignedIn();
  const model = [detail.turn?.provider, detail.turn?.model].filter(Boolean).join(", ");
  return model && hasRole(user, "engineer") ? (
    <p className="mt-2 font-mono text-mono text-muted-foreground">{model}</p>
  ) : null;
}

/** What the budget still holds, and what the provider said when it refused: for those who can do something about it. */
function ForAdmins(): ReactNode {
  const admin = hasRole(useSignedIn().user, "admin");
  const { data } = useAiSettings(admin);
  if (!admin || !data) {
    return null;
  }
  const { budget, problem } = data;
  return (
    <div className="mt-2.5 border-t border-default pt-2.5 text-row text-primary">
      {problem ? (
        <p className="mb-1.5 [overflow-wrap:anywhere]">
          The provider says: <q className="font-mono text-mono">{problem.words || problem.kind}</q>
        </p>
      ) : null}
      <p>
        {budget.left_usd === null
          ? `USD ${budget.spent_usd.toFixed(2)} spent this month, no budget set`
          : `USD ${budget.left_usd.toFixed(2)} of ${budget.limit_usd?.toFixed(2)} left this month`}
      </p>
      <Link to="/account/engines" className="mt-1 inline-block font-medium text-accent hover:underline">
        Engines
      </Link>
    </div>
  );
}
