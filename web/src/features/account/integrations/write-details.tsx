import type { ReactNode } from "react";
import type { PsaWrite, WriteStep } from "@/api/write-types";
import { Time } from "@/components/ui";
import { sentence } from "./words";

const STEP_STATES: Readonly<Record<WriteStep["state"], string>> = {
  pending: "not sent yet",
  sending: "being sent",
  unknown: "sent, no answer: looked for on the ticket",
  done: "done",
  skipped: "skipped",
  failed: "refused",
};

/** One write in full: the exact text, each step with the fields as the PSA got them, tries and times. */
export function WriteDetails({ write }: { readonly write: PsaWrite }): ReactNode {
  return (
    <>
      <dl className="flex flex-wrap gap-x-6 gap-y-1 text-hint text-muted-foreground">
        <Fact label="Reference">
          <span className="font-mono text-mono">{write.reference}</span>
        </Fact>
        {write.acting_member ? <Fact label="As">{write.acting_member.name}</Fact> : null}
        {write.visibility ? (
          <Fact label="For">{write.visibility === "customer" ? "the customer" : "staff only"}</Fact>
        ) : null}
        <Fact label="Tries">{write.attempts}</Fact>
        {write.next_attempt_at && write.state === "waiting" ? (
          <Fact label="Next try">
            <Time value={write.next_attempt_at} />
          </Fact>
        ) : null}
        {write.ticket_url ? (
          <a href={write.ticket_url} target="_blank" rel="noreferrer" className="font-medium text-accent">
            Open ticket
          </a>
        ) : null}
      </dl>
      {write.text ? (
        <pre className="max-h-70 overflow-auto whitespace-pre-wrap rounded-field bg-code px-3 py-2 font-mono text-mono text-primary [overflow-wrap:anywhere]">
          {write.text}
        </pre>
      ) : null}
      <ol aria-label="Steps" className="flex flex-col gap-2">
        {write.steps.map((step) => (
          <li key={step.step} className="text-row">
            <p className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-semibold text-primary">{sentence(step.step)}</span>
              <span className="text-muted-foreground">
                {STEP_STATES[step.state]}
                {step.reason ? `: ${step.reason.replaceAll("_", " ")}` : ""}
              </span>
              <Time value={step.done_at ?? step.sent_at} className="ml-auto text-hint text-muted-foreground" />
            </p>
            {step.error ? <p className="text-danger">{step.error}</p> : null}
            {step.fields.length > 0 ? (
              <ul className="mt-0.5 flex flex-col gap-0.5 font-mono text-mono text-muted-foreground">
                {step.fields
                  .filter((field) => field.to !== write.text)
                  .map((field) => (
                    <li key={field.field} className="[overflow-wrap:anywhere]">
                      {field.field}: {String(field.to)}
                    </li>
                  ))}
              </ul>
            ) : null}
          </li>
        ))}
      </ol>
    </>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="flex gap-1.5">
      <dt>{label}</dt>
      <dd className="text-primary">{children}</dd>
    </div>
  );
}
