import { CircleAlert, CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useCombinedOutput } from "@/api/lane";
import { Button, Dialog, Field, Textarea } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { useDraft } from "@/lib/drafts";
import { scrub } from "@/lib/secrets";
import { useSession } from "../context";
import { useSendLane } from "./use-lane";

/** Takes what the combined script printed, shows what went to which check, keeps the rest. Nothing is sent before *Send*. */
export function PasteCombinedDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { id, lane } = useSession();
  const draft = useDraft(`combined/${id}`, scrub);
  const sort = useCombinedOutput(id);
  const { send, busy } = useSendLane();
  const result = sort.data;
  const missing = result?.missing.map((one) => lane.checks.find((check) => check.id === one)?.text ?? "A check") ?? [];
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Paste combined output"
      description="Everything the script printed, with its separator lines."
      footer={
        result ? (
          <>
            <Button variant="ghost" onClick={onClose}>
              Send later
            </Button>
            <Button
              variant="primary"
              busy={busy}
              disabledReason={result.recorded.length === 0 ? "Nothing was recorded" : null}
              onClick={() => void send().then(onClose)}
            >
              Send {result.recorded.length === 1 ? "1 result" : `${result.recorded.length} results`}
            </Button>
          </>
        ) : (
          <>
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              busy={sort.isPending}
              disabledReason={draft.text.trim() ? null : "Paste something first"}
              onClick={() => sort.mutate(draft.text, { onSuccess: draft.discard })}
            >
              Sort it
            </Button>
          </>
        )
      }
    >
      {result ? (
        <div className="space-y-3">
          <ul className="space-y-1.5">
            {result.recorded.map((item) => (
              <li key={item.id} className="flex items-center gap-2 text-row text-primary">
                <CircleCheck size={14} className="text-success" aria-label="Recorded" />
                <span className="flex-1">{item.text}</span>
                <span className="font-mono text-mono text-muted-foreground">{lines(item.output)}</span>
              </li>
            ))}
            {missing.map((text) => (
              <li key={text} className="flex items-center gap-2 text-row text-muted-foreground">
                <CircleAlert size={14} className="text-warning" aria-label="Missing" />
                <span className="flex-1">{text}</span>
                <span className="text-hint">not in the text</span>
              </li>
            ))}
          </ul>
          {result.rest.trim() ? (
            <section>
              <h3 className="eyebrow text-muted-foreground">Belongs to no check</h3>
              <pre className="mt-1.5 max-h-40 overflow-auto whitespace-pre-wrap rounded-md border border-default bg-code px-3 py-2 font-mono text-mono text-primary">
                {result.rest}
              </pre>
            </section>
          ) : null}
        </div>
      ) : (
        <Field label="Output" hideLabel error={sort.error ? messageOf(sort.error) : null}>
          <Textarea
            rows={14}
            value={draft.text}
            spellCheck={false}
            wrap="off"
            placeholder="Paste here"
            className="!font-mono !text-hint"
            onChange={(event) => draft.setText(event.target.value)}
          />
        </Field>
      )}
    </Dialog>
  );
}

function lines(output: string | null): string {
  const count = output?.trim() ? output.trim().split("\n").length : 0;
  return count === 0 ? "empty" : count === 1 ? "1 line" : `${count} lines`;
}
